package io.epmesh.chaos;

import io.epmesh.chaos.check.Checker;
import io.epmesh.chaos.check.MappingChecker;
import java.time.Duration;
import java.util.List;

/// A little of everything: on each host a writer of mappings, a reader, a watcher and nodes that
/// come and go; real ones on every second host.
final class MixedWorkload implements Workload {
    @Override
    public Plan plan(int hosts) {
        return new Plan(6, Math.max(1, hosts / 2));
    }

    @Override
    public void start(Clients clients, long seed) {
        for (Host host : clients.hosts()) {
            MappingWriter.start(host, "writer", clients, Duration.ofMillis(250), seed);
            LookupReader.start(host, "reader", clients, Duration.ofMillis(150), seed);
            NameWatcher.start(host, clients);
        }
    }

    @Override
    public List<Checker> checkers() {
        return Checks.with(
                new MappingChecker(),
                Checks.lookups(),
                Checks.availability(),
                Checks.creations(),
                Checks.spread());
    }
}
