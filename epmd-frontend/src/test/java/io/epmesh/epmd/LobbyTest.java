package io.epmesh.epmd;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LobbyTest {
    private final ManualClock clock = new ManualClock(1);
    private final Counters counters = new Counters();
    private final Lobby lobby =
            new Lobby(EpmdLimits.DEFAULTS.withUnidentified(6, 2), counters, clock);
    private final EmbeddedChannel channel = new EmbeddedChannel();

    private Optional<Lobby.Guest> stranger(String address) throws UnknownHostException {
        return lobby.enter(new EmbeddedChannel(), InetAddress.getByName(address), false);
    }

    private Optional<Lobby.Guest> local() {
        return lobby.enter(channel, InetAddress.getLoopbackAddress(), true);
    }

    @Test
    void enter_oneSourceBeyondItsShare_isTurnedAway() throws UnknownHostException {
        Lobby.Guest first = stranger("192.0.2.1").orElseThrow();
        assertThat(stranger("192.0.2.1")).isPresent();
        assertThat(stranger("192.0.2.1")).isEmpty();
        assertThat(counters.statistics().turnedAway()).isEqualTo(1);
        lobby.leave(first);
        assertThat(stranger("192.0.2.1")).isPresent();
    }

    @Test
    void enter_addressesOfOneIpv6Network_areOneSource() throws UnknownHostException {
        assertThat(stranger("2001:db8::1")).isPresent();
        assertThat(stranger("2001:db8::2")).isPresent();
        assertThat(stranger("2001:db8::3")).isEmpty();
        assertThat(stranger("2001:db8:0:1::3")).isPresent();
    }

    @Test
    void enter_strangersBeyondHalf_leaveRoomForThisHost() throws UnknownHostException {
        for (int i = 1; i <= 3; i++) {
            assertThat(stranger("192.0.2." + i)).isPresent();
        }
        assertThat(stranger("192.0.2.4")).isEmpty();
        for (int i = 0; i < 3; i++) {
            assertThat(local()).isPresent();
        }
        assertThat(local()).isEmpty();
    }

    @Test
    void leave_twice_countsOnce() throws UnknownHostException {
        Lobby.Guest guest = stranger("192.0.2.1").orElseThrow();
        lobby.leave(guest);
        lobby.leave(guest);
        assertThat(lobby.size()).isZero();
        assertThat(stranger("192.0.2.1")).isPresent();
        assertThat(stranger("192.0.2.1")).isPresent();
        assertThat(stranger("192.0.2.1")).isEmpty();
    }

    @Test
    void whenEmpty_isRunAtOnceOrWhenTheLastOneLeaves() {
        List<String> told = new ArrayList<>();
        lobby.whenEmpty(() -> told.add("empty"));
        assertThat(told).containsExactly("empty");
        Lobby.Guest first = local().orElseThrow();
        Lobby.Guest last = local().orElseThrow();
        lobby.leave(first);
        assertThat(told).hasSize(1);
        lobby.leave(last);
        assertThat(told).hasSize(2);
    }

    @Test
    void sweep_silentForLongerThanTimeout_isClosed() {
        local();
        clock.advance(Duration.ofSeconds(60));
        lobby.sweep();
        assertThat(channel.isOpen()).isTrue();
        clock.advance(Duration.ofMillis(1));
        lobby.sweep();
        assertThat(channel.isOpen()).isFalse();
        assertThat(counters.statistics().timeouts()).isEqualTo(1);
    }

    @Test
    void sweep_byteAMinute_isClosedAtTheDeadline() {
        Lobby.Guest guest = local().orElseThrow();
        for (int i = 0; i < 8; i++) {
            lobby.sweep();
            assertThat(channel.isOpen()).isTrue();
            clock.advance(Duration.ofSeconds(30));
            lobby.touch(guest);
        }
        clock.advance(Duration.ofMillis(1));
        lobby.sweep();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void shed_few_closesTheOldest() {
        EmbeddedChannel younger = new EmbeddedChannel();
        local();
        lobby.enter(younger, InetAddress.getLoopbackAddress(), true);
        lobby.shed(1);
        assertThat(channel.isOpen()).isFalse();
        assertThat(younger.isOpen()).isTrue();
    }
}
