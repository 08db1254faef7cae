package io.epmesh.chaos;

import io.epmesh.chaos.history.History;
import io.epmesh.chaos.history.Outcome;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What is around a peer and goes wrong: its disk is full, its clock is stepped. To the history go
/// `full` and `stepped` (`host`) from before their beginnings to after their ends. One thread.
final class Surroundings {
    private final Cluster cluster;
    private final History history;
    private final Map<Host, Long> full = new LinkedHashMap<>();
    private final Map<Host, Long> stepped = new LinkedHashMap<>();

    Surroundings(Cluster cluster, History history) {
        this.cluster = cluster;
        this.history = history;
    }

    void begin(Fault.Kind kind, List<Host> hosts, int amount) throws IOException {
        for (Host host : hosts) {
            switch (kind) {
                case DISK_FULL -> {
                    full.put(host, history.now());
                    cluster.hosts().disk(host).fill();
                }
                case CLOCK -> {
                    stepped.put(host, history.now());
                    Clock.of(host).step(amount);
                }
                default -> throw new IllegalArgumentException("" + kind);
            }
        }
    }

    void heal() throws IOException {
        for (Host host : full.keySet()) {
            cluster.hosts().disk(host).free();
        }
        for (Host host : stepped.keySet()) {
            Clock.of(host).step(0);
        }
        tell("full", full);
        tell("stepped", stepped);
    }

    private void tell(String state, Map<Host, Long> since) {
        since.forEach((host, start) ->
                history.add("nemesis", state, Outcome.INFO, start, Map.of("host", host.name())));
        since.clear();
    }
}
