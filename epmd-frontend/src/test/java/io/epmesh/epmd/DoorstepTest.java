package io.epmesh.epmd;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Connections whose first bytes are there before they are accepted: the event loop is held while
/// they are sent.
@Timeout(120)
class DoorstepTest {
    private static final int ECHO = 0xe0;
    private static final String ALIVE_X = "000e 78 9999 4d 00 0006 0005 0001 78 0000";
    private static final String FOUND_X = "770099994d00000600050001780000";

    private final RecordingDirectory directory = new RecordingDirectory();
    private final EpmdServer server = start();
    private final List<Wire> wires = new ArrayList<>();

    private EpmdServer start() {
        Extension echo =
                (channel, body, _) -> {
                    ChannelFuture _ = channel.writeAndFlush(body.retain());
                };
        return switch (EpmdServer.start(
                EpmdSettings.DEFAULTS.withPort(0), directory, Map.of(ECHO, echo))) {
            case StartResult.Started(EpmdServer started) -> started;
            case StartResult.AddressInUse other -> throw new AssertionError(other);
            case StartResult.CannotListen other -> throw new AssertionError(other);
        };
    }

    @AfterEach
    void close() throws IOException {
        for (Wire each : wires) {
            each.close();
        }
        server.close();
    }

    private Wire early(String... hex) throws IOException {
        CountDownLatch sent = new CountDownLatch(1);
        server.executor()
                .execute(() -> {
                    try {
                        sent.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        try {
            Wire wire = Wire.to(server);
            wires.add(wire);
            for (String part : hex) {
                wire.send(part);
            }
            return wire;
        } finally {
            sent.countDown();
        }
    }

    /// Until the connection is past the doorstep.
    private void awaitReception() throws InterruptedException {
        while (server.statistics().connections() == 0) {
            if (Thread.interrupted()) {
                throw new InterruptedException("not received in time");
            }
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0002 7a78, " + FOUND_X,
        "0003 7a7800, " + FOUND_X,
        "0002 7a79, 7701",
        "0002 7a78 ff, ''",
        "0001 7a, ''",
        "0002 7aff, ''",
        "0000, ''",
    })
    void lookup_wholeOnTheDoorstep_isAnsweredAsEver(String request, String expected)
            throws Exception {
        assertThat(early(ALIVE_X).read(2)).isEqualTo("7600");
        assertThat(early(request).readAll()).isEqualTo(expected);
    }

    @Test
    void lookup_onTheDoorstep_isCounted() throws Exception {
        assertThat(early("0002 7a78").readAll()).isEqualTo("7701");
        assertThat(early("0002 7a78").readAll()).isEqualTo("7701");
        assertThat(server.statistics().connections()).isEqualTo(2);
        assertThat(server.statistics().replies()).isEqualTo(2);
    }

    @Test
    void lookup_partOnTheDoorstep_isAnsweredWhenWhole() throws Exception {
        Wire wire = early("00");
        awaitReception();
        assertThat(wire.send("02 7a78").readAll()).isEqualTo("7701");
    }

    @Test
    void lookup_notEvenBegunOnTheDoorstep_isAnsweredWhenItComes() throws Exception {
        Wire wire = early();
        awaitReception();
        assertThat(wire.send("0002 7a78").readAll()).isEqualTo("7701");
    }

    @Test
    void registration_onTheDoorstep_lastsUntilItsConnectionEnds() throws Exception {
        Wire node = early(ALIVE_X);
        assertThat(node.read(2)).isEqualTo("7600");
        assertThat(directory.next()).isEqualTo("registered x /127.0.0.1");
        node.hangUp();
        assertThat(directory.next()).isEqualTo("unregistered x");
    }

    @Test
    void names_onTheDoorstep_areListed() throws Exception {
        assertThat(early("0001 6e").readAll()).isEqualTo("%08x".formatted(server.port()));
    }

    @Test
    void extension_onTheDoorstep_getsTheConnection() throws Exception {
        assertThat(early("0002 e055").read(2)).isEqualTo("e055");
    }

    @Test
    void clientThatResets_onTheDoorstep_harmsNobody() throws Exception {
        early("0002 7a78").reset();
        assertThat(early("0002 7a78").readAll()).isEqualTo("7701");
    }
}
