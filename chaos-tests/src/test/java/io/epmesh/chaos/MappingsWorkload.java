package io.epmesh.chaos;

import io.epmesh.chaos.check.Checker;
import io.epmesh.chaos.check.MappingChecker;
import java.time.Duration;
import java.util.List;

/// Mappings alone: several writers on each host add and remove them, no value twice, of keys of
/// their own and of keys that all share; readers look them up and watchers see them.
final class MappingsWorkload implements Workload {
    private static final int WRITERS_A_HOST = 3;

    @Override
    public Plan plan(int hosts) {
        return new Plan(1, 0);
    }

    @Override
    public void start(Clients clients, long seed) {
        for (Host host : clients.hosts()) {
            for (int number = 1; number <= WRITERS_A_HOST; number++) {
                String name = "writer" + number;
                MappingWriter.start(host, name, clients, Duration.ofMillis(250), seed);
            }
            LookupReader.start(host, "reader", clients, Duration.ofMillis(100), seed);
            NameWatcher.start(host, clients);
        }
    }

    @Override
    public List<Checker> checkers() {
        return Checks.with(new MappingChecker(), Checks.spread());
    }
}
