package io.epmesh.epmd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.epmesh.epmd.EpmdResponse.Alive2Result;
import io.epmesh.epmd.EpmdResponse.DumpListing;
import io.epmesh.epmd.EpmdResponse.NamesListing;
import io.epmesh.epmd.EpmdResponse.PortFound;
import io.epmesh.epmd.EpmdResponse.PortNotFound;
import io.epmesh.epmd.EpmdResponse.Word;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseCodecTest {
    private static final NodeName X = new NodeName("x");
    private static final PortFound FOUND =
            new PortFound(X, PortInfo.ofErlangNode(39321).withExtra(Extra.of(new byte[] {0x61})));
    private static final NamesListing LISTING =
            new NamesListing(
                    4369, List.of(new NamedPort(new NodeName("b"), 2), new NamedPort(X, 39321)));

    static Stream<Arguments> goldenResponses() {
        Registration active =
                new Registration(
                        7,
                        X,
                        PortInfo.ofErlangNode(1),
                        4,
                        Instant.EPOCH,
                        InetAddress.getLoopbackAddress());
        FreedName unused = new FreedName(new NodeName("y"), 3, 2, 9);
        return Stream.of(
                Arguments.of("alive2_x_resp", new Alive2Result(6, 0, 0x8000_0004L)),
                Arguments.of("alive2_resp", new Alive2Result(5, 0, 3)),
                Arguments.of("alive2_x_resp_refused", Alive2Result.refused(6)),
                Arguments.of("alive2_resp_refused", Alive2Result.refused(5)),
                Arguments.of("port2_resp", FOUND),
                Arguments.of("port2_resp_not_found", new PortNotFound()),
                Arguments.of("names_resp", LISTING),
                Arguments.of("dump_resp", new DumpListing(4369, List.of(active), List.of(unused))),
                Arguments.of("kill_resp_ok", Word.OK),
                Arguments.of("kill_resp_no", Word.NO),
                Arguments.of("stop_resp", Word.STOPPED),
                Arguments.of("stop_resp_unknown", Word.NOEXIST));
    }

    @ParameterizedTest
    @MethodSource("goldenResponses")
    void encode_eachResponse_givesGoldenBytes(String golden, EpmdResponse response) {
        assertThat(encode(response)).isEqualTo(Golden.bytes(golden));
    }

    private static byte[] encode(EpmdResponse response) {
        ByteBuf out = Unpooled.buffer();
        ResponseCodec.encode(response, out);
        return ByteBufUtil.getBytes(out);
    }

    private static ByteBuf golden(String name) {
        return Unpooled.wrappedBuffer(Golden.bytes(name));
    }

    @Test
    void decodeAlive2_bothForms_giveResult() {
        assertThat(ResponseCodec.decodeAlive2(golden("alive2_x_resp")))
                .isEqualTo(new Alive2Result(6, 0, 0x8000_0004L));
        assertThat(ResponseCodec.decodeAlive2(golden("alive2_resp_refused")))
                .isEqualTo(Alive2Result.refused(5));
    }

    @Test
    void decodePort2_foundAndNotFound_giveResult() {
        assertThat(ResponseCodec.decodePort2(golden("port2_resp"))).isEqualTo(FOUND);
        assertThat(ResponseCodec.decodePort2(golden("port2_resp_not_found")))
                .isEqualTo(new PortNotFound());
    }

    @Test
    void decodePort2_cutAnywhere_isViolation() {
        byte[] whole = Golden.bytes("port2_resp");
        for (int length = 0; length < whole.length; length++) {
            ByteBuf cut = Unpooled.wrappedBuffer(whole, 0, length);
            assertThatThrownBy(() -> ResponseCodec.decodePort2(cut))
                    .isInstanceOf(ProtocolViolation.class);
        }
    }

    @Test
    void decodeNames_twoLines_givesThem() {
        assertThat(ResponseCodec.decodeNames(golden("names_resp"))).isEqualTo(LISTING);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "000011",
                "00001111 0a",
                "00001111 6e616d652078", // "name x"
                "00001111 6e616d6520782061742070 6f72742039 39393939" // port 99999
            })
    void decodeNames_noListing_isViolation(String hex) {
        ByteBuf bytes = Unpooled.wrappedBuffer(Golden.hex(hex));
        assertThatThrownBy(() -> ResponseCodec.decodeNames(bytes))
                .isInstanceOf(ProtocolViolation.class);
    }

    @Test
    void encodeNames_nameWithNewline_cannotForgeALine() {
        NodeName forger = new NodeName("a at port 1\nname b");
        byte[] bytes = encode(new NamesListing(4369, List.of(new NamedPort(forger, 2))));
        assertThat(ResponseCodec.decodeNames(Unpooled.wrappedBuffer(bytes)).names())
                .containsExactly(new NamedPort(new NodeName("a?at?port?1?name?b"), 2));
    }
}
