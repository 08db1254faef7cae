package io.epmesh.node.adoption;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.epmd.Extra;
import io.epmesh.epmd.NodeName;
import io.epmesh.epmd.PortInfo;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LogCodecTest {
    private static final RecordedNode NODE =
            new RecordedNode(
                    new NodeName("rabbit"),
                    new PortInfo(25672, 77, 0, 6, 5, Extra.of(new byte[] {9, 8})),
                    0xfffffffeL,
                    Instant.ofEpochMilli(0x0102030405L),
                    InetAddress.ofLiteral("127.0.0.1"),
                    OptionalLong.of(0x1234),
                    Optional.of(new SelfDescription("rabbit", "h1", 0xfffffffdL)));

    private static final RecordedNode BARE =
            new RecordedNode(
                    new NodeName("a"),
                    PortInfo.ofErlangNode(1),
                    4,
                    Instant.EPOCH,
                    InetAddress.ofLiteral("::1"),
                    OptionalLong.empty(),
                    Optional.empty());

    private static void check(LogRecord entry, String hex) {
        String bytes = hex.replace(" ", "");
        assertThat(HexFormat.of().formatHex(LogCodec.encode(entry))).isEqualTo(bytes);
        assertThat(LogCodec.decode(HexFormat.of().parseHex(bytes))).contains(entry);
    }

    @Test
    void held_allKnown_hasGoldenBytes() {
        check(
                new LogRecord.Held(NODE),
                "02 03 6448 4d 00 0006 0005 fffffffe 0000000102030405 0000000000001234 fffffffd"
                        + " 0006 726162626974 0004 7f000001 0002 0908 0006 726162626974 0002 6831");
    }

    @Test
    void held_noProof_hasGoldenBytes() {
        check(
                new LogRecord.Held(BARE),
                "02 00 0001 4d 00 0006 0005 00000004 0000000000000000 0000000000000000 00000000"
                        + " 0001 61 0010 00000000000000000000000000000001 0000 0000 0000");
    }

    @Test
    void others_haveGoldenBytes() {
        check(new LogRecord.Boot("1-2"), "01 0003 312d32");
        check(new LogRecord.Freed(new NodeName("å")), "03 0002 c3a5");
        check(new LogRecord.Floor(0xffffffffL), "04 ffffffff");
    }

    @Test
    void decode_anythingTruncated_isNoRecord() {
        byte[] whole = LogCodec.encode(new LogRecord.Held(NODE));
        for (int length = 0; length < whole.length; length++) {
            assertThat(LogCodec.decode(Arrays.copyOf(whole, length))).as("%d", length).isEmpty();
        }
    }

    @Test
    void decode_bytesBehindTheFields_areSkipped() {
        byte[] whole = LogCodec.encode(new LogRecord.Held(NODE));
        assertThat(LogCodec.decode(Arrays.copyOf(whole, whole.length + 3)))
                .contains(new LogRecord.Held(NODE));
    }

    @Test
    void decode_unknownKind_isNoRecord() {
        assertThat(LogCodec.decode(new byte[] {99, 0, 0})).isEmpty();
    }

    @Test
    void decode_addressOfFiveBytes_isNoRecord() {
        String hex = HexFormat.of().formatHex(LogCodec.encode(new LogRecord.Held(NODE)));
        String broken = hex.replace("00047f000001", "00057f00000101");
        assertThat(LogCodec.decode(HexFormat.of().parseHex(broken))).isEmpty();
    }
}
