package io.epmesh.chaos.check;

import io.epmesh.chaos.history.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Which peers could hear each other when, directly or through others: from the nemesis' operations
/// `down` and `paused` (`host`), `cut` (`links`, as `h1>h2 h3>h4`: what comes from h1 to h2 is
/// lost) and `lossy` (`host`).
///
/// A link counts while both of its directions are open, for the peers speak TCP. Times are in
/// microseconds of the history.
final class Reachability {
    /// Whether links that lose some packets count.
    enum Links {
        CLEAN,
        ALL
    }

    /// The moments at which something changes; segment i is from moment i to the next.
    private final long[] moments;

    /// For each segment, the island of each host that is up; hosts of one number hear each other.
    private final List<Map<String, String>> islands = new ArrayList<>();

    Reachability(List<Operation> history, Links links) {
        List<Operation> faults =
                history.stream()
                        .filter(op -> op.process().equals("nemesis"))
                        .filter(op ->
                                Set.of("down", "paused", "cut", "lossy").contains(op.function()))
                        .toList();
        Set<String> hosts = new TreeSet<>();
        TreeSet<Long> edges = new TreeSet<>(List.of(0L));
        history.stream()
                .filter(op -> op.function().equals("host"))
                .forEach(op -> hosts.add(op.process()));
        faults.forEach(op -> {
            edges.add(op.start());
            edges.add(op.end());
        });
        moments = edges.stream().mapToLong(Long::longValue).toArray();
        for (long moment : moments) {
            List<Operation> active =
                    faults.stream()
                            .filter(op -> op.start() <= moment && moment < op.end())
                            .toList();
            islands.add(islands(hosts, active, links));
        }
    }

    /// Since when, without a break until `at`, two peers have been up and could hear each other;
    /// empty if they could not at `at`.
    OptionalLong connectedSince(String a, String b, long at) {
        return since(at, island -> island.containsKey(a) && island.get(a).equals(island.get(b)));
    }

    /// When two peers that cannot hear each other at `at` last stopped to; empty if they can, or
    /// never could.
    OptionalLong brokenAt(String a, String b, long at) {
        OptionalLong since =
                since(at, island -> !island.containsKey(a) || !island.get(a).equals(island.get(b)));
        return since.isPresent() && since.getAsLong() > 0 ? since : OptionalLong.empty();
    }

    /// Since when, without a break until `at`, a peer has been up and not paused.
    OptionalLong runningSince(String host, long at) {
        return since(at, island -> island.containsKey(host));
    }

    private OptionalLong since(long at, Predicate<Map<String, String>> holds) {
        int segment = segment(at);
        OptionalLong since = OptionalLong.empty();
        while (segment >= 0 && holds.test(islands.get(segment))) {
            since = OptionalLong.of(moments[segment]);
            segment--;
        }
        return since;
    }

    private int segment(long at) {
        int segment = moments.length - 1;
        while (moments[segment] > at) {
            segment--;
        }
        return segment;
    }

    private static Map<String, String> islands(
            Set<String> hosts, List<Operation> active, Links links) {
        Set<String> off = new TreeSet<>();
        Set<String> closed = new TreeSet<>();
        Set<String> lossy = new TreeSet<>();
        for (Operation fault : active) {
            switch (fault.function()) {
                case "cut" -> closed.addAll(List.of(fault.field("links").split(" ", -1)));
                case "lossy" -> lossy.add(fault.field("host"));
                default -> off.add(fault.field("host"));
            }
        }
        Map<String, String> islands = new HashMap<>();
        for (String host : hosts) {
            if (!off.contains(host) && !islands.containsKey(host)) {
                spread(
                        host,
                        host,
                        hosts,
                        islands,
                        (from, to) ->
                                !off.contains(to)
                                        && !closed.contains(from + ">" + to)
                                        && !closed.contains(to + ">" + from)
                                        && (links == Links.ALL
                                                || !(lossy.contains(from) || lossy.contains(to))));
            }
        }
        return islands;
    }

    private static void spread(
            String island, String host, Set<String> hosts, Map<String, String> islands, Open open) {
        islands.put(host, island);
        for (String other : hosts) {
            if (!islands.containsKey(other) && open.between(host, other)) {
                spread(island, other, hosts, islands, open);
            }
        }
    }

    private interface Open {
        boolean between(String from, String to);
    }
}
