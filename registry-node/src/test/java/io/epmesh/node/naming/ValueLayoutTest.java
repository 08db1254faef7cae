package io.epmesh.node.naming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.epmesh.gossip.Bytes;
import io.epmesh.gossip.Key;
import io.epmesh.node.naming.NodeEntry.HostIs;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The bytes of the four values that peers exchange. They never change: peers of all versions read
/// them, and journals keep them.
class ValueLayoutTest {
    private static final NodeRegistration NODE =
            new NodeRegistration(
                    "räksmörgås",
                    "h1",
                    HostIs.VERIFIED,
                    Optional.of("10.0.0.7"),
                    40_001,
                    'M',
                    new NodeEntry.Protocol(6, 5, 1),
                    0xfedc_ba98L,
                    true,
                    Instant.ofEpochMilli(1_763_637_188_123L),
                    Bytes.copyOf(new byte[] {1, -1}));

    private static final PeerDescription PEER =
            new PeerDescription(
                    4369, "0.1", "10.0.0.1:4370", List.of("h1", "h1.ö"), List.of("10.0.0.1"));

    private static final NodeMapping MAPPING =
            new NodeMapping(
                    NodeName.parse("d@elsewhere"), 8001, "10.0.0.9", Optional.of("db"), "h1");

    private static final CableOrder ORDER =
            new CableOrder(
                    new Effect.Slow(Duration.ofMillis(50), Duration.ofMillis(5)),
                    Effect.stall(),
                    Optional.of(Duration.ofMinutes(10)),
                    "h1");

    /// A value, its key, and what reading it is expected to give.
    ///
    /// @param read decodes the bytes
    record Layout(String name, Bytes value, Object expected, String hex, Reader read) {
        @Override
        public String toString() {
            return name;
        }
    }

    interface Reader {
        Optional<Object> decode(Bytes value);
    }

    static Stream<Layout> layouts() {
        return Stream.of(
                new Layout(
                        "registration",
                        NODE.encode(),
                        NODE,
                        """
                        9c41 4d 01 0006 0005 00000000fedcba98 0000019aa0f7d61b 05
                        0002 6831
                        0008 31302e302e302e37
                        0002 01ff
                        """,
                        value ->
                                NodeRegistration.decode(NODE.key(), value).map(Object.class::cast)),
                new Layout(
                        "description",
                        PEER.encode(),
                        PEER,
                        """
                        1111
                        0003 302e31
                        000d 31302e302e302e313a34333730
                        0002 0002 6831 0005 68312ec3b6
                        0001 0008 31302e302e302e31
                        """,
                        value -> PeerDescription.decode(value).map(Object.class::cast)),
                new Layout(
                        "mapping",
                        MAPPING.encode(),
                        MAPPING,
                        """
                        1f41
                        0008 31302e302e302e39
                        0002 6462
                        0002 6831
                        """,
                        value ->
                                NodeMapping.decode(NodeMapping.key(MAPPING.node()), value)
                                        .map(Object.class::cast)),
                new Layout(
                        "order",
                        ORDER.encode(),
                        ORDER,
                        """
                        01 00000032 00000005
                        02 00000000 00000000
                        00000000000927c0
                        0002 6831
                        """,
                        value -> CableOrder.decode(value).map(Object.class::cast)));
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void encode_isAsWrittenHere(Layout layout) {
        assertThat(layout.value()).hasToString(layout.hex().replaceAll("\\s+", ""));
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void decode_whatWasEncoded_isTheSame(Layout layout) {
        assertThat(layout.read().decode(layout.value())).hasValue(layout.expected());
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void decode_moreBytesThanKnown_ignoresThem(Layout layout) {
        byte[] longer = Arrays.copyOf(layout.value().toArray(), layout.value().length() + 3);

        assertThat(layout.read().decode(Bytes.copyOf(longer))).hasValue(layout.expected());
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void decode_cutAnywhere_isNothing(Layout layout) {
        byte[] whole = layout.value().toArray();
        for (int length = 0; length < whole.length; length++) {
            assertThat(layout.read().decode(Bytes.copyOf(Arrays.copyOf(whole, length))))
                    .as("%d of %d bytes", length, whole.length)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void decode_anyBytes_isAValueOrNothing(Layout layout) {
        Random random = new Random(20_251_120);
        byte[] whole = layout.value().toArray();
        int read = 0;
        for (int round = 0; round < 5_000; round++) {
            byte[] mutated = whole.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            read += layout.read().decode(Bytes.copyOf(mutated)).isPresent() ? 1 : 0;
            byte[] noise = new byte[random.nextInt(64)];
            random.nextBytes(noise);
            read += layout.read().decode(Bytes.copyOf(noise)).isPresent() ? 1 : 0;
        }
        assertThat(read).as("values among the mutants").isBetween(1, 9_999);
    }

    @Test
    void relayPort_isAFieldMore_thatFormerVersionsNeitherWriteNorRead() {
        Bytes value = PEER.withRelayPort(4372).encode();

        assertThat(value).hasToString(PEER.encode() + "1114");
        assertThat(PeerDescription.decode(value)).hasValue(PEER.withRelayPort(4372));
        assertThat(PeerDescription.decode(PEER.encode()).map(PeerDescription::relayPort))
                .hasValue(0);
    }

    @Test
    void decode_ofAnotherKind_isNothing() {
        Key other = new Key(999, NODE.key().name());

        assertThat(NodeRegistration.decode(other, NODE.encode())).isEmpty();
        assertThat(NodeMapping.decode(other, MAPPING.encode())).isEmpty();
    }

    @Test
    void decode_unknownFlags_areIgnored() {
        byte[] value = NODE.encode().toArray();
        int flags = HexFormat.of().formatHex(value).indexOf("05000268") / 2;
        value[flags] |= (byte) 0xf0;

        assertThat(NodeRegistration.decode(NODE.key(), Bytes.copyOf(value))).hasValue(NODE);
    }

    @Test
    void decode_valuesOutOfRange_areNothing() {
        Bytes portZero = new ValueWriter().u16(0).text("a").text("").text("h").toBytes();
        Bytes noAddress = new ValueWriter().u16(1).text("").text("").text("h").toBytes();
        Bytes noHosts =
                new ValueWriter().u16(1).text("").text("").u16(0).u16(1).text("a").toBytes();
        Bytes manyHosts = new ValueWriter().u16(1).text("").text("").u16(0xffff).toBytes();

        assertThat(NodeMapping.decode(NodeMapping.key(MAPPING.node()), portZero)).isEmpty();
        assertThat(NodeMapping.decode(NodeMapping.key(MAPPING.node()), noAddress)).isEmpty();
        assertThat(PeerDescription.decode(noHosts)).isEmpty();
        assertThat(PeerDescription.decode(manyHosts)).isEmpty();
    }

    @Test
    void encode_textBeyondItsLength_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ValueWriter().text("x".repeat(0x1_0000)))
                .withMessage("length: 65536 (expected: 0..65535)");
    }
}
