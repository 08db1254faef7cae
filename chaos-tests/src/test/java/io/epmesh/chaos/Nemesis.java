package io.epmesh.chaos;

import io.epmesh.chaos.history.History;
import io.epmesh.chaos.history.Outcome;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/// Does what a schedule says, and undoes it. To the history go `fault` (`kind`, `what`, `cycle`),
/// and of the network `cut` (`links`) and `lossy` (`host`), each from before its beginning to after
/// its end. One thread.
final class Nemesis {
    private static final String[] SILENT = {"DROP"};

    /// Within which a write is on the disk of every peer that is reached.
    private static final Duration PROPAGATED = Duration.ofSeconds(1);

    private static final String[] LOUD = {"REJECT", "--reject-with", "tcp-reset"};

    private final Cluster cluster;
    private final History history;
    private final Lock quiet;
    private final Map<Fault, Long> faults = new LinkedHashMap<>();
    private final Map<String, Long> cuts = new LinkedHashMap<>();
    private final Map<Host, Long> lossy = new LinkedHashMap<>();
    private final Surroundings surroundings;

    /// Whose nodes stay away until [#populate].
    private final Set<Host> deserted = new HashSet<>();

    /// @param quiet held while nobody may write
    Nemesis(Cluster cluster, History history, Lock quiet) {
        this.quiet = quiet;
        this.cluster = cluster;
        this.history = history;
        this.surroundings = new Surroundings(cluster, history);
    }

    void begin(Fault fault) throws Exception {
        faults.put(fault, history.now());
        List<Host> hosts = fault.hosts().stream().map(cluster.hosts()::host).toList();
        int half = hosts.size() / 2;
        switch (fault.kind()) {
            case HALVES -> cut(hosts, apart(half, half), SILENT);
            case ONE -> cut(hosts, apart(1, 1), SILENT);
            // One host in the middle reaches both halves, which do not reach each other.
            case BRIDGE -> cut(hosts, apart(half, half + 1), SILENT);
            // Of the first third nothing comes through to the last third.
            case ONE_WAY ->
                    cut(
                            hosts,
                            (from, to) ->
                                    from < Math.max(1, half / 2)
                                            && to >= hosts.size() - Math.max(1, half / 2),
                            SILENT);
            // Each reaches its neighbours on a ring, which are a majority, and nobody else.
            case RING ->
                    cut(
                            hosts,
                            (from, to) -> {
                                int distance = Math.abs(from - to);
                                return Math.min(distance, hosts.size() - distance)
                                        > (hosts.size() + 2) / 4;
                            },
                            SILENT);
            case RESET -> cut(hosts, apart(half, half), LOUD);
            case LOSS ->
                    lose(
                            new ArrayList<>(hosts.subList(0, Math.max(1, hosts.size() / 3))),
                            fault.amount());
            case KILL_PEERS -> hosts.forEach(cluster::killPeer);
            case KILL_NODES -> {
                for (Host host : hosts) {
                    cluster.killNodes(host);
                }
            }
            case KILL_HOSTS -> killHosts(hosts);
            case KILL_ALL -> hosts.forEach(cluster::killPeer);
            case STORM -> {
                for (Host host : hosts) {
                    cluster.killPeer(host);
                    cluster.startPeer(host);
                }
            }
            case POWER -> {
                vanish(hosts);
                losePower(hosts);
            }
            case BLACKOUT -> losePower(hosts);
            case TRUNCATE -> truncate(hosts, fault.amount());
            case ROLLING_RESTART, ROLLING_UPGRADE -> {
                for (Host host : hosts) {
                    cluster.restartPeer(host, fault.kind() == Fault.Kind.ROLLING_UPGRADE);
                }
            }
            case DESERT -> {
                for (Host host : hosts) {
                    cluster.killPeer(host);
                    cluster.killNodes(host);
                    deserted.add(host);
                }
            }
            case PAUSE -> hosts.forEach(cluster::pause);
            case FREEZE -> hosts.forEach(cluster::freeze);
            case DISK_FULL, CLOCK -> surroundings.begin(fault.kind(), hosts, fault.amount());
        }
    }

    /// What goes on during a fault: peers of a storm are killed again.
    void again(Fault fault) throws Exception {
        if (fault.kind() == Fault.Kind.STORM && faults.containsKey(fault)) {
            for (int number : fault.hosts()) {
                Host host = cluster.hosts().host(number);
                cluster.killPeer(host);
                cluster.startPeer(host);
            }
        }
    }

    /// Undoes all faults: the network first, then what stands still, then what was killed.
    void heal(int cycle) throws Exception {
        if (!cuts.isEmpty() || !lossy.isEmpty()) {
            cluster.hosts().running().parallelStream().forEach(Host::dropNothing);
        }
        cuts.forEach((links, since) ->
                history.add("nemesis", "cut", Outcome.INFO, since, Map.of("links", links)));
        lossy.forEach((host, since) ->
                history.add("nemesis", "lossy", Outcome.INFO, since, Map.of("host", host.name())));
        cuts.clear();
        lossy.clear();
        cluster.resume();
        surroundings.heal();
        cluster.startPeers();
        for (Host host : cluster.hosts().all()) {
            if (!deserted.contains(host)) {
                cluster.startNodes(host);
            }
        }
        faults.forEach((fault, since) ->
                history.add(
                        "nemesis",
                        "fault",
                        Outcome.INFO,
                        since,
                        new TreeMap<>(
                                Map.of(
                                        "kind",
                                        fault.kind().name().toLowerCase(Locale.ROOT),
                                        "what",
                                        fault.toString(),
                                        "cycle",
                                        "" + cycle))));
        faults.clear();
    }

    /// Whether nodes stay away though all is healed, until [#populate].
    boolean hasDeserted() {
        return !deserted.isEmpty();
    }

    /// Starts the nodes that stayed away.
    void populate() throws Exception {
        for (Host host : deserted) {
            cluster.startNodes(host);
        }
        deserted.clear();
    }

    /// Nothing passes between the first `left` hosts and those from the `right`-th on.
    private static BiPredicate<Integer, Integer> apart(int left, int right) {
        return (from, to) -> (from < left && to >= right) || (to < left && from >= right);
    }

    private void cut(List<Host> hosts, BiPredicate<Integer, Integer> isCut, String... target) {
        Map<Host, List<Host>> sources = new LinkedHashMap<>();
        for (int to = 0; to < hosts.size(); to++) {
            for (int from = 0; from < hosts.size(); from++) {
                if (from != to && isCut.test(from, to)) {
                    sources.computeIfAbsent(hosts.get(to), _ -> new ArrayList<>())
                            .add(hosts.get(from));
                }
            }
        }
        cuts.put(links(sources), history.now());
        refuse(sources, target);
    }

    /// A host that is off refuses everything anyway, and has no filter.
    private void refuse(Map<Host, List<Host>> sources, String... target) {
        List<Host> running = cluster.hosts().running();
        sources.entrySet().parallelStream()
                .filter(cut -> running.contains(cut.getKey()))
                .forEach(cut -> cut.getKey().refuseFrom(cut.getValue(), target));
    }

    private static String links(Map<Host, List<Host>> sources) {
        TreeSet<String> links = new TreeSet<>();
        sources.forEach((to, froms) -> froms.forEach(from -> links.add(from + ">" + to)));
        return links.stream().collect(Collectors.joining(" "));
    }

    private void lose(List<Host> hosts, int percent) {
        hosts.retainAll(cluster.hosts().running());
        for (Host host : hosts) {
            lossy.put(host, history.now());
            host.lose(percent / 100.0 + "");
        }
    }

    /// They vanish from the network, and then all that ran on them is gone.
    private void killHosts(List<Host> hosts) throws Exception {
        vanish(hosts);
        for (Host host : hosts) {
            cluster.killHost(host);
        }
    }

    /// What was not on their disks is gone too.
    private void losePower(List<Host> hosts) throws Exception {
        for (Host host : hosts) {
            cluster.killHost(host);
            cluster.hosts().disk(host).losePower();
        }
    }

    /// Peers are killed, and a part of what their journals say is lost, of which all others have
    /// had a second to write it to theirs.
    private void truncate(List<Host> hosts, int percent) throws IOException {
        quiet.lock();
        try {
            LockSupport.parkNanos(PROPAGATED.toNanos());
            hosts.forEach(cluster::killPeer);
        } finally {
            quiet.unlock();
        }
        for (Host host : hosts) {
            try (FileChannel file =
                    FileChannel.open(
                            cluster.hosts().disk(host).mount().resolve("mappings.journal"),
                            StandardOpenOption.WRITE)) {
                file.truncate(file.size() * (100 - percent) / 100);
            }
        }
    }

    private void vanish(List<Host> hosts) {
        List<Host> others = new ArrayList<>(cluster.hosts().all());
        others.removeAll(hosts);
        for (Host host : hosts) {
            Map<Host, List<Host>> sources = new LinkedHashMap<>();
            sources.put(host, others);
            others.forEach(other -> sources.put(other, List.of(host)));
            cuts.put(links(sources), history.now());
            refuse(sources, SILENT);
        }
    }
}
