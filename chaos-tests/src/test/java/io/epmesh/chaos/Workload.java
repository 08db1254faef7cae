package io.epmesh.chaos;

import io.epmesh.chaos.check.Checker;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/// What goes on in a run beside its faults, and what the run is judged by. Called by the thread of
/// the run alone.
interface Workload {
    /// Who lives on the hosts.
    Plan plan(int hosts);

    /// Starts the clients, once all peers and nodes are up.
    ///
    /// @param seed of their choices; their times are the machine's
    void start(Clients clients, long seed);

    /// How long between two calls of [#churn].
    default Duration pause() {
        return Duration.ofSeconds(1);
    }

    /// Lets nodes come and go, at any time but from a heal to equal dumps: here one somewhere ends,
    /// if it lives, and another takes its name.
    default void churn(Cluster cluster, Random random) throws IOException {
        List<Host> hosts = cluster.hosts().all();
        cluster.renew(
                hosts.get(random.nextInt(hosts.size())), random.nextInt(cluster.plan().raw()));
    }

    /// Looks at what must hold when the dumps of all peers are equal, while nobody writes.
    ///
    /// @param since the moment of the heal, in microseconds of the run
    default void settled(Clients clients, long since, int cycle) throws Exception {}

    /// What the history must pass.
    List<Checker> checkers();
}
