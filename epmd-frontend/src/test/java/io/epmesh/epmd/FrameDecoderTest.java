package io.epmesh.epmd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
    private static final int GOES_ON = 0xe0;

    private final EmbeddedChannel channel =
            new EmbeddedChannel(new FrameDecoder(opcode -> opcode == GOES_ON));

    private final List<ByteBuf> written = new ArrayList<>();

    private void write(String hex) {
        write(Unpooled.wrappedBuffer(Golden.hex(hex)));
    }

    private void write(ByteBuf bytes) {
        written.add(bytes);
        channel.writeInbound(bytes);
    }

    private void assertNothingLeft() {
        assertThat(channel.finish()).isFalse();
        assertThat(written).isNotEmpty().allMatch(bytes -> bytes.refCnt() == 0);
    }

    private void assertFrame(int length) {
        ByteBuf frame = channel.readInbound();
        assertThat(frame).isNotNull();
        assertThat(frame.readableBytes()).isEqualTo(length);
        frame.release();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3057})
    void length_inRange_givesFrame(int length) {
        write(Unpooled.buffer().writeShort(length).writeZero(length));
        assertFrame(length);
        assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3058, 65535})
    void length_outOfRange_isViolationAtOnce(int length) {
        assertThatThrownBy(() -> write(Unpooled.buffer().writeShort(length)))
                .isInstanceOf(ProtocolViolation.class)
                .hasMessageContaining("Length: " + length);
        assertNothingLeft();
    }

    @Test
    void surplus_inFirstRead_isViolation() {
        assertThatThrownBy(() -> write("0001 6e 00")).isInstanceOf(ProtocolViolation.class);
        assertNothingLeft();
    }

    @Test
    void surplus_inLaterRead_leavesFrameWhole() {
        write("0001");
        write("6e ff");
        assertFrame(1);
        assertThat(channel.inboundMessages()).isEmpty();
        channel.pipeline().removeFirst();
        assertFrame(1);
        assertNothingLeft();
    }

    @Test
    void surplus_inTheReadThatCompletesTheLength_isViolation() {
        write("00");
        assertThatThrownBy(() -> write("01 6e ff")).isInstanceOf(ProtocolViolation.class);
        assertNothingLeft();
    }

    @Test
    void surplus_beyondWhatOneReadTakes_leavesFrameWhole() {
        write(Unpooled.buffer().writeShort(3057).writeZero(3058));
        assertFrame(3057);
        channel.pipeline().removeFirst();
        assertFrame(1);
        assertNothingLeft();
    }

    @Test
    void surplus_ofOpcodeThatGoesOn_isHandedOnAtRemoval() {
        write("0002 e001 aabb");
        assertFrame(2);
        channel.pipeline().removeFirst();
        assertFrame(2);
        assertNothingLeft();
    }

    @Test
    void end_insideFrame_givesNothing() {
        write("0005 7a");
        assertNothingLeft();
    }
}
