package io.epmesh.chaos;

import io.epmesh.chaos.check.Checker;
import java.time.Duration;
import java.util.List;

/// Look-ups everywhere: several readers on each host, without a rest, of nodes that come and go.
final class LookupsWorkload implements Workload {
    private static final int READERS_A_HOST = 4;

    @Override
    public Plan plan(int hosts) {
        return new Plan(6, Math.max(1, hosts / 2));
    }

    @Override
    public void start(Clients clients, long seed) {
        for (Host host : clients.hosts()) {
            for (int number = 1; number <= READERS_A_HOST; number++) {
                LookupReader.start(host, "reader" + number, clients, Duration.ofMillis(60), seed);
            }
        }
    }

    @Override
    public Duration pause() {
        return Duration.ofMillis(500);
    }

    @Override
    public List<Checker> checkers() {
        return Checks.with(Checks.lookups(), Checks.availability(), Checks.creations());
    }
}
