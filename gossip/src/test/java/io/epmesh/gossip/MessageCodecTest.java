package io.epmesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.epmesh.gossip.Message.Judgement;
import io.epmesh.gossip.Message.Part;
import io.epmesh.gossip.Message.Unknown;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MessageCodecTest {
    private static final int HEADER_BYTES = 44;
    private static final int MUTANTS = 500;

    static Stream<String> names() {
        return GoldenMessages.byName().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void encode_eachMessage_givesTheGoldenBytes(String name) {
        assertThat(MessageCodec.encode(GoldenMessages.HEADER, message(name)))
                .isEqualTo(Golden.bytes(name));
    }

    @ParameterizedTest
    @MethodSource("names")
    void decode_goldenBytes_givesTheMessage(String name) throws MalformedMessageException {
        MessageCodec.Envelope envelope = MessageCodec.decode(Golden.bytes(name));
        assertThat(envelope.header()).isEqualTo(GoldenMessages.HEADER);
        assertThat(envelope.message()).isEqualTo(message(name));
    }

    @Test
    void goldenFiles_haveEveryTypeOfMessage() {
        Set<Class<?>> types = new HashSet<>();
        GoldenMessages.byName().values().forEach(message -> types.add(message.getClass()));
        types.add(Unknown.class);
        Set<Class<?>> all = new HashSet<>(Arrays.asList(Message.class.getPermittedSubclasses()));
        assertThat(types).isEqualTo(all);
    }

    @ParameterizedTest
    @MethodSource("names")
    void decode_cutAtAnyByte_isMalformed(String name) throws MalformedMessageException {
        byte[] whole = Golden.bytes(name);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            if (length >= HEADER_BYTES + 16 && name.equals("part")) { // all the rest is the slice
                assertThat(((Part) MessageCodec.decode(cut).message()).slice().length())
                        .isEqualTo(length - HEADER_BYTES - 16);
            } else {
                assertThatThrownBy(() -> MessageCodec.decode(cut))
                        .as("%s cut to %d bytes", name, length)
                        .isInstanceOf(MalformedMessageException.class);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void decode_bytesBehindTheBody_areSkipped(String name) throws MalformedMessageException {
        byte[] whole = Golden.bytes(name);
        byte[] grown = Arrays.copyOf(whole, whole.length + 7);
        Arrays.fill(grown, whole.length, grown.length, (byte) 0xee);
        Message decoded = MessageCodec.decode(grown).message();
        if (decoded instanceof Part part) {
            assertThat(part.slice().length()).isEqualTo(4 + 7);
        } else {
            assertThat(decoded).isEqualTo(message(name));
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void decode_mutatedBytes_isAMessageOrMalformed(String name) {
        SplittableRandom random = new SplittableRandom(name.hashCode());
        int refused = 0;
        for (int i = 0; i < MUTANTS; i++) {
            byte[] mutant = Mutation.of(Golden.bytes(name), random);
            Throwable thrown = catchThrowable(() -> MessageCodec.decode(mutant));
            if (thrown != null) {
                assertThat(thrown)
                        .as("%s, mutant %d: %s", name, i, Bytes.copyOf(mutant))
                        .isInstanceOf(MalformedMessageException.class);
                refused++;
            }
        }
        assertThat(refused).isBetween(1, MUTANTS - 1);
    }

    @Test
    void decode_typeOfALaterVersion_isUnknown() throws MalformedMessageException {
        MessageCodec.Envelope envelope = MessageCodec.decode(Golden.bytes("unknown"));
        assertThat(envelope.message()).isEqualTo(new Unknown(200));
        assertThat(envelope.header()).isEqualTo(GoldenMessages.HEADER);
    }

    @Test
    void decode_laterVersionNumber_isReadAsFarAsKnown() throws MalformedMessageException {
        byte[] later = Golden.bytes("ping");
        later[2] = 9;
        assertThat(MessageCodec.decode(later).message()).isEqualTo(message("ping"));
    }

    @ParameterizedTest
    @CsvSource({"0, magic", "2, version"})
    void decode_otherMagicOrVersionZero_isMalformed(int at, String what) {
        byte[] bytes = Golden.bytes("alive");
        bytes[at] = 0;
        assertThatThrownBy(() -> MessageCodec.decode(bytes))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining(what);
    }

    @ParameterizedTest
    @CsvSource({"20, incarnation", "28, beat", "36, version"})
    void decode_negativeNumberInTheHeader_isMalformed(int at, String what) {
        byte[] bytes = Golden.bytes("alive");
        bytes[at] = (byte) 0x80;
        assertThatThrownBy(() -> MessageCodec.decode(bytes))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining(what);
    }

    /// The offset of each list's count behind the header.
    @ParameterizedTest
    @CsvSource({
        "witness, 0",
        "summary, 1",
        "owners-pull, 1",
        "owner-delta, 24",
        "owner-delta, 37",
        "owner-state, 101",
        "owner-state, 121",
        "mapping-writes, 0",
        "mapping-writes, 52",
        "mappings-pull, 1",
        "mappings-state, 8",
        "mappings-state, 36",
        "judgement, 72"
    })
    void decode_countBeyondTheBytes_isRefusedByItself(String name, int offset) {
        for (byte[] count : List.of(ones(4), new byte[] {0, 0, (byte) 0xff, 0})) {
            byte[] bytes = Golden.bytes(name);
            System.arraycopy(count, 0, bytes, HEADER_BYTES + offset, 4);
            assertThatThrownBy(() -> MessageCodec.decode(bytes))
                    .isInstanceOf(MalformedMessageException.class)
                    .hasMessageContaining("count: ");
        }
    }

    @ParameterizedTest
    @CsvSource({"3, 3", "0, 0", "0, 65537"})
    void decode_partOutsideOfItsCount_isMalformed(int index, int count) {
        Part part = new Part(5, index, count, Bytes.utf8("x"));
        byte[] bytes = MessageCodec.encode(GoldenMessages.HEADER, part);
        assertThatThrownBy(() -> MessageCodec.decode(bytes))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("part");
    }

    @Test
    void decode_valueBeyondItsLimit_isMalformed() {
        MappingWrite put =
                new MappingWrite.Put(
                        new Dot(new WriterId(1, 1), 1),
                        0,
                        new Key(3, Bytes.utf8("a")),
                        Bytes.wrap(new byte[Limits.VALUE_BYTES + 1]),
                        List.of());
        byte[] bytes =
                MessageCodec.encode(GoldenMessages.HEADER, new Message.MappingWrites(List.of(put)));
        assertThatThrownBy(() -> MessageCodec.decode(bytes))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("length: 8193");
    }

    @ParameterizedTest
    @CsvSource({"1, PROVEN", "2, ACCEPTS", "3, GONE", "4, ACCEPTS", "255, ACCEPTS"})
    void decode_finding_thatIsUnknownMeansAccepts(int code, Finding finding)
            throws MalformedMessageException {
        byte[] bytes = Golden.bytes("judgement");
        bytes[bytes.length - 1] = (byte) code;
        Judgement judgement = (Judgement) MessageCodec.decode(bytes).message();
        assertThat(judgement.verdict().findings().values()).containsExactly(finding);
    }

    /// A whole mesh of the largest size must be able to compare its owners.
    @Test
    void decode_pullOfAllOwnersAtTheLimit_isWhole() throws MalformedMessageException {
        List<Message.OwnerLine> lines = new ArrayList<>();
        for (int i = 0; i <= Limits.OWNERS; i++) {
            PeerId peer = new PeerId(1, i);
            lines.add(
                    new Message.OwnerLine(
                            peer, new Stamp(1, 1), false, new Beat(1, 1), 1, 0, Verdict.NONE));
        }
        Message pull = new Message.OwnersPull(true, true, lines);
        byte[] bytes = MessageCodec.encode(GoldenMessages.HEADER, pull);
        assertThat(MessageCodec.decode(bytes).message()).isEqualTo(pull);
    }

    /// Remote writers are taken in beyond the limit of local ones; what holds them must be read.
    @Test
    void decode_moreWritersThanALocalWriteMayMake_isWhole() throws MalformedMessageException {
        List<Message.WriterState> states = new ArrayList<>();
        for (int i = 0; i <= Limits.WRITERS; i++) {
            states.add(new Message.WriterState(new WriterId(1, i), 1, List.of(), List.of()));
        }
        Message state = new Message.MappingsState(6, states);
        byte[] bytes = MessageCodec.encode(GoldenMessages.HEADER, state);
        assertThat(MessageCodec.decode(bytes).message()).isEqualTo(state);
    }

    @Test
    void decode_twoLiveWritesWithOneCounter_isMalformed() {
        Message.LiveWrite one =
                new Message.LiveWrite(1, 5, new Key(3, Bytes.utf8("a")), Bytes.utf8("v"));
        Message.LiveWrite other =
                new Message.LiveWrite(2, 5, new Key(3, Bytes.utf8("b")), Bytes.utf8("v"));
        byte[] bytes =
                MessageCodec.encode(
                        GoldenMessages.HEADER,
                        new Message.MappingsState(
                                6,
                                List.of(
                                        new Message.WriterState(
                                                new WriterId(1, 1),
                                                2,
                                                List.of(one, other),
                                                List.of()))));
        int liveBytes = 8 + 8 + 2 + 2 + 1 + 2 + 1;
        bytes[HEADER_BYTES + 8 + 4 + 28 + liveBytes + 7] = 1; // the second live write's counter
        assertThatThrownBy(() -> MessageCodec.decode(bytes))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("twice");
    }

    private static Message message(String name) {
        return Objects.requireNonNull(GoldenMessages.byName().get(name));
    }

    private static byte[] ones(int count) {
        byte[] ones = new byte[count];
        Arrays.fill(ones, (byte) 0xff);
        return ones;
    }
}
