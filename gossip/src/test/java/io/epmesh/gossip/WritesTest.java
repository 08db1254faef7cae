package io.epmesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.epmesh.gossip.Message.LiveWrite;
import io.epmesh.gossip.Message.WriterState;
import io.epmesh.gossip.WriteOutcome.Done;
import io.epmesh.gossip.WriteOutcome.Refused;
import io.epmesh.gossip.WriteOutcome.Unknown;
import io.epmesh.gossip.Writes.Answer;
import io.epmesh.gossip.Writes.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WritesTest {
    private static final Key A = key("a");

    private final Writes writes = new Writes(new SplittableRandom(1));
    private Mappings mappings = Mappings.EMPTY;

    @Test
    void stage_nothingWaiting_isNothing() {
        assertThat(writes.stage(mappings)).isEmpty();
        assertThat(writes.hasBatchInFlight()).isFalse();
    }

    @Test
    void stage_batchInFlight_waitsUntilItIsReported() {
        put(1, A, "v");
        Batch first = stage();
        put(2, A, "w");
        assertThat(writes.stage(mappings)).isEmpty();
        assertThat(writes.hasBatchInFlight()).isTrue();
        land(first);
        assertThat(stage().tickets()).containsExactly(2L);
    }

    @Test
    void put_beforeTheDiskHasIt_isNotAnswered() {
        put(1, A, "v");
        Batch batch = stage();
        assertThat(writes.drainAnswers()).isEmpty();
        land(batch);
        assertThat(writes.drainAnswers()).containsExactly(new Answer(1, new Done()));
        assertThat(writes.drainAnswers()).isEmpty();
    }

    @Test
    void stage_writesOfOneKey_eachSupersedeTheOneBefore() {
        put(1, A, "v");
        put(2, A, "w");
        remove(3, A);
        List<MappingWrite> batch = stage().writes();
        assertThat(batch).extracting(write -> write.dot().counter()).containsExactly(1L, 2L, 3L);
        assertThat(batch.get(0).superseded()).isEmpty();
        assertThat(batch.get(1).superseded()).containsExactly(batch.get(0).dot());
        assertThat(batch.get(2).superseded()).containsExactly(batch.get(1).dot());
    }

    @Test
    void stage_batches_areNumberedOnWithoutAGap() {
        put(1, A, "v");
        Batch first = stage();
        land(first);
        put(2, A, "w");
        Batch second = stage();
        Dot dot = first.writes().getFirst().dot();
        assertThat(second.writes().getFirst().dot()).isEqualTo(new Dot(dot.writer(), 2));
        assertThat(second.id()).isGreaterThan(first.id());
    }

    @Test
    void failed_batch_isUnknownAndItsWriterNeverWritesAgain() {
        put(1, A, "v");
        Batch lost = stage();
        writes.failed(lost.id(), "no space");
        assertThat(writes.drainAnswers()).containsExactly(new Answer(1, new Unknown("no space")));
        put(2, A, "w");
        Dot next = stage().writes().getFirst().dot();
        assertThat(next.writer()).isNotEqualTo(lost.writes().getFirst().dot().writer());
        assertThat(next.counter()).isEqualTo(1);
    }

    @Test
    void remove_ofNothing_isDoneWithoutTheDisk() {
        remove(1, A);
        assertThat(writes.stage(mappings)).isEmpty();
        assertThat(writes.drainAnswers()).containsExactly(new Answer(1, new Done()));
    }

    @Test
    void stage_manyWrites_takesAThousandAtATime() {
        for (int i = 0; i < 1_500; i++) {
            put(i, key("n" + i), "v");
        }
        Batch first = stage();
        assertThat(first.writes()).hasSize(1_000);
        land(first);
        assertThat(stage().writes()).hasSize(500);
    }

    @Test
    void put_valueBeyondItsLimit_isRefused() {
        request(1, A, Optional.of(Bytes.wrap(new byte[Limits.VALUE_BYTES])));
        request(2, A, Optional.of(Bytes.wrap(new byte[Limits.VALUE_BYTES + 1])));
        assertThat(stage().tickets()).containsExactly(1L);
        assertThat(refused(2)).isEqualTo("value: 8193 bytes (expected: <= 8192)");
    }

    @Test
    void submit_moreThanMayWait_isRefusedAsBusy() {
        put(0, A, "v");
        Batch batch = stage();
        for (int i = 1; i <= 16_384; i++) {
            put(i, A, "v");
        }
        assertThat(writes.drainAnswers()).isEmpty();
        put(20_000, A, "v");
        assertThat(refused(20_000)).startsWith("busy");
        land(batch);
        assertThat(stage().tickets()).hasSize(1_000).startsWith(1L);
    }

    @Test
    void put_meshFull_isRefusedUnlessTheKeyStands() {
        List<LiveWrite> live = new ArrayList<>();
        for (int i = 1; i <= Limits.MAPPINGS; i++) {
            live.add(new LiveWrite(i, 1, key("n" + i), Bytes.EMPTY));
        }
        merge(List.of(new WriterState(new WriterId(9, 9), Limits.MAPPINGS, live, List.of())));
        put(1, A, "v");
        put(2, key("n5"), "v");
        remove(3, key("n6"));
        put(4, A, "v");
        assertThat(stage().tickets()).as("a removal makes room").containsExactly(2L, 3L, 4L);
        assertThat(refused(1)).contains("100000 already");
    }

    @Test
    void put_writersFull_isRefusedForANewWriterOnly() {
        put(1, A, "v");
        land(stage());
        List<WriterState> states = new ArrayList<>();
        for (int i = 0; i < Limits.WRITERS; i++) {
            states.add(new WriterState(new WriterId(9, i), 1, List.of(), List.of()));
        }
        merge(states);
        writes.drainAnswers();
        put(2, A, "w");
        Batch batch = stage();
        assertThat(batch.tickets()).containsExactly(2L);
        writes.failed(batch.id(), "the writer is abandoned");
        writes.drainAnswers();
        put(3, A, "x");
        assertThat(writes.stage(mappings)).isEmpty();
        assertThat(refused(3)).startsWith("writers: ");
    }

    @Test
    void stage_requestOfSeveralChanges_isWholeInOneBatch() {
        for (int i = 0; i < 999; i++) {
            put(i, key("n" + i), "v");
        }
        submit(
                2_000,
                MappingChange.put(A, Bytes.utf8("v")),
                MappingChange.put(key("b"), Bytes.utf8("v")));
        Batch first = stage();
        assertThat(first.writes()).hasSize(999);
        land(first);
        writes.drainAnswers();
        Batch second = stage();
        assertThat(second.tickets()).containsExactly(2_000L, 2_000L);
        land(second);
        assertThat(writes.drainAnswers()).containsExactly(new Answer(2_000, new Done()));
        assertThat(mappings.byKey()).containsKeys(A, key("b"));
        MappingChange[] many = new MappingChange[Writes.CHANGES];
        for (int i = 0; i < many.length; i++) {
            many[i] = MappingChange.put(key("m" + i), Bytes.EMPTY);
        }
        submit(3_000, many);
        put(3_001, A, "v");
        assertThat(stage().writes()).hasSize(many.length);
    }

    @Test
    void stage_requestOfWhichOneChangeIsRefused_isRefusedWhole() {
        submit(
                1,
                MappingChange.put(A, Bytes.utf8("v")),
                MappingChange.put(key("b"), Bytes.wrap(new byte[Limits.VALUE_BYTES + 1])));
        assertThat(writes.stage(mappings)).isEmpty();
        assertThat(refused(1)).startsWith("value: 8193 bytes");
    }

    @Test
    void put_severalForWhichThereIsNoRoom_areRefusedTogether() {
        List<LiveWrite> live = new ArrayList<>();
        for (int i = 1; i < Limits.MAPPINGS; i++) {
            live.add(new LiveWrite(i, 1, key("n" + i), Bytes.EMPTY));
        }
        merge(List.of(new WriterState(new WriterId(9, 9), Limits.MAPPINGS, live, List.of())));
        submit(
                1,
                MappingChange.put(A, Bytes.utf8("v")),
                MappingChange.put(key("b"), Bytes.utf8("v")));
        submit(
                2,
                MappingChange.put(A, Bytes.utf8("v")),
                MappingChange.put(key("n5"), Bytes.utf8("v")));
        assertThat(stage().tickets()).containsExactly(2L, 2L);
        assertThat(refused(1)).isEqualTo("mappings: the mesh holds 99999 already");
    }

    @Test
    void end_leavesWhatCameInBetween() {
        put(1, A, "v");
        Batch first = stage();
        land(first);
        Dot old = first.writes().getFirst().dot();
        LiveWrite beside = new LiveWrite(1, 1, A, Bytes.utf8("w"));
        merge(List.of(new WriterState(new WriterId(9, 9), 1, List.of(beside), List.of())));
        submit(2, MappingChange.end(A, Set.of(old)));
        Batch second = stage();
        assertThat(second.writes().getFirst().superseded()).containsExactly(old);
        land(second);
        assertThat(mappings.dots(A)).containsExactly(new Dot(new WriterId(9, 9), 1));
        submit(3, MappingChange.end(A, Set.of(old)));
        writes.drainAnswers();
        assertThat(writes.stage(mappings)).isEmpty();
        assertThat(writes.drainAnswers()).containsExactly(new Answer(3, new Done()));
    }

    @Test
    void request_ofNothingOrTooMuch_isRefused() {
        assertThatThrownBy(() -> submit(1)).hasMessage("changes: 0 (expected: 1..10000)");
        MappingChange[] many = new MappingChange[Writes.CHANGES + 1];
        Arrays.fill(many, MappingChange.remove(A));
        assertThatThrownBy(() -> submit(1, many)).hasMessage("changes: 10001 (expected: 1..10000)");
    }

    @Test
    void report_ofAnotherBatch_isABug() {
        put(1, A, "v");
        Batch batch = stage();
        assertThatThrownBy(() -> writes.durable(batch.id() + 1))
                .isInstanceOf(IllegalStateException.class);
        writes.durable(batch.id());
        assertThatThrownBy(() -> writes.failed(batch.id(), "twice"))
                .isInstanceOf(IllegalStateException.class);
    }

    private static Key key(String name) {
        return new Key(3, Bytes.utf8(name));
    }

    private void put(long ticket, Key key, String value) {
        request(ticket, key, Optional.of(Bytes.utf8(value)));
    }

    private void remove(long ticket, Key key) {
        request(ticket, key, Optional.empty());
    }

    private void request(long ticket, Key key, Optional<Bytes> value) {
        submit(ticket, new MappingChange(key, value, Optional.empty()));
    }

    private void submit(long ticket, MappingChange... changes) {
        writes.submit(new Writes.Request(ticket, 1_000, List.of(changes)));
    }

    private Batch stage() {
        return writes.stage(mappings).orElseThrow();
    }

    private void land(Batch batch) {
        for (MappingWrite write : writes.durable(batch.id())) {
            mappings = mappings.apply(write, new HashSet<>());
        }
    }

    private void merge(List<WriterState> states) {
        mappings = mappings.merge(states, new HashSet<>());
    }

    private String refused(long ticket) {
        return writes.drainAnswers().stream()
                .filter(answer -> answer.ticket() == ticket)
                .map(answer -> ((Refused) answer.outcome()).reason())
                .findFirst()
                .orElseThrow();
    }
}
