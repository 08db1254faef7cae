package io.epmesh.gossip.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.epmesh.gossip.PeerId;
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
            "45504d4701000000" // magic, version, reserved
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

    @Test
    void decode_otherVersion_throwsNamingIt() {
        EmbeddedChannel channel = new EmbeddedChannel(new HelloDecoder(HELLO.mesh()));
        byte[] bytes = ByteBufUtil.decodeHexDump(BYTES);
        bytes[4] = 2;
        assertThatThrownBy(() -> channel.writeInbound(Unpooled.wrappedBuffer(bytes)))
                .isInstanceOf(CorruptedFrameException.class)
                .hasMessage("version: 2 (expected: 1)");
        assertThat(channel.finish()).isFalse();
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
