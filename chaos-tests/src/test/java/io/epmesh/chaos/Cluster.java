package io.epmesh.chaos;

import io.epmesh.chaos.history.History;
import io.epmesh.chaos.history.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Hosts with a peer, raw nodes and some a real Erlang node each, and what can be done to them.
/// What it does goes to the history: `down` and `paused` of peers, `live` of nodes. Owned by the
/// nemesis' thread.
final class Cluster {
    private static final Duration START = Duration.ofSeconds(60);
    private static final int FIRST_PORT = 10_000;
    private static final int PORTS_A_HOST = 2_000;

    /// So that a real node sees within seconds that another is cut off.
    private static final String[] SHORT_TICKS = {"-kernel", "net_ticktime", "8"};

    private final Containers hosts;
    private final History history;
    private final Plan plan;
    private final Map<Host, Peer> peers = new HashMap<>();
    private final Map<Host, CompletableFuture<Void>> starting = new HashMap<>();
    private final Map<Host, Long> downSince = new ConcurrentHashMap<>();
    private final Map<Host, Long> pausedSince = new HashMap<>();
    private final Map<Host, List<RawNode>> raw = new HashMap<>();
    private final Map<Host, ErlangNode> erlang = new ConcurrentHashMap<>();
    private final Map<Host, Long> erlangSince = new HashMap<>();
    private final Map<Host, Integer> nextPort = new HashMap<>();

    Cluster(Containers hosts, History history, Plan plan) {
        this.hosts = hosts;
        this.history = history;
        this.plan = plan;
    }

    /// Starts everything.
    void start() throws Exception {
        Path key = hosts.host(1).directory().resolve("mesh.pem");
        hosts.host(1).epmesh("keys", "new", "" + key).orFail();
        for (Host host : hosts.all()) {
            history.add(host.name(), "host", Outcome.INFO, 0, Map.of("address", host.address()));
            downSince.put(host, 0L);
            peers.put(
                    host,
                    Peer.withKey(host, key, hosts.all(), plan.settings().toArray(String[]::new)));
            starting.put(host, awaitUp(host));
        }
        startPeers();
        for (Host host : hosts.all()) {
            List<RawNode> here = new ArrayList<>();
            plan.raw(host).forEach(name -> here.add(new RawNode(host, name, history)));
            raw.put(host, here);
            startNodes(host);
        }
    }

    Containers hosts() {
        return hosts;
    }

    Plan plan() {
        return plan;
    }

    /// Full names of all nodes that may live on a host.
    List<String> names(Host host) {
        List<String> names = new ArrayList<>(plan.raw(host));
        if (hasErlang(host)) {
            names.add("erl@" + host.name());
        }
        return names;
    }

    /// The real Erlang node of a host, if there is one now; for any thread.
    Optional<ErlangNode> erlang(Host host) {
        return Optional.ofNullable(erlang.get(host));
    }

    private boolean hasErlang(Host host) {
        return hosts.all().indexOf(host) < plan.erlang();
    }

    /// Lines `node port up` of all that live.
    Set<String> living() {
        Set<String> living = new TreeSet<>();
        raw.values().stream()
                .flatMap(List::stream)
                .filter(RawNode::isAlive)
                .forEach(node -> living.add(node.fullName() + " " + node.port() + " up"));
        erlang.values().forEach(node -> living.add(node.fullName() + " " + node.port() + " up"));
        return living;
    }

    /// SIGKILL for a peer, once it has answered; it is down until it answers after [#startPeer].
    void killPeer(Host host) {
        awaitStarted(host);
        downSince.putIfAbsent(host, history.now());
        peer(host).kill();
        ended(host, "paused", pausedSince.remove(host));
    }

    /// Kills a host with all that runs on it.
    void killHost(Host host) throws IOException {
        awaitStarted(host);
        downSince.putIfAbsent(host, history.now());
        hosts.container(host).kill();
        killPeer(host);
        killNodes(host);
    }

    /// Ends a peer as its operator would and starts it again, and waits until it answers.
    ///
    /// @param exchanged whether it is the other version of the program from now on
    void restartPeer(Host host, boolean exchanged) throws IOException {
        awaitStarted(host);
        downSince.putIfAbsent(host, history.now());
        peer(host).stop();
        if (exchanged) {
            peer(host).exchange();
        }
        startPeer(host);
        awaitStarted(host);
    }

    /// Starts a peer that was killed, and its host if need be, and does not wait for it.
    void startPeer(Host host) throws IOException {
        if (hosts.container(host).isOff()) {
            hosts.container(host).start();
        }
        if (!peer(host).isRunning()) {
            peer(host).restart();
            starting.put(host, awaitUp(host));
        }
    }

    /// Starts all peers that do not run and waits until each answers.
    void startPeers() throws IOException {
        for (Host host : hosts.all()) {
            startPeer(host);
        }
        hosts.all().forEach(this::awaitStarted);
    }

    private void awaitStarted(Host host) {
        CompletableFuture<Void> start = starting.remove(host);
        if (start != null) {
            start.join();
        }
    }

    /// Lets a peer stand still.
    void pause(Host host) {
        pausedSince.put(host, history.now());
        peer(host).freeze();
    }

    /// Lets all that runs on a host stand still.
    void freeze(Host host) {
        pausedSince.put(host, history.now());
        hosts.container(host).pause();
    }

    /// Lets all go on that stand still.
    void resume() {
        for (Host host : pausedSince.keySet()) {
            if (!hosts.container(host).unpause()) {
                peer(host).thaw();
            }
        }
        pausedSince.forEach((host, since) -> ended(host, "paused", since));
        pausedSince.clear();
    }

    /// Kills the nodes of a host.
    void killNodes(Host host) throws IOException {
        for (RawNode node : raw.getOrDefault(host, List.of())) {
            node.kill();
        }
        ErlangNode node = erlang.remove(host);
        if (node != null) {
            long since = erlangSince.getOrDefault(host, 0L);
            node.kill();
            lived(host, node, since);
        }
    }

    /// Starts the nodes of a host that do not live; its peer must be up.
    void startNodes(Host host) throws Exception {
        for (RawNode node : raw.getOrDefault(host, List.of())) {
            if (!node.isAlive()) {
                node.start(port(host));
            }
        }
        if (hasErlang(host) && !erlang.containsKey(host)) {
            erlangSince.put(host, history.now());
            erlang.put(host, ErlangNode.start(host, "erl", port(host), SHORT_TICKS));
        }
    }

    /// Ends one raw node's life, if it lives, and begins another at a port of its own.
    void renew(Host host, int number) throws IOException {
        RawNode node = raw.getOrDefault(host, List.of()).get(number);
        if (node.isAlive()) {
            node.kill();
            node.start(port(host));
        }
    }

    /// Tells the history of each peer that has ended by itself.
    void checkPeers() {
        for (Host host : hosts.all()) {
            if (!peer(host).isRunning() && downSince.putIfAbsent(host, history.now()) == null) {
                error(host, "the peer has ended by itself");
            }
        }
    }

    /// Ends what the history must know of, keeps the peers' logs in `logs`.
    void finish(Path logs) throws IOException, InterruptedException {
        resume();
        for (Host host : hosts.all()) {
            killNodes(host);
            for (RawNode node : raw.getOrDefault(host, List.of())) {
                node.awaitEnd();
            }
            ended(host, "down", downSince.remove(host));
            host.keepLog(logs);
        }
    }

    private Peer peer(Host host) {
        Peer peer = peers.get(host);
        if (peer == null) {
            throw new IllegalStateException("no peer was started on " + host);
        }
        return peer;
    }

    private int port(Host host) {
        int number = nextPort.merge(host, 1, Integer::sum);
        return FIRST_PORT + hosts.all().indexOf(host) * PORTS_A_HOST + number % PORTS_A_HOST;
    }

    private CompletableFuture<Void> awaitUp(Host host) {
        CompletableFuture<Void> up = new CompletableFuture<>();
        Thread _ =
                host.thread(
                        host.name() + "-await",
                        () -> {
                            try {
                                Await.within(START, () -> EpmdClient.lookup("127.0.0.1", "x"));
                                ended(host, "down", downSince.remove(host));
                            } catch (AssertionError e) {
                                error(host, "the peer does not start: " + e.getMessage());
                            } finally {
                                up.complete(null);
                            }
                        });
        return up;
    }

    private void lived(Host host, ErlangNode node, long since) {
        history.add(
                host.name(),
                "live",
                Outcome.INFO,
                since,
                Map.of("node", node.fullName(), "host", host.name(), "port", "" + node.port()));
    }

    private void ended(Host host, String state, @Nullable Long since) {
        if (since != null) {
            history.add("nemesis", state, Outcome.INFO, since, Map.of("host", host.name()));
        }
    }

    private void error(Host host, String line) {
        history.add(host.name(), "error", Outcome.INFO, history.now(), Map.of("line", line));
    }
}
