package io.epmesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalCodecTest {
    @Test
    void writes_areTheGoldenBytes() {
        assertThat(JournalCodec.writes(GoldenMessages.WRITES))
                .isEqualTo(Golden.bytes("journal-writes"));
    }

    @Test
    void states_areTheGoldenBytes() {
        assertThat(JournalCodec.states(GoldenMessages.STATES))
                .isEqualTo(Golden.bytes("journal-states"));
    }

    @Test
    void replay_states_givesWhatTheyHold() throws MalformedMessageException {
        Mappings replayed = JournalCodec.replay(Mappings.EMPTY, Golden.bytes("journal-states"));
        assertThat(replayed.states()).containsExactlyInAnyOrderElementsOf(GoldenMessages.STATES);
        assertThat(replayed.size()).isEqualTo(1);
    }

    @Test
    void replay_writesInOrder_appliesThem() throws MalformedMessageException {
        List<MappingWrite> writes = List.of(put(1, "a"), put(2, "b"));
        Mappings replayed = JournalCodec.replay(Mappings.EMPTY, JournalCodec.writes(writes));
        assertThat(replayed.size()).isEqualTo(2);
        assertThat(JournalCodec.replay(replayed, JournalCodec.writes(writes)).fingerprint())
                .as("replayed twice")
                .isEqualTo(replayed.fingerprint());
    }

    @Test
    void replay_writesBehindAGap_areLeftOut() throws MalformedMessageException {
        byte[] record = JournalCodec.writes(List.of(put(1, "a"), put(3, "c")));
        Mappings replayed = JournalCodec.replay(Mappings.EMPTY, record);
        assertThat(replayed.byKey()).containsOnlyKeys(new Key(3, Bytes.utf8("a")));
    }

    @Test
    void replay_snapshotOfAll_isTheSameState() throws MalformedMessageException {
        Mappings before = Mappings.EMPTY;
        for (MappingWrite write : List.of(put(1, "a"), put(2, "b"))) {
            before = before.apply(write, new HashSet<>());
        }
        Mappings replayed =
                JournalCodec.replay(Mappings.EMPTY, JournalCodec.states(before.states()));
        assertThat(replayed.fingerprint()).isEqualTo(before.fingerprint());
        assertThat(replayed.byKey()).isEqualTo(before.byKey());
    }

    @Test
    void replay_typeOfALaterVersion_isRefused() {
        byte[] record = Golden.bytes("journal-writes");
        record[0] = 3;
        assertThatThrownBy(() -> JournalCodec.replay(Mappings.EMPTY, record))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("type: 3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"journal-writes", "journal-states"})
    void replay_cutAtAnyByte_isMalformed(String name) {
        byte[] whole = Golden.bytes(name);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> JournalCodec.replay(Mappings.EMPTY, cut))
                    .as("%s cut to %d bytes", name, length)
                    .isInstanceOf(MalformedMessageException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"journal-writes", "journal-states"})
    void replay_mutatedBytes_isAStateOrMalformed(String name) {
        SplittableRandom random = new SplittableRandom(name.hashCode());
        int refused = 0;
        for (int i = 0; i < 2_000; i++) {
            byte[] mutant = Mutation.of(Golden.bytes(name), random);
            Throwable thrown = catchThrowable(() -> JournalCodec.replay(Mappings.EMPTY, mutant));
            if (thrown != null) {
                assertThat(thrown)
                        .as("%s, mutant %d: %s", name, i, Bytes.copyOf(mutant))
                        .isInstanceOf(MalformedMessageException.class);
                refused++;
            }
        }
        assertThat(refused).isBetween(1, 1_999);
    }

    private static MappingWrite put(long counter, String name) {
        return new MappingWrite.Put(
                new Dot(new WriterId(1, 1), counter),
                1_000,
                new Key(3, Bytes.utf8(name)),
                Bytes.utf8("v"),
                List.of());
    }
}
