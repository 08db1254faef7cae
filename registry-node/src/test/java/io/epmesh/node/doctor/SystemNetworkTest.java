package io.epmesh.node.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.epmd.AliveConnection;
import io.epmesh.epmd.EpmdResult;
import io.epmesh.epmd.NodeName;
import io.epmesh.epmd.PortInfo;
import io.epmesh.gossip.jgroups.MeshKey;
import io.epmesh.node.Await;
import io.epmesh.node.RunningPeer;
import io.epmesh.node.config.Key;
import io.epmesh.node.doctor.Network.KeyCheck;
import io.epmesh.node.handshake.HandshakeResult;
import io.epmesh.node.naming.PeerEntry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemNetworkTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    @TempDir private Path directory;

    private final SystemNetwork network = new SystemNetwork();

    @AfterEach
    void close() {
        network.close();
    }

    @Test
    void peer_andItsNodes_areFound() throws Exception {
        try (RunningPeer peer =
                        RunningPeer.start(directory.resolve("data"), Map.of(Key.HOST_NAME, "h1"));
                AliveConnection _ =
                        ((EpmdResult.Registered)
                                        peer.epmd()
                                                .alive(
                                                        new NodeName("a"),
                                                        PortInfo.ofErlangNode(9_100)))
                                .connection()) {
            Await.until("a is shown", () -> network.isKnown(peer.epmdPort(), "a@h1"));
            assertThat(network.isKnown(peer.epmdPort(), "a")).isTrue();
            assertThat(network.isKnown(peer.epmdPort(), "b")).isFalse();
            assertThat(network.isKnown(peer.epmdPort(), "no name")).isFalse();
            assertThat(network.lookup(peer.epmdPort(), "a@h1")).isPresent();
            assertThat(network.atPort(peer.epmdPort()))
                    .isInstanceOfSatisfying(
                            AtPort.Peer.class,
                            it -> {
                                assertThat(it.peers()).anyMatch(PeerEntry::self);
                                assertThat(it.value("host-name")).isEqualTo("h1");
                            });
            InetSocketAddress epmd = new InetSocketAddress(LOOPBACK, peer.epmdPort());
            assertThat(network.names(epmd))
                    .isInstanceOfSatisfying(
                            EpmdResult.Listed.class, it -> assertThat(it.names()).hasSize(1));
            assertThat(network.port(epmd, "a")).isInstanceOf(EpmdResult.Found.class);
            assertThat(network.port(epmd, "b")).isInstanceOf(EpmdResult.NotFound.class);
        }
    }

    @Test
    void portOfNobody_isNothing() throws Exception {
        int port = freePort();
        InetSocketAddress address = new InetSocketAddress(LOOPBACK, port);
        assertThat(network.atPort(port)).isInstanceOf(AtPort.Nothing.class);
        assertThat(network.connect(address)).hasValueSatisfying(it -> assertThat(it).isNotBlank());
        assertThat(network.ask(address)).isInstanceOf(HandshakeResult.Refused.class);
        assertThat(network.lookup(port, "a@h1")).isEmpty();
        assertThat(network.isKnown(port, "a")).isFalse();
    }

    @Test
    void portOfSomethingElse_isAStranger() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, LOOPBACK)) {
            Thread.ofVirtual().name("stranger").start(() -> closeAll(server));
            InetSocketAddress address = new InetSocketAddress(LOOPBACK, server.getLocalPort());
            assertThat(network.atPort(server.getLocalPort())).isInstanceOf(AtPort.Stranger.class);
            assertThat(network.connect(address)).isEmpty();
            assertThat(network.ask(address)).isInstanceOf(HandshakeResult.Accepts.class);
        }
    }

    @Test
    void greet_tellsKeysApart() throws Exception {
        Path key = directory.resolve("mesh.pem");
        Path other = directory.resolve("other.pem");
        MeshKey.create(key);
        MeshKey.create(other);
        try (RunningPeer peer =
                RunningPeer.start(
                        directory.resolve("data"),
                        Map.of(
                                Key.HOST_NAME,
                                "h1",
                                Key.KEY_FILE,
                                key.toString(),
                                Key.GOSSIP_ADDRESS,
                                "127.0.0.1"))) {
            InetSocketAddress gossip = gossip(peer);
            // Asked again where a busy machine takes longer than it waits for an answer.
            Await.until("same", () -> network.greet(gossip, key) == KeyCheck.SAME);
            Await.until("other", () -> network.greet(gossip, other) == KeyCheck.OTHER);
        }
        assertThat(network.greet(new InetSocketAddress(LOOPBACK, freePort()), key))
                .isEqualTo(KeyCheck.UNREACHABLE);
        try (ServerSocket server = new ServerSocket(0, 50, LOOPBACK)) {
            Thread.ofVirtual().name("stranger").start(() -> closeAll(server));
            InetSocketAddress stranger = new InetSocketAddress(LOOPBACK, server.getLocalPort());
            assertThat(network.greet(stranger, key)).isEqualTo(KeyCheck.SILENT);
        }
    }

    @Test
    void addresses_areToldApart() {
        assertThat(network.resolve("192.0.2.1"))
                .containsExactly(InetAddress.ofLiteral("192.0.2.1"));
        assertThat(network.resolve("localhost")).anyMatch(InetAddress::isLoopbackAddress);
        assertThat(network.isOwn(LOOPBACK)).isTrue();
        assertThat(network.isOwn(InetAddress.ofLiteral("192.0.2.1"))).isFalse();
    }

    /// The port that is told at first may be the configured 0.
    private InetSocketAddress gossip(RunningPeer peer) {
        InetSocketAddress[] found = new InetSocketAddress[1];
        Await.until(
                "the gossip port is bound",
                () -> {
                    if (network.atPort(peer.epmdPort()) instanceof AtPort.Peer told) {
                        String address = told.peers().getFirst().gossipAddress();
                        int port =
                                Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
                        found[0] = new InetSocketAddress(LOOPBACK, port);
                        return port > 0;
                    }
                    return false;
                });
        return found[0];
    }

    private static int freePort() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
            return server.getLocalPort();
        }
    }

    private static void closeAll(ServerSocket server) {
        try {
            while (true) {
                Socket client = server.accept();
                client.close();
            }
        } catch (IOException ended) {
            // the test is over
        }
    }
}
