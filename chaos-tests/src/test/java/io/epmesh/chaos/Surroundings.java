package io.epmesh.chaos;

import io.epmesh.chaos.history.History;
import io.epmesh.chaos.history.Outcome;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What is around a peer and goes wrong: its disk is full, its clock is stepped, the cables of its
/// nodes are slow. To the history go `full` and `stepped` (`host`) from before their beginnings to
/// after their ends. One thread.
final class Surroundings {
    private static final String LATENCY = "200ms";

    private final Cluster cluster;
    private final History history;
    private final Map<Host, Long> full = new LinkedHashMap<>();
    private final Map<Host, Long> stepped = new LinkedHashMap<>();
    private final Map<Host, List<String>> slow = new LinkedHashMap<>();

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
                case SLOW -> slow(host);
                default -> throw new IllegalArgumentException("" + kind);
            }
        }
    }

    /// Its nodes have slow cables to all others, by an order that the peers share.
    private void slow(Host host) {
        List<String> others =
                cluster.hosts().all().stream()
                        .filter(other -> !other.equals(host))
                        .flatMap(other -> cluster.names(other).stream())
                        .toList();
        List<String> pair =
                List.of(String.join(",", cluster.names(host)), String.join(",", others));
        host.epmesh("slow", pair.get(0), pair.get(1), "--latency", LATENCY, "--for", "10m")
                .orFail();
        slow.put(host, pair);
    }

    void heal() throws IOException {
        for (Host host : full.keySet()) {
            cluster.hosts().disk(host).free();
        }
        for (Host host : stepped.keySet()) {
            Clock.of(host).step(0);
        }
        slow.forEach((host, pair) -> host.epmesh("fix", pair.get(0), pair.get(1)).orFail());
        tell("full", full);
        tell("stepped", stepped);
        slow.clear();
    }

    private void tell(String state, Map<Host, Long> since) {
        since.forEach((host, start) ->
                history.add("nemesis", state, Outcome.INFO, start, Map.of("host", host.name())));
        since.clear();
    }
}
