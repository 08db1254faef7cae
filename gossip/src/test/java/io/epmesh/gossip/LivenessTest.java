package io.epmesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.Message.Alive;
import io.epmesh.gossip.Message.Header;
import io.epmesh.gossip.Message.OwnerLine;
import io.epmesh.gossip.Message.OwnerState;
import io.epmesh.gossip.Message.Ping;
import io.epmesh.gossip.Message.Witness;
import io.epmesh.gossip.Snapshot.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LivenessTest {
    private static final long MILLI = 1_000_000L;
    private static final long TICK = 50 * MILLI;
    private static final PeerId SELF = new PeerId(0, 1);
    private static final PeerId A = new PeerId(0, 2);
    private static final PeerId B = new PeerId(0, 3);
    private static final long START = 1_000_000 * MILLI;

    private final Owners owners = new Owners(SELF, new OwnEntries(7), new Publisher(SELF));
    private final Outbox outbox =
            new Outbox(new Parts(), () -> new Header(SELF, new Beat(7, 1), 1));
    private final Liveness liveness =
            new Liveness(owners, outbox, new SplittableRandom(1), 7, START);
    private long now = START;
    private long beats = 10;

    /// A message that went out; to nobody in particular is to all.
    private record Letter(Optional<PeerId> to, Message message) {}

    @Test
    void tick_everyHalfSecond_tellsAll() {
        List<Letter> sent = run(2_000);
        assertThat(sent).hasSize(4).containsOnly(new Letter(Optional.empty(), new Alive()));
        assertThat(liveness.beat()).isEqualTo(new Beat(7, 5));
    }

    @Test
    void owner_heardEverySecond_isNeverAsked() {
        meet(A);
        for (int i = 0; i < 20; i++) {
            assertThat(pings(run(1_000))).isEmpty();
            hear(A);
        }
        assertThat(phase(A)).isEqualTo(Phase.LIVING);
    }

    @Test
    void owner_silent_isAskedAfterThreeBeatsAndOrphanedAfterFourSeconds() {
        meet(A);
        meet(B);
        assertThat(pings(runHearing(B, 1_450))).isEmpty();
        List<Letter> asked = pings(runHearing(B, 2_500));
        assertThat(asked)
                .extracting(Letter::to)
                .contains(Optional.of(A), Optional.of(B))
                .hasSize(20);
        assertThat(phase(A)).isEqualTo(Phase.LIVING);
        runHearing(B, 50);
        assertThat(phase(A)).isEqualTo(Phase.ORPHANED);
        assertThat(pings(runHearing(B, 2_000))).as("no more asked").isEmpty();
    }

    @Test
    void owner_silent_isAskedOfThreeOthersAtMost() {
        meet(A);
        for (int i = 3; i < 12; i++) {
            meet(new PeerId(0, i));
        }
        liveness.hint(A, now);
        assertThat(pings(drain()))
                .hasSize(4)
                .allSatisfy(letter ->
                        assertThat(letter.message()).isEqualTo(new Ping(A, new Beat(5, 10))));
    }

    @Test
    void hint_unanswered_orphansAfterThreeTenths() {
        meet(A);
        run(100);
        liveness.hint(A, now);
        run(250);
        assertThat(phase(A)).isEqualTo(Phase.LIVING);
        run(50);
        assertThat(phase(A)).isEqualTo(Phase.ORPHANED);
    }

    @Test
    void ask_unanswered_asksAtOnceAndOrphansNoSooner() {
        meet(A);
        meet(B);
        liveness.ask(A, now);
        assertThat(pings(drain())).extracting(Letter::to).contains(Optional.of(A), Optional.of(B));
        runHearing(B, 3_900);
        assertThat(phase(A)).isEqualTo(Phase.LIVING);
    }

    @Test
    void hint_refutedByAWitness_isForgotten() {
        meet(A);
        run(100);
        liveness.hint(A, now);
        run(200);
        relay(A, 20 * MILLI);
        run(1_000);
        assertThat(phase(A)).isEqualTo(Phase.LIVING);
    }

    @Test
    void hint_relayedBeatFromBeforeIt_doesNotRefuteIt() {
        meet(A);
        run(500);
        liveness.hint(A, now);
        run(200);
        relay(A, 250 * MILLI);
        run(100);
        assertThat(phase(A)).isEqualTo(Phase.ORPHANED);
    }

    @Test
    void hint_repeated_doesNotPutTheEndOff() {
        meet(A);
        run(100);
        liveness.hint(A, now);
        run(200);
        liveness.hint(A, now);
        run(100);
        assertThat(phase(A)).isEqualTo(Phase.ORPHANED);
    }

    @Test
    void hint_ofAnOrphanOrAStranger_isIgnored() {
        meet(A);
        run(4_000);
        drain();
        liveness.hint(A, now);
        liveness.hint(B, now);
        assertThat(drain()).isEmpty();
    }

    @Test
    void orphan_heardAgain_isLiving() {
        meet(A);
        run(4_000);
        assertThat(phase(A)).isEqualTo(Phase.ORPHANED);
        hear(A);
        assertThat(phase(A)).isEqualTo(Phase.LIVING);
    }

    @Test
    void orphan_relayedBeatOfLongAgo_staysOrphaned() {
        meet(A);
        run(4_000);
        relay(A, 4_000 * MILLI);
        assertThat(phase(A)).isEqualTo(Phase.ORPHANED);
    }

    @Test
    void stranger_knownToBeSilentForLong_isAnOrphanAtOnce() {
        Owner owner = owners.meet(A, now, now).orElseThrow();
        relay(A, 3_600_000 * MILLI);
        owners.take(owner, state(A), now);
        assertThat(phase(A)).isEqualTo(Phase.ORPHANED);
    }

    @Test
    void orphan_silentForADay_isDropped() {
        meet(A);
        long met = now;
        while (now < met + Liveness.KEEP_NANOS) {
            now += Liveness.STALL_NANOS; // as far as it goes without a standstill
            liveness.tick(now);
            outbox.drain();
        }
        assertThat(phase(A)).isEqualTo(Phase.ORPHANED);
        run(50);
        assertThat(phase(A)).isEqualTo(Phase.LEFT);
    }

    /// Its id would take up room for ever: a container without a volume is a new peer each time.
    @Test
    void left_silentForAWeek_isKnownNoLonger() {
        meet(A);
        long met = now;
        run(4_500);
        now = met + Liveness.FORGOTTEN_NANOS - 1;
        liveness.tick(now);
        liveness.tick(now);
        assertThat(phase(A)).isEqualTo(Phase.LEFT);
        now = met + Liveness.FORGOTTEN_NANOS;
        liveness.tick(now);
        assertThat(owners.find(A)).isEmpty();
    }

    /// Only the living are not accused by whom was suspended: what is remembered of others ages.
    @Test
    void orphan_seenByOneThatStoodStill_agesAllTheSame() {
        meet(A);
        run(4_500);
        assertThat(phase(A)).isEqualTo(Phase.ORPHANED);
        now += Liveness.KEEP_NANOS;
        liveness.tick(now);
        assertThat(phase(A)).isEqualTo(Phase.LEFT);
    }

    @Test
    void tick_afterThisPeerStoodStill_forgivesTheOthers() {
        meet(A);
        run(1_000);
        now += 60_000 * MILLI; // asleep
        run(500);
        assertThat(phase(A)).isEqualTo(Phase.LIVING);
        run(2_550);
        assertThat(phase(A)).as("the clock goes on from before").isEqualTo(Phase.ORPHANED);
    }

    @Test
    void pinged_self_answersWithANewBeat() {
        Beat before = liveness.beat();
        liveness.pinged(SELF, A, new Ping(SELF, before), now);
        assertThat(drain()).containsExactly(new Letter(Optional.of(A), new Alive()));
        assertThat(liveness.beat().isAfter(before)).isTrue();
    }

    @Test
    void pinged_forAnotherHeardSince_tellsItAtOnce() {
        meet(B);
        liveness.pinged(SELF, A, new Ping(B, new Beat(5, 9)), now);
        assertThat(drain())
                .contains(
                        new Letter(
                                Optional.of(A),
                                new Witness(List.of(owners.find(B).orElseThrow().line(now)))));
    }

    @Test
    void pinged_forAnother_asksItAndPassesItsBeatOn() {
        meet(B);
        Ping ping = new Ping(B, new Beat(5, 10));
        liveness.pinged(SELF, A, ping, now);
        assertThat(drain()).containsExactly(new Letter(Optional.of(B), ping));
        hear(B);
        assertThat(drain())
                .containsExactly(
                        new Letter(
                                Optional.of(A),
                                new Witness(List.of(owners.find(B).orElseThrow().line(now)))));
        hear(B);
        assertThat(drain()).as("once is enough").isEmpty();
    }

    @Test
    void pinged_forAnotherThatAnswersTooLate_saysNothing() {
        meet(B);
        liveness.pinged(SELF, A, new Ping(B, new Beat(5, 10)), now);
        run(4_500);
        drain();
        hear(B);
        assertThat(drain()).isEmpty();
    }

    @Test
    void nextTick_nothingToDo_isTheNextBeat() {
        meet(A);
        liveness.tick(now);
        drain();
        long due = now + liveness.nextTickIn(now);
        assertThat(due - now).isBetween(1L, Liveness.BEAT_NANOS);
        now = due - 1;
        liveness.tick(now);
        assertThat(drain()).isEmpty();
        now = due;
        liveness.tick(now);
        assertThat(drain()).singleElement().returns(Optional.empty(), Letter::to);
    }

    @Test
    void nextTick_somebodySuspected_isSoon() {
        meet(A);
        run(1_600);
        assertThat(liveness.nextTickIn(now)).isLessThanOrEqualTo(Liveness.TICK_NANOS);
        hear(A);
        liveness.hint(A, now);
        assertThat(liveness.nextTickIn(now)).isLessThanOrEqualTo(Liveness.TICK_NANOS);
    }

    private void meet(PeerId id) {
        Owner owner = owners.meet(id, now, now).orElseThrow();
        liveness.heard(owner, new Beat(5, beats), now, now);
        owners.take(owner, state(id), now);
        assertThat(owner.isLiving()).isTrue();
    }

    private OwnerState state(PeerId id) {
        OwnerLine line =
                new OwnerLine(id, new Stamp(5, 1), false, new Beat(5, beats), 1, 0, Verdict.NONE);
        return new OwnerState(line, Map.of(), Verdict.NONE);
    }

    private void hear(PeerId id) {
        relay(id, 0);
    }

    private void relay(PeerId id, long age) {
        liveness.heard(owners.find(id).orElseThrow(), new Beat(5, ++beats), now - age, now);
    }

    private Phase phase(PeerId id) {
        return owners.find(id).orElseThrow().view().phase();
    }

    private List<Letter> run(long millis) {
        return runHearing(Optional.empty(), millis);
    }

    private List<Letter> runHearing(PeerId heard, long millis) {
        return runHearing(Optional.of(heard), millis);
    }

    private List<Letter> runHearing(Optional<PeerId> heard, long millis) {
        for (long end = now + millis * MILLI; now < end; ) {
            now += TICK;
            heard.ifPresent(this::hear);
            liveness.tick(now);
        }
        return drain();
    }

    private List<Letter> drain() {
        List<Letter> letters = new ArrayList<>();
        for (Packet packet : outbox.drain()) {
            try {
                Message message = MessageCodec.decode(packet.bytes().toArray()).message();
                letters.add(
                        switch (packet) {
                            case Packet.To to -> new Letter(Optional.of(to.peer()), message);
                            case Packet.ToAll _ -> new Letter(Optional.empty(), message);
                        });
            } catch (MalformedMessageException e) {
                throw new AssertionError(e);
            }
        }
        return letters;
    }

    private static List<Letter> pings(List<Letter> letters) {
        return letters.stream().filter(letter -> letter.message() instanceof Ping).toList();
    }
}
