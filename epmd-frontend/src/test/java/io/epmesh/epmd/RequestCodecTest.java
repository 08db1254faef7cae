package io.epmesh.epmd;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.epmesh.epmd.EpmdRequest.Alive2;
import io.epmesh.epmd.EpmdRequest.Dump;
import io.epmesh.epmd.EpmdRequest.Kill;
import io.epmesh.epmd.EpmdRequest.Names;
import io.epmesh.epmd.EpmdRequest.PortPlease2;
import io.epmesh.epmd.EpmdRequest.RefusedAlive2;
import io.epmesh.epmd.EpmdRequest.Stop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestCodecTest {
    static Stream<Arguments> goldenRequests() {
        PortInfo info = PortInfo.ofErlangNode(39321);
        PortInfo old = new PortInfo(80, 104, 0, 5, 5, Extra.of(new byte[] {0, -1}));
        return Stream.of(
                Arguments.of("alive2_req", new Alive2(new NodeName("x"), info)),
                Arguments.of("alive2_req_v5_extra", new Alive2(new NodeName("åb"), old)),
                Arguments.of("port_please2_req", new PortPlease2(new NodeName("rabbit"))),
                Arguments.of("names_req", new Names()),
                Arguments.of("dump_req", new Dump()),
                Arguments.of("kill_req", new Kill()),
                Arguments.of("stop_req", new Stop(new NodeName("x"))));
    }

    @ParameterizedTest
    @MethodSource("goldenRequests")
    void encode_eachRequest_givesGoldenBytes(String golden, EpmdRequest request) {
        ByteBuf out = Unpooled.buffer();
        RequestCodec.encode(request, out);
        assertThat(ByteBufUtil.getBytes(out)).isEqualTo(Golden.bytes(golden));
    }

    @ParameterizedTest
    @MethodSource("goldenRequests")
    void decode_goldenBytesAtOnce_givesRequest(String golden, EpmdRequest request) {
        EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder(_ -> false));
        channel.writeInbound(Unpooled.wrappedBuffer(Golden.bytes(golden)));
        assertThat(decodeFrame(channel)).isEqualTo(request);
        assertThat(channel.finish()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("goldenRequests")
    void decode_goldenBytesOneByOne_givesRequest(String golden, EpmdRequest request) {
        EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder(_ -> false));
        for (byte each : Golden.bytes(golden)) {
            assertThat(channel.inboundMessages()).isEmpty();
            channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {each}));
        }
        assertThat(decodeFrame(channel)).isEqualTo(request);
        assertThat(channel.finish()).isFalse();
    }

    private static EpmdRequest decodeFrame(EmbeddedChannel channel) {
        ByteBuf frame = channel.readInbound();
        assertThat(frame).isNotNull();
        try {
            return RequestCodec.decode(frame);
        } finally {
            assertThat(frame.release()).isTrue();
        }
    }

    private static EpmdRequest decode(String hex) {
        return RequestCodec.decode(Unpooled.wrappedBuffer(Golden.hex(hex)));
    }

    private static EpmdRequest alive2(byte[] name, int extra) {
        ByteBuf body = Unpooled.buffer();
        body.writeBytes(Golden.hex("78 0001 4d 00 0006 0005"));
        body.writeShort(name.length).writeBytes(name).writeShort(extra).writeZero(extra);
        return RequestCodec.decode(body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "70", // an opcode of old
                "78 0001 4d 00 0006 0005 0000 0000", // 13 bytes
                "78 0001 4d 00 0006 0005 0002 78 0000", // Nlen beyond the end
                "78 0001 4d 00 0006 0005 0001 78 0001", // Elen beyond the end
                "78 0001 4d 00 0006 0005 ffff 78 0000", // Nlen far beyond the end
                "78 0001 4d 00 0006 0005 0003 780078 0000", // NUL inside
                "78 0001 4d 00 0006 0005 0002 7800 0000", // NUL at the end
                "7a", // no name
                "7a 00", // a NUL alone
                "7a 780079", // NUL inside
                "7a 780000", // two NULs at the end
                "7a c080", // overlong
                "7a eda080", // surrogate
                "7a f4908080", // above U+10FFFF
                "7a c3", // cut short
                "73" // no name
            })
    void decode_brokenShape_isViolation(String hex) {
        assertThatThrownBy(() -> decode(hex)).isInstanceOf(ProtocolViolation.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"c080", "eda080", "f4908080", "c3", "80", "784068"})
    void decodeAlive2_badName_isRefused(String name) {
        assertThat(alive2(Golden.hex(name), 0)).isInstanceOf(RefusedAlive2.class);
    }

    @Test
    void decodeAlive2_emptyNameWithExtra_isRefused() {
        assertThat(alive2(new byte[0], 1)).isInstanceOf(RefusedAlive2.class);
    }

    @Test
    void decodeAlive2_255And256CodePointsOfFourBytes_isAcceptedAndRefused() {
        byte[] most = new NodeName("😀".repeat(255)).toBytes();
        assertThat(most).hasSize(1020);
        assertThat(alive2(most, 0)).isInstanceOf(Alive2.class);
        assertThat(alive2("n".repeat(256).getBytes(US_ASCII), 0)).isInstanceOf(RefusedAlive2.class);
    }

    @Test
    void decodeAlive2_extraOf1020And1021_isAcceptedAndRefused() {
        assertThat(alive2(new byte[] {'x'}, 1020)).isInstanceOf(Alive2.class);
        assertThat(alive2(new byte[] {'x'}, 1021)).isInstanceOf(RefusedAlive2.class);
    }

    @Test
    void decodeAlive2_bytesBehindExtra_areIgnored() {
        assertThat(decode("78 0001 4d 00 0006 0005 0001 78 0000 ff"))
                .isEqualTo(new Alive2(new NodeName("x"), PortInfo.ofErlangNode(1)));
    }

    @Test
    void decodePortPlease2_oneNulAtTheEnd_isStripped() {
        assertThat(decode("7a 78 00")).isEqualTo(new PortPlease2(new NodeName("x")));
    }

    @Test
    void decodePortPlease2_255Characters_isAccepted() {
        NodeName name = new NodeName("n".repeat(255));
        ByteBuf body = Unpooled.buffer().writeByte(0x7a).writeBytes(name.toBytes());
        assertThat(RequestCodec.decode(body)).isEqualTo(new PortPlease2(name));
    }

    @Test
    void decodeStop_nulInside_endsTheName() {
        assertThat(decode("73 78 00 ff")).isEqualTo(new Stop(new NodeName("x")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"73 00", "73 c080"})
    void decodeStop_whatNobodyCanRegister_isNoViolation(String hex) {
        assertThat(decode(hex)).isEqualTo(new EpmdRequest.StopNoName());
    }

    @Test
    void encode_refusedAlive2_throws() {
        ByteBuf out = Unpooled.buffer();
        assertThatThrownBy(() -> RequestCodec.encode(new RefusedAlive2(6, "why"), out))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
