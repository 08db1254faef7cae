package io.epmesh.epmd;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class EpmdClientTest {
    private static final NodeName X = new NodeName("x");
    private static final PortInfo INFO = PortInfo.ofErlangNode(9);

    private final RecordingDirectory directory = new RecordingDirectory();
    private final EpmdServer server = start();
    private final EpmdClient client = client(server.port(), Duration.ofMinutes(1));

    private EpmdServer start() {
        EpmdSettings settings = EpmdSettings.DEFAULTS.withPort(0).relaxed();
        return switch (EpmdServer.start(settings, directory, Map.of())) {
            case StartResult.Started(EpmdServer started) -> started;
            case StartResult.AddressInUse other -> throw new AssertionError(other);
            case StartResult.CannotListen other -> throw new AssertionError(other);
        };
    }

    private static EpmdClient client(int port, Duration timeout) {
        return new EpmdClient(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), timeout);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private AliveConnection register() {
        return switch (client.alive(X, INFO)) {
            case EpmdResult.Registered(AliveConnection connection) -> connection;
            case EpmdResult.OfAlive other -> throw new AssertionError(other);
        };
    }

    @Test
    void alive_untilClosed_isRegistered() throws Exception {
        try (AliveConnection connection = register()) {
            assertThat(connection.creation()).isGreaterThan(4);
            assertThat(client.lookup(X)).isEqualTo(new EpmdResult.Found(X, INFO));
            assertThat(client.names())
                    .isEqualTo(new EpmdResult.Listed(server.port(), List.of(new NamedPort(X, 9))));
            assertThat(client.alive(X, INFO)).isEqualTo(new EpmdResult.Refused());
            assertThat(client.dump())
                    .isEqualTo(
                            new EpmdResult.Dumped(
                                    server.port(), "active name     <x> at port 9, fd = 1\n"));
        }
        assertThat(directory.next()).startsWith("registered");
        assertThat(directory.next()).startsWith("unregistered");
        assertThat(client.lookup(X)).isEqualTo(new EpmdResult.NotFound());
    }

    @Test
    void stop_knownAndUnknown_isTold() {
        assertThat(client.stop(X)).isEqualTo(new EpmdResult.NoSuchName());
        try (AliveConnection _ = register()) {
            assertThat(client.stop(X)).isEqualTo(new EpmdResult.Stopped());
        }
    }

    @Test
    void kill_relaxed_isGranted() throws Exception {
        assertThat(client.kill()).isEqualTo(new EpmdResult.Killed());
        assertThat(directory.next()).isEqualTo("stop requested");
    }

    @Test
    void anything_nobodyListens_isUnavailable() {
        server.close();
        assertThat(client.names()).isInstanceOf(EpmdResult.Unavailable.class);
        assertThat(client.lookup(X)).isInstanceOf(EpmdResult.Unavailable.class);
        assertThat(client.alive(X, INFO)).isInstanceOf(EpmdResult.Unavailable.class);
        assertThat(client.dump()).isInstanceOf(EpmdResult.Unavailable.class);
        assertThat(client.kill()).isInstanceOf(EpmdResult.Unavailable.class);
        assertThat(client.stop(X)).isInstanceOf(EpmdResult.Unavailable.class);
    }

    @Test
    void anything_serverThatNeverAnswers_isUnavailableInTime() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            EpmdClient hasty = client(mute.getLocalPort(), Duration.ofMillis(50));
            assertThat(hasty.names()).isInstanceOf(EpmdResult.Unavailable.class);
            assertThat(hasty.alive(X, INFO)).isInstanceOf(EpmdResult.Unavailable.class);
        }
    }
}
