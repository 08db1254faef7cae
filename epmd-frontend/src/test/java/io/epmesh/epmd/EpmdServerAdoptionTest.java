package io.epmesh.epmd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Adoption behind the start, over real sockets.
@Timeout(30)
class EpmdServerAdoptionTest {
    private static final String LOOKUP_X = "0002 7a78";

    private final RecordingDirectory directory = new RecordingDirectory();
    private final EpmdServer server =
            switch (EpmdServer.start(EpmdSettings.DEFAULTS.withPort(0), directory, Map.of())) {
                case StartResult.Started(EpmdServer started) -> started;
                case StartResult.AddressInUse other -> throw new AssertionError(other);
                case StartResult.CannotListen other -> throw new AssertionError(other);
            };

    @AfterEach
    void close() {
        server.close();
    }

    private String ask(String hex) throws IOException {
        try (Wire wire = Wire.to(server)) {
            return wire.send(hex).readAll();
        }
    }

    private CompletableFuture<Optional<Registration>> adoptX() {
        CompletableFuture<Optional<Registration>> told = new CompletableFuture<>();
        server.adopt(
                id ->
                        new Registration(
                                id,
                                new NodeName("x"),
                                PortInfo.ofErlangNode(39_321),
                                1_000,
                                Instant.EPOCH,
                                InetAddress.getLoopbackAddress()),
                Adoptions.NONE,
                told::complete);
        return told;
    }

    @Test
    void adopt_late_isAnsweredAndDroppedAgain() throws Exception {
        Registration adopted = adoptX().get().orElseThrow();
        assertThat(ask(LOOKUP_X)).startsWith("77009999");
        server.drop(adopted);
        assertThat(directory.next()).isEqualTo("unregistered x");
        assertThat(ask(LOOKUP_X)).isEqualTo("7701");
    }

    @Test
    void adopt_lateButTheNameIsTaken_isTold() throws Exception {
        try (Wire node = Wire.to(server)) {
            node.send("000e 78 9999 4d 00 0006 0005 0001 78 0000").read(6);
            assertThat(adoptX().get()).isEmpty();
            assertThat(ask(LOOKUP_X)).isEqualTo("770099994d00000600050001780000");
        }
        server.close();
        assertThat(adoptX()).isNotDone();
    }
}
