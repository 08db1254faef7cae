package io.epmesh.chaos;

import io.epmesh.chaos.check.Checker;
import java.time.Duration;
import java.util.List;

/// Hundreds of names: many raw nodes on each host and a real one on every second, several of which
/// end and come back in each second, while readers look for them and watchers see them come and go.
final class RegistrationsWorkload implements Workload {
    private static final int NODES_A_HOST = 30;

    @Override
    public Plan plan(int hosts) {
        return new Plan(NODES_A_HOST, Math.max(1, hosts / 2));
    }

    @Override
    public void start(Clients clients, long seed) {
        for (Host host : clients.hosts()) {
            LookupReader.start(host, "reader", clients, Duration.ofMillis(150), seed);
            NameWatcher.start(host, clients);
        }
    }

    @Override
    public Duration pause() {
        return Duration.ofMillis(150);
    }

    @Override
    public List<Checker> checkers() {
        return Checks.with(
                Checks.spread(), Checks.creations(), Checks.lookups(), Checks.availability());
    }
}
