package io.epmesh.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

/// Hosts with a peer each, joined to one mesh. The peers' logs are kept in `target/logs`.
final class Mesh implements AutoCloseable {
    /// What the design promises for what happens on a reachable host.
    static final Duration PROMPT = Duration.ofSeconds(1);

    /// Long enough for what has no promise in seconds, such as joining, on a busy machine.
    static final Duration SETTLED = Duration.ofSeconds(20);

    private final Hosts hosts;
    private final String name;
    private final List<Peer> peers = new ArrayList<>();
    private final List<ErlangNode> nodes = new ArrayList<>();

    private Mesh(Hosts hosts, String name) {
        this.hosts = hosts;
        this.name = name;
    }

    /// Starts `count` hosts and their peers and waits until each peer knows all others.
    ///
    /// @param name of the directory for the logs
    static Mesh start(int count, String name) throws IOException {
        Mesh mesh = new Mesh(Hosts.start(count), name);
        try {
            mesh.startPeers();
            return mesh;
        } catch (RuntimeException | Error | IOException failed) {
            mesh.close();
            throw failed;
        }
    }

    private void startPeers() throws IOException {
        Host first = hosts.host(1);
        peers.add(Peer.first(first));
        for (Host host : hosts.all().subList(1, hosts.all().size())) {
            peers.add(Peer.joining(host, first));
        }
        awaitPeers();
    }

    /// Starts an Erlang node on the host of this number and waits until it is registered there.
    ErlangNode startNode(int number, String name, int port) throws Exception {
        ErlangNode node = ErlangNode.start(host(number), name, port);
        nodes.add(node);
        return node;
    }

    /// Starts all peers again that were killed, and waits until each knows all others.
    void restartPeers() throws IOException {
        for (Peer peer : peers) {
            if (!peer.isRunning()) {
                peer.restart();
            }
        }
        awaitPeers();
    }

    private void awaitPeers() {
        peers.forEach(Peer::awaitEpmd);
        Await.within(SETTLED, this::checkAllPeersAreUp);
    }

    /// Ends all nodes and faults and waits until nothing of them is left, for the next test.
    void reset() {
        hosts.heal();
        nodes.forEach(ErlangNode::kill);
        nodes.clear();
        Await.within(SETTLED, this::checkAllPeersAreUp);
        Await.within(SETTLED, this::checkNoNodes);
    }

    private void checkNoNodes() {
        onAllHosts(host ->
                assertThat(host.api("names?scope=mesh").having("node"))
                        .as("names on %s", host)
                        .noneMatch(name -> name.text("source").equals("live")));
    }

    Hosts hosts() {
        return hosts;
    }

    /// The host of this number, from 1.
    Host host(int number) {
        return hosts.host(number);
    }

    /// The peer of the host of this number, from 1.
    Peer peer(int number) {
        return peers.get(number - 1);
    }

    /// Fails unless every peer sees every peer up.
    void checkAllPeersAreUp() {
        onAllHosts(host ->
                assertThat(host.api("peers").having("id"))
                        .as("peers on %s", host)
                        .hasSize(hosts.all().size())
                        .allSatisfy(peer -> assertThat(peer.text("state")).isEqualTo("up")));
    }

    /// Fails unless `epmesh status` on every host says that all peers are equal.
    void checkAllAreConverged() {
        onAllHosts(host -> {
            Finished status = host.epmesh("status", "--format", "json");
            assertThat(status.exit()).as("%s on %s", status, host).isZero();
            assertThat(Json.parse(status.out()).having("converged"))
                    .as("%s on %s", status, host)
                    .singleElement()
                    .satisfies(answer -> assertThat(answer.text("converged")).isEqualTo("true"));
        });
    }

    /// Fails unless every host's peer answers a full name with this port; empty: not at all.
    void checkLookup(String fullName, OptionalInt port) {
        onAllHosts(host -> checkLookup(host, fullName, port));
    }

    private void onAllHosts(Consumer<Host> check) {
        hosts.all().parallelStream().forEach(check);
    }

    /// Fails unless the peer of one host answers a full name with this port; empty: not at all.
    static void checkLookup(Host host, String fullName, OptionalInt port) {
        assertThat(host.epmdOf("127.0.0.1").lookup(fullName))
                .as("%s on %s", fullName, host)
                .isEqualTo(port);
    }

    /// Fails unless a name of the mesh is in this state on a host.
    static void checkState(Host host, String fullName, String state) {
        assertThat(host.api("names?scope=mesh").having("node"))
                .as("names on %s", host)
                .filteredOn(name -> name.text("node").equals(fullName))
                .singleElement()
                .satisfies(name -> assertThat(name.text("state")).isEqualTo(state));
    }

    @Override
    public void close() throws IOException {
        try {
            hosts.keepLogs(name);
        } finally {
            hosts.close();
        }
    }
}
