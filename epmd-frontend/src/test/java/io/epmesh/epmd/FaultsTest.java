package io.epmesh.epmd;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What goes wrong ends a connection or a moment, never the server.
@Timeout(120)
class FaultsTest {
    private static final String ALIVE_X = "000e 78 9999 4d 00 0006 0005 0001 78 0000";

    /// A node behind the server with a bug in each method.
    private static final class BrokenDirectory implements Directory {
        @Override
        public boolean registered(Registration registration) {
            throw new IllegalStateException("a bug, meant by the test");
        }

        @Override
        public void unregistered(Registration registration) {
            throw new IllegalStateException("a bug, meant by the test");
        }

        @Override
        public Optional<PortInfo> lookup(NodeName name, InetAddress remote, InetAddress local) {
            throw new IllegalStateException("a bug, meant by the test");
        }

        @Override
        public List<NamedPort> names() {
            return List.of();
        }

        @Override
        public void stopRequested() {
            throw new IllegalStateException("a bug, meant by the test");
        }
    }

    @Test
    void directory_thatThrows_costsTheConnectionAlone() throws Exception {
        EpmdSettings settings = EpmdSettings.DEFAULTS.withPort(0);
        StartResult result = EpmdServer.start(settings, new BrokenDirectory(), Map.of());
        assertThat(result).isInstanceOf(StartResult.Started.class);
        try (EpmdServer server = ((StartResult.Started) result).server()) {
            for (String request : List.of(ALIVE_X, "0002 7a78")) {
                try (Wire wire = Wire.to(server)) {
                    assertThat(wire.send(request).readAll()).isEmpty();
                }
            }
            assertThat(server.registrations().get()).isEmpty();
            try (Wire wire = Wire.to(server)) {
                assertThat(wire.send("0001 6e").readAll()).hasSize(8);
            }
        }
    }

    @Test
    void accept_thatFails_shedsTheOldestAndGoesOn() {
        EmbeddedChannel oldest = new EmbeddedChannel();
        Counters counters = new Counters();
        Lobby lobby = new Lobby(EpmdLimits.DEFAULTS, counters, System::nanoTime);
        assertThat(lobby.enter(oldest, InetAddress.getLoopbackAddress(), true)).isPresent();
        EmbeddedChannel listener = new EmbeddedChannel(new AcceptFaultHandler(lobby, counters));
        listener.pipeline().fireExceptionCaught(new IOException("Too many open files"));
        assertThat(oldest.isOpen()).isFalse();
        assertThat(listener.isOpen()).isTrue();
        assertThat(listener.config().isAutoRead()).isTrue();
        assertThat(counters.statistics().acceptFailures()).isEqualTo(1);
    }

    /// Else the loop would spin until somebody goes.
    @Test
    void accept_thatFailsWithNobodyToShed_pauses() {
        Counters counters = new Counters();
        Lobby lobby = new Lobby(EpmdLimits.DEFAULTS, counters, System::nanoTime);
        EmbeddedChannel listener = new EmbeddedChannel(new AcceptFaultHandler(lobby, counters));
        listener.freezeTime();
        listener.pipeline().fireExceptionCaught(new IOException("Too many open files"));
        assertThat(listener.isOpen()).isTrue();
        assertThat(listener.config().isAutoRead()).isFalse();
        listener.advanceTimeBy(100, TimeUnit.MILLISECONDS);
        listener.runScheduledPendingTasks();
        assertThat(listener.config().isAutoRead()).isTrue();
    }
}
