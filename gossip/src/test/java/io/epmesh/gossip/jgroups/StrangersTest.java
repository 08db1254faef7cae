package io.epmesh.gossip.jgroups;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StrangersTest {
    private static final InetAddress ONE = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress OTHER = InetAddress.ofLiteral("192.0.2.2");

    private final AtomicLong now = new AtomicLong();
    private final Strangers strangers = new Strangers(now::get);

    private Channel come(InetAddress source) {
        Channel channel = new EmbeddedChannel();
        strangers.add(channel, source);
        return channel;
    }

    @Test
    void misbehaved_tooOften_isBarredForAMoment() {
        for (int i = 0; i < Strangers.MAX_BAD - 1; i++) {
            strangers.misbehaved(ONE);
        }
        assertThat(come(ONE).isOpen()).isTrue();
        strangers.misbehaved(ONE);
        assertThat(come(ONE).isOpen()).isFalse();
        assertThat(come(OTHER).isOpen()).isTrue();
        now.addAndGet(Strangers.MOMENT_NANOS);
        assertThat(come(ONE).isOpen()).isTrue();
    }

    @Test
    void misbehaved_againAfterTheBar_isBarredForTwiceAsLong_upToABound() {
        long bar = Strangers.MOMENT_NANOS;
        for (int i = 0; i < 10; i++) {
            for (int visit = 0; visit < Strangers.MAX_BAD; visit++) {
                assertThat(come(ONE).isOpen()).isTrue();
                strangers.misbehaved(ONE);
            }
            now.addAndGet(bar - 1);
            assertThat(come(ONE).isOpen()).isFalse();
            now.addAndGet(1);
            bar = Math.min(2 * bar, Strangers.MAX_BAR_NANOS);
        }
        now.addAndGet(bar);
        for (int visit = 0; visit < Strangers.MAX_BAD; visit++) {
            strangers.misbehaved(ONE);
        }
        now.addAndGet(Strangers.MOMENT_NANOS);
        assertThat(come(ONE).isOpen()).as("who has kept away").isTrue();
    }

    @Test
    void misbehaved_rarely_isNeverBarred() {
        for (int i = 0; i < 100; i++) {
            strangers.misbehaved(ONE);
            now.addAndGet(Strangers.MOMENT_NANOS / (Strangers.MAX_BAD - 1) + 1);
            assertThat(come(ONE).isOpen()).isTrue();
        }
    }

    @Test
    void add_beyondTheLimitOfASource_closesItsOldest() {
        Channel first = come(ONE);
        Channel others = come(OTHER);
        for (int i = 1; i < Strangers.MAX_PER_SOURCE; i++) {
            come(ONE);
        }
        assertThat(first.isOpen()).isTrue();
        assertThat(come(ONE).isOpen()).isTrue();
        assertThat(first.isOpen()).isFalse();
        assertThat(others.isOpen()).isTrue();
        assertThat(strangers.size()).isEqualTo(Strangers.MAX_PER_SOURCE + 1);
    }

    /// A thousand that say nothing threw out who was in the middle of a handshake.
    @Test
    void add_beyondTheLimit_closesASilentOneFirst() {
        Channel speaking = come(OTHER);
        strangers.spoke(speaking);
        List<Channel> silent = new ArrayList<>();
        for (int i = 0; i < 2 * Strangers.MAX; i++) {
            silent.add(come(InetAddress.ofLiteral("198.51.100." + i % 256)));
        }
        assertThat(speaking.isOpen()).isTrue();
        assertThat(silent.getFirst().isOpen()).isFalse();
        assertThat(silent.getLast().isOpen()).isTrue();
        assertThat(strangers.size()).isEqualTo(Strangers.MAX);
    }

    @Test
    void add_beyondTheLimitOfThoseThatSpeak_closesTheOldest() {
        List<Channel> speaking = new ArrayList<>();
        for (int i = 0; i <= Strangers.MAX; i++) {
            speaking.add(come(InetAddress.ofLiteral("198.51.100." + i)));
            strangers.spoke(speaking.getLast());
        }
        assertThat(speaking.getFirst().isOpen()).isFalse();
        assertThat(speaking.get(1).isOpen()).isTrue();
    }
}
