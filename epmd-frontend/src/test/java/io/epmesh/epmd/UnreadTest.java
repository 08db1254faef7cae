package io.epmesh.epmd;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

class UnreadTest {
    /// What a pending buffer counts beside its bytes.
    private static final int OVERHEAD = 96;

    private final Counters counters = new Counters();
    private final Unread unread = new Unread(3_000, counters);

    /// A channel whose client has read nothing of so many bytes.
    private static EmbeddedChannel waiting(int bytes) {
        EmbeddedChannel channel = new EmbeddedChannel();
        ChannelFuture _ = channel.write(Unpooled.buffer().writeZero(bytes));
        return channel;
    }

    @Test
    void add_beyondTheBound_closesWhoWaitsLongest() {
        EmbeddedChannel first = waiting(1_000);
        EmbeddedChannel second = waiting(1_000);
        EmbeddedChannel third = waiting(1_000);
        unread.add(first);
        unread.add(second);
        assertThat(unread.bytes()).isEqualTo(2_000 + 2 * OVERHEAD);

        unread.add(third);

        assertThat(first.isOpen()).isFalse();
        assertThat(second.isOpen()).isTrue();
        assertThat(third.isOpen()).isTrue();
        assertThat(unread.bytes()).isEqualTo(2_000 + 2 * OVERHEAD);
        assertThat(counters.statistics().turnedAway()).isEqualTo(1);
        second.close().syncUninterruptibly();
        third.close().syncUninterruptibly();
        assertThat(unread.bytes()).isZero();
    }

    @Test
    void add_oneGreatReply_isKept() {
        EmbeddedChannel only = waiting(10_000);
        unread.add(only);
        assertThat(only.isOpen()).isTrue();
        only.close().syncUninterruptibly();
    }

    @Test
    void add_replyThatWasTaken_waitsForNothing() {
        EmbeddedChannel channel = new EmbeddedChannel();
        unread.add(channel);
        assertThat(unread.bytes()).isZero();
        channel.close().syncUninterruptibly();
        unread.add(channel);
        assertThat(unread.bytes()).isZero();
    }
}
