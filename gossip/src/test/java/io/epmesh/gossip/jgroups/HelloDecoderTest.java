package io.epmesh.gossip.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.epmesh.gossip.PeerId;
import io.epmesh.gossip.jgroups.HelloDecoder.ForeignVersionException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CorruptedFrameException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HelloDecoderTest {
    private static final Hello HELLO = new Hello(Hello.mesh("epmesh"), new PeerId(1, -2), 3);
    private static final String BYTES =
            "45504d4701010000" // magic, least and highest version, reserved
                    + "9c7ea1e42bfbe25a" // mesh
                    + "0000000000000001fffffffffffffffe" // peer
                    + "0000000000000003"; // incarnation

    @Test
    void encode_golden_sameBytes() {
        ByteBuf out = Unpooled.buffer();
        HELLO.encode(out);
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo(BYTES);
        assertThat(out.readableBytes()).isEqualTo(Hello.LENGTH);
    }

    @Test
    void decode_byteByByte_passesTheHelloAndTheRest() {
        EmbeddedChannel channel = new EmbeddedChannel(new HelloDecoder(HELLO.mesh()));
        for (byte b : ByteBufUtil.decodeHexDump(BYTES)) {
            channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {b}));
        }
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {9}));
        assertThat(channel.<Hello>readInbound()).isEqualTo(HELLO);
        ByteBuf rest = channel.readInbound();
        assertThat(rest.readByte()).isEqualTo((byte) 9);
        rest.release();
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void decode_wrongFirstByte_throwsAtOnce() {
        EmbeddedChannel channel = new EmbeddedChannel(new HelloDecoder(HELLO.mesh()));
        assertThatThrownBy(() -> channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {'G'})))
                .isInstanceOf(CorruptedFrameException.class)
                .hasMessage("magic[0]: 71 (expected: 69)");
        assertThat(channel.finish()).isFalse();
    }

    /// As peers of version 0.1 say it.
    @Test
    void decode_withoutHighestVersion_hasTheLeast() {
        assertThat(decoded(1, 0)).isEqualTo(HELLO);
    }

    @Test
    void decode_laterVersionThatSpeaksThisOneToo_isLetIn() {
        assertThat(decoded(1, 9).versions()).isEqualTo(new Hello.Versions(1, 9));
    }

    @Test
    void decode_noCommonVersion_throwsNamingBoth() {
        assertThatThrownBy(() -> decoded(2, 9))
                .isInstanceOf(ForeignVersionException.class)
                .hasMessage("speaks versions 2..9 (expected: one of 1..1)");
        assertThatThrownBy(() -> decoded(0, 0)).isInstanceOf(ForeignVersionException.class);
    }

    @Test
    void versions_thatOverlap_haveOneInCommon() {
        Hello.Versions middle = new Hello.Versions(3, 5);
        for (int highest = 1; highest <= 8; highest++) {
            for (int least = 1; least <= highest; least++) {
                Hello.Versions other = new Hello.Versions(least, highest);
                boolean expected = least <= 5 && highest >= 3;
                assertThat(middle.hasOneOf(other)).as("%s", other).isEqualTo(expected);
                assertThat(other.hasOneOf(middle)).as("%s", other).isEqualTo(expected);
            }
        }
    }

    private static Hello decoded(int least, int highest) {
        byte[] bytes = ByteBufUtil.decodeHexDump(BYTES);
        bytes[4] = (byte) least;
        bytes[5] = (byte) highest;
        EmbeddedChannel channel = new EmbeddedChannel(new HelloDecoder(HELLO.mesh()));
        try {
            channel.writeInbound(Unpooled.wrappedBuffer(bytes));
            return channel.readInbound();
        } finally {
            channel.finishAndReleaseAll();
        }
    }

    @Test
    void deadline_dripping_closes() {
        EmbeddedChannel channel = new EmbeddedChannel(new HelloDecoder(HELLO.mesh()));
        channel.freezeTime();
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {'E'}));
        channel.advanceTimeBy(HelloDecoder.DEADLINE_MILLIS - 100, TimeUnit.MILLISECONDS);
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {'P'}));
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isTrue();
        channel.advanceTimeBy(200, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isFalse();
        assertThat(channel.finish()).isFalse();
    }
}
