package io.epmesh.epmd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sockets that a service manager hands over.
@Timeout(240)
class ActivationTest {
    private static final String ALIVE_X = "000e 78 9999 4d 00 0006 0005 0001 78 0000";
    private static final EpmdSettings SETTINGS = EpmdSettings.DEFAULTS.withPort(0);

    @BeforeEach
    void assumeEpoll() {
        assumeTrue(Epoll.isAvailable(), "skipped: no native epoll on this system");
    }

    private static List<String> peer() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                ActivatedPeer.class.getName());
    }

    private static StartResult start(InheritedSockets sockets, Transport transport) {
        return EpmdServer.start(
                SETTINGS,
                new RecordingDirectory(),
                Map.of(),
                transport,
                new ServiceManager(sockets, Optional.empty()));
    }

    private static String reason(StartResult result) {
        if (result instanceof StartResult.CannotListen(InetSocketAddress _, String reason)) {
            return reason;
        }
        throw new AssertionError(result);
    }

    @Test
    void environment_ofThisProcess_givesDescriptorsFromThree() {
        assertThat(InheritedSockets.of(Map.of("LISTEN_FDS", "2", "LISTEN_PID", "77"), 77))
                .isEqualTo(new InheritedSockets.Descriptors(List.of(3, 4)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"78", "", "seventyseven"})
    void environment_ofAnotherProcess_givesNone(String pid) {
        assertThat(InheritedSockets.of(Map.of("LISTEN_FDS", "1", "LISTEN_PID", pid), 77))
                .isEqualTo(new InheritedSockets.None());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "17", "-1", "x", "", "99999999999"})
    void environment_countOutOfRange_isBroken(String count) {
        assertThat(InheritedSockets.of(Map.of("LISTEN_FDS", count, "LISTEN_PID", "77"), 77))
                .isEqualTo(
                        new InheritedSockets.Broken("LISTEN_FDS: " + count + " (expected: 1..16)"));
    }

    @Test
    void start_broken_cannotListen() {
        InheritedSockets broken = new InheritedSockets.Broken("LISTEN_FDS: x");
        assertThat(reason(start(broken, Transport.EPOLL))).isEqualTo("LISTEN_FDS: x");
    }

    @Test
    void start_blockingSocket_isServed() throws Exception {
        Socket socket = Socket.newSocketStream();
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        socket.listen(16);
        InheritedSockets sockets = new InheritedSockets.Descriptors(List.of(socket.intValue()));
        if (start(sockets, Transport.EPOLL) instanceof StartResult.Started(EpmdServer server)) {
            try (server;
                    Wire node = Wire.to(server)) {
                assertThat(server.port()).isEqualTo(socket.localAddress().getPort());
                assertThat(node.send(ALIVE_X).read(2)).isEqualTo("7600");
            }
        } else {
            throw new AssertionError("not started");
        }
    }

    @Test
    void start_socketThatDoesNotListen_isRefused() throws Exception {
        Socket socket = Socket.newSocketStream();
        try {
            int descriptor = socket.intValue();
            InheritedSockets sockets = new InheritedSockets.Descriptors(List.of(descriptor));
            assertThat(reason(start(sockets, Transport.EPOLL)))
                    .isEqualTo(
                            "descriptor %d: not usable (expected: a TCP socket that listens)"
                                    .formatted(descriptor));
        } finally {
            socket.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9_999})
    void start_whatIsNoSocket_isRefused(int descriptor) {
        InheritedSockets sockets = new InheritedSockets.Descriptors(List.of(descriptor));
        assertThat(reason(start(sockets, Transport.EPOLL))).contains("not usable");
        assertThat(reason(start(sockets, Transport.NIO))).contains("not usable");
    }

    /// The manager holds the socket: who connects while nobody serves is answered by the next one.
    @Test
    void peer_killed_answersThoseThatCameInTheGap() throws Exception {
        try (StandInManager manager = new StandInManager("4", peer(), Map.of())) {
            for (int i = 0; i < 2; i++) {
                long pid = manager.nextStart();
                assertThat(ask(manager, "127.0.0.1", "0002 7a78")).isEqualTo("7701");
                ProcessHandle peer = ProcessHandle.of(pid).orElseThrow();
                assertThat(peer.destroyForcibly()).isTrue();
                peer.onExit().get();
                // The next one takes far longer to start than this to connect.
                assertThat(ask(manager, "127.0.0.1", "0001 6e"))
                        .isEqualTo("%08x".formatted(manager.port()));
            }
        }
    }

    @Test
    void peer_dualStackSocket_takesMappedAddressesForLocal() throws Exception {
        try (StandInManager manager = new StandInManager("6", peer(), Map.of())) {
            for (String address : List.of("127.0.0.1", "127.0.0.2", "::1")) {
                assertThat(ask(manager, address, ALIVE_X)).as(address).startsWith("7600");
            }
            assertThat(ask(manager, "127.0.0.1", "0001 6b")).isEqualTo("4f4b");
        }
    }

    private static Wire connect(StandInManager manager, String address) throws IOException {
        return new Wire(InetAddress.ofLiteral(address), manager.port());
    }

    /// Half-closed, so that a registration ends with it.
    private static String ask(StandInManager manager, String address, String hex)
            throws IOException {
        try (Wire wire = connect(manager, address)) {
            return wire.send(hex).endOutput().readUntilEnd(64);
        }
    }
}
