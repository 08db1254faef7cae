package io.epmesh.epmd;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Look-ups that the directory answers by itself, and addresses that tell what is meant.
@Timeout(120)
class DetourTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress OTHER = InetAddress.ofLiteral("127.77.0.1");
    private static final String ALIVE_X = "000e 78 9999 4d 00 0006 0005 0001 78 0000";
    private static final String LOOK_X_UP = "0002 7a78";

    private final RecordingDirectory directory = new RecordingDirectory();
    private final CompletableFuture<Optional<PortInfo>> answer = new CompletableFuture<>();
    private final EpmdServer server =
            ((StartResult.Started)
                            EpmdServer.start(
                                    EpmdSettings.DEFAULTS.withPort(0), directory, Map.of()))
                    .server();

    @AfterEach
    void close() {
        server.close();
    }

    private void detour() {
        directory.detour = Optional.of(answer);
    }

    @Test
    void lookup_waitsForTheDirectory_whichSeesTheRegistration() throws Exception {
        try (Wire node = Wire.to(server).send(ALIVE_X)) {
            assertThat(node.read(2)).isEqualTo("7600");
            assertThat(directory.next()).startsWith("registered x ");
            detour();
            try (Wire client = Wire.to(server).send(LOOK_X_UP)) {
                assertThat(directory.next()).isEqualTo("detour x Optional[39321] /127.0.0.1");
                assertThat(client.isQuiet()).isTrue();
                answer.complete(Optional.of(PortInfo.ofErlangNode(1)));
                assertThat(client.readAll()).isEqualTo("770000014d00000600050001780000");
            }
        }
    }

    @Test
    void lookup_thatCameBeforeItWasAccepted_waitsToo() throws Exception {
        detour();
        CountDownLatch sent = new CountDownLatch(1);
        server.executor()
                .execute(() -> {
                    try {
                        sent.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        try (Wire client = Wire.to(server).send(LOOK_X_UP)) {
            sent.countDown();
            assertThat(directory.next()).isEqualTo("detour x Optional.empty /127.0.0.1");
            answer.complete(Optional.empty());
            assertThat(client.readAll()).isEqualTo("7701");
        }
    }

    @Test
    void client_thatGoesWhileItWaits_troublesNobody() throws Exception {
        detour();
        try (Wire client = Wire.to(server).send(LOOK_X_UP)) {
            assertThat(directory.next()).startsWith("detour x");
            client.reset();
        }
        answer.complete(Optional.empty());
        directory.detour = Optional.empty();
        try (Wire next = Wire.to(server).send(LOOK_X_UP)) {
            assertThat(next.readAll()).isEqualTo("7701");
        }
    }

    @Test
    void directory_thatFails_closesTheConnection() throws Exception {
        detour();
        try (Wire client = Wire.to(server).send(LOOK_X_UP)) {
            answer.completeExceptionally(new IllegalStateException("on purpose, by a test"));
            assertThat(client.readAll()).isEmpty();
        }
    }

    @Test
    void address_withNamesOfItsOwn_listsThem() throws Exception {
        directory.namesAt.put(OTHER, List.of(new NamedPort(new NodeName("y"), 9)));
        directory.added = List.of(new NamedPort(new NodeName("z"), 8));
        assertThat(names(OTHER)).containsExactly(new NamedPort(new NodeName("y"), 9));
        assertThat(names(LOOPBACK)).containsExactly(new NamedPort(new NodeName("z"), 8));
    }

    private List<NamedPort> names(InetAddress at) {
        var client =
                new EpmdClient(new InetSocketAddress(at, server.port()), Duration.ofMinutes(1));
        return ((EpmdResult.Listed) client.names()).names();
    }

    @Test
    void address_thatTellsTheHost_givesItToNodesThatRegisterThere() throws Exception {
        directory.hostAt.put(OTHER, "mesh");
        try (Wire node = new Wire(OTHER, server.port()).send(ALIVE_X)) {
            assertThat(node.read(2)).isEqualTo("7600");
            assertThat(directory.next()).startsWith("registered x@mesh ");
        }
    }
}
