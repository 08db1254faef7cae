package io.epmesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.epmesh.gossip.Message.OwnerDelta;
import io.epmesh.gossip.Message.OwnerLine;
import io.epmesh.gossip.Message.OwnerState;
import io.epmesh.gossip.Snapshot.OwnerView;
import io.epmesh.gossip.Snapshot.Phase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.pcollections.HashTreePMap;

class OwnersTest {
    private static final PeerId SELF = new PeerId(0, 1);
    private static final PeerId OTHER = new PeerId(0, 2);
    private static final Key X = new Key(1, Bytes.utf8("x"));
    private static final Key Y = new Key(1, Bytes.utf8("y"));
    private static final Bytes V = Bytes.utf8("v");
    private static final long NOW = 1_000_000_000_000L;
    private static final long LONG_AGO = NOW - Liveness.ORPHAN_NANOS;

    private final Owners owners = owners(SELF);

    @Test
    void take_deltaOnTheStateHeld_changesIt() {
        Owner owner = living(owners, new Stamp(5, 2), Map.of(X, V));
        assertThat(owners.take(owner, delta(5, 2, 3, Map.of(Y, V), List.of(X)), NOW)).isTrue();
        assertThat(owner.stamp()).isEqualTo(new Stamp(5, 3));
        assertThat(owner.entries()).isEqualTo(HashTreePMap.singleton(Y, V));
    }

    @Test
    void take_deltaFromBelowTheStateHeld_changesIt() {
        Owner owner = living(owners, new Stamp(5, 4), Map.of(X, V));
        assertThat(owners.take(owner, delta(5, 2, 6, Map.of(Y, V), List.of()), NOW)).isTrue();
        assertThat(owner.stamp()).isEqualTo(new Stamp(5, 6));
    }

    @Test
    void take_deltaOnAnUnknownBase_wantsAPull() {
        Owner owner = living(owners, new Stamp(5, 2), Map.of(X, V));
        assertThat(owners.take(owner, delta(5, 3, 4, Map.of(Y, V), List.of()), NOW)).isFalse();
        assertThat(owners.take(owner, delta(6, 1, 2, Map.of(Y, V), List.of()), NOW)).isFalse();
        assertThat(owner.stamp()).isEqualTo(new Stamp(5, 2));
        assertThat(owner.entries()).isEqualTo(HashTreePMap.singleton(X, V));
    }

    @Test
    void take_deltaThatIsOld_isIgnored() {
        Owner owner = living(owners, new Stamp(5, 9), Map.of(X, V));
        assertThat(owners.take(owner, delta(5, 7, 9, Map.of(Y, V), List.of()), NOW)).isTrue();
        assertThat(owners.take(owner, delta(4, 9, 99, Map.of(Y, V), List.of()), NOW)).isTrue();
        assertThat(owner.stamp()).isEqualTo(new Stamp(5, 9));
        assertThat(owner.entries()).isEqualTo(HashTreePMap.singleton(X, V));
    }

    @Test
    void take_stateOfALowerStamp_isIgnoredForEver() {
        Owner owner = living(owners, new Stamp(5, 9), Map.of(X, V));
        for (Stamp lower : List.of(new Stamp(5, 9), new Stamp(5, 8), new Stamp(4, 99))) {
            owners.take(owner, state(lower, Map.of(Y, V), Verdict.NONE), NOW);
            assertThat(owner.entries()).isEqualTo(HashTreePMap.singleton(X, V));
        }
    }

    @Test
    void take_stateOfALaterIncarnation_isNotLivingUntilItIsHeard() {
        Owner owner = living(owners, new Stamp(5, 9), Map.of(X, V));
        owners.take(owner, state(new Stamp(6, 1), Map.of(Y, V), Verdict.NONE), NOW);
        assertThat(owner.isLiving()).isFalse();
        owner.hear(new Beat(6, 1), NOW);
        assertThat(owners.revive(owner, NOW)).isTrue();
    }

    /// A clone began with the entries of its original, of which one had been found to be gone: the
    /// verdict was void, but nobody was told, and look-ups went on to miss the name.
    @Test
    void take_stateOfALaterIncarnation_changesAllThatTheVerdictHid() {
        Publisher publisher = new Publisher(SELF);
        Owners all = new Owners(SELF, new OwnEntries(7), publisher);
        Owner owner = orphan(all, new Stamp(5, 2), Map.of(X, V));
        all.judge(owner, verdict(5, 1, 1, SELF));
        publisher.publish(HashTreePMap.empty());

        all.take(owner, state(new Stamp(6, 1), Map.of(X, V), Verdict.NONE), NOW);

        assertThat(owner.view().findings()).isEmpty();
        assertThat(publisher.publish(HashTreePMap.empty()).orElseThrow().changes().owners())
                .containsExactly(OTHER);
    }

    /// A peer that had stood still told others of beats as if they were new, and they showed a peer
    /// that was gone for seconds longer.
    @Test
    void line_afterThisPeerStoodStill_saysHowOldTheBeatIs() {
        Owner owner = living(owners, new Stamp(5, 2), Map.of(X, V));
        long later = NOW + 5_000_000_000L;
        owner.forgive(5_000_000_000L, later);
        assertThat(owner.silentNanos(later)).isZero();
        assertThat(owner.line(later).ageMillis()).isEqualTo(5_000);
    }

    @Test
    void forget_orphan_leavesNothingUntilALaterIncarnation() {
        Owner owner = orphan(owners, new Stamp(5, 9), Map.of(X, V));
        owners.forget(owner);
        assertThat(owner.stamp()).isEqualTo(new Stamp(5, Stamp.LEFT));
        assertThat(owner.view().phase()).isEqualTo(Phase.LEFT);
        assertThat(owner.entries()).isEmpty();
        owners.take(owner, state(new Stamp(5, 10), Map.of(X, V), Verdict.NONE), NOW);
        assertThat(owners.take(owner, delta(5, 9, 10, Map.of(X, V), List.of()), NOW)).isTrue();
        owner.hear(new Beat(5, 99), NOW);
        assertThat(owners.revive(owner, NOW)).isFalse();
        assertThat(owner.entries()).isEmpty();
        owners.take(owner, state(new Stamp(6, 1), Map.of(X, V), Verdict.NONE), NOW);
        assertThat(owner.view().phase()).isEqualTo(Phase.ORPHANED);
        assertThat(owner.entries()).containsOnlyKeys(X);
    }

    @Test
    void judge_living_isRefused() {
        Owner owner = living(owners, new Stamp(5, 2), Map.of(X, V));
        assertThat(owners.judge(owner, verdict(5, 1, 1, SELF))).isFalse();
    }

    @Test
    void judge_orphan_takesTheHighestVerdictOnly() {
        Owner owner = orphan(owners, new Stamp(5, 2), Map.of(X, V));
        PeerId higher = new PeerId(0, 9);
        assertThat(owners.judge(owner, verdict(5, 1, 2, SELF))).isTrue();
        assertThat(owners.judge(owner, verdict(5, 1, 2, SELF))).as("the same").isFalse();
        assertThat(owners.judge(owner, verdict(5, 1, 1, higher))).as("lower round").isFalse();
        assertThat(owners.judge(owner, verdict(5, 1, 2, higher))).as("higher verifier").isTrue();
        assertThat(owners.judge(owner, verdict(5, 2, 1, SELF))).as("later beat").isTrue();
        assertThat(owners.judge(owner, verdict(5, 1, 9, higher))).as("earlier beat").isFalse();
        assertThat(owner.verdict()).isEqualTo(verdict(5, 2, 1, SELF));
    }

    @Test
    void judge_ofAnotherIncarnation_isRefused() {
        Owner owner = orphan(owners, new Stamp(5, 2), Map.of(X, V));
        assertThat(owners.judge(owner, verdict(4, 1, 2, SELF))).isFalse();
        assertThat(owners.judge(owner, verdict(6, 1, 2, SELF))).isFalse();
    }

    @Test
    void verdict_ofOwnerHeardAgain_isVoid() {
        Owner owner = orphan(owners, new Stamp(5, 2), Map.of(X, V));
        owners.judge(owner, verdict(5, 1, 1, SELF));
        owner.hear(new Beat(5, 1_000), NOW);
        assertThat(owners.revive(owner, NOW)).isTrue();
        assertThat(owner.verdict()).isEqualTo(Verdict.NONE);
        assertThat(owner.view().findings()).isEmpty();
    }

    @Test
    void verdict_inAStateOfEqualStamp_isTaken() {
        Owner owner = orphan(owners, new Stamp(5, 2), Map.of(X, V));
        owners.take(owner, state(owner.stamp(), Map.of(X, V), verdict(5, 1, 3, SELF)), NOW);
        assertThat(owner.view().findings()).isEqualTo(HashTreePMap.singleton(X, Finding.GONE));
    }

    @Test
    void revive_withNewerEntriesAnnounced_waitsForThem() {
        Owner owner = orphan(owners, new Stamp(5, 2), Map.of(X, V));
        owner.announce(new Stamp(5, 3));
        owner.hear(new Beat(5, 1_000), NOW);
        assertThat(owners.revive(owner, NOW)).isFalse();
        assertThat(owners.take(owner, delta(5, 2, 3, Map.of(), List.of()), NOW)).isTrue();
        assertThat(owner.isLiving()).isTrue();
    }

    @Test
    void hear_beatThatIsNotNewer_changesNothing() {
        Owner owner = orphan(owners, new Stamp(5, 2), Map.of(X, V));
        assertThat(owner.hear(owner.beat(), NOW)).isFalse();
        assertThat(owner.hear(new Beat(4, 9_999), NOW)).isFalse();
        assertThat(owner.silentNanos(NOW)).isEqualTo(Liveness.ORPHAN_NANOS);
    }

    @Test
    void replace_byALowerStamp_isABug() {
        Owner owner = orphan(owners, new Stamp(5, 2), Map.of(X, V));
        assertThatThrownBy(() -> owner.replace(new Stamp(5, 2), Map.of()))
                .hasMessageContaining("stamp: ");
    }

    @Test
    void meet_beyondTheLimit_isNothing() {
        for (int i = 0; i < Limits.OWNERS; i++) {
            orphan(owners, new PeerId(1, i), new Stamp(5, 1), Map.of());
        }
        assertThat(owners.meet(OTHER, NOW, NOW)).isEmpty();
        assertThat(owners.meet(new PeerId(1, 0), NOW, NOW)).as("a known one").isPresent();
    }

    @Test
    void meet_beyondTheLimit_takesThePlaceOfTheOneThatLeftLongestAgo() {
        PeerId longest = new PeerId(1, 700);
        for (int i = 0; i < Limits.OWNERS; i++) {
            PeerId id = new PeerId(1, i);
            left(id, id.equals(longest) ? LONG_AGO - 1 : LONG_AGO);
        }
        owners.forget(orphan(owners, new PeerId(1, 1), new Stamp(6, 1), Map.of()));
        assertThat(owners.meet(OTHER, NOW, NOW)).isPresent();
        assertThat(owners.find(longest)).isEmpty();
        assertThat(owners.find(new PeerId(1, 0))).isPresent();
    }

    /// Else two peers that lack different ones would give them to each other for ever.
    @Test
    void meet_beyondTheLimit_isNothingForOneThatLeftEarlierThanAllOthers() {
        for (int i = 0; i < Limits.OWNERS; i++) {
            left(new PeerId(1, i), LONG_AGO);
        }
        assertThat(owners.meet(OTHER, LONG_AGO - 1, NOW)).isEmpty();
        assertThat(owners.find(new PeerId(1, 0))).isPresent();
    }

    @Test
    void meet_silentForAWeek_isNothing() {
        assertThat(owners.meet(OTHER, NOW - Liveness.FORGOTTEN_NANOS, NOW)).isEmpty();
        assertThat(owners.meet(OTHER, NOW - Liveness.FORGOTTEN_NANOS + 1, NOW)).isPresent();
    }

    @Test
    void take_stateBeyondTheLimits_isQuarantinedWholeAndComesBack() {
        Owner owner = living(owners, new Stamp(5, 2), Map.of(X, V));
        owners.take(owner, state(new Stamp(5, 3), tooMany(), Verdict.NONE), NOW);
        assertThat(owner.view())
                .returns(true, OwnerView::quarantined)
                .returns(Phase.LIVING, OwnerView::phase)
                .returns(new Stamp(5, 3), OwnerView::stamp);
        assertThat(owner.entries()).isEmpty();
        assertThat(owner.line(NOW).quarantined()).isTrue();
        owners.take(owner, state(new Stamp(5, 4), Map.of(Y, V), Verdict.NONE), NOW);
        assertThat(owner.view().quarantined()).isFalse();
        assertThat(owner.entries()).containsOnlyKeys(Y);
    }

    @Test
    void take_stateOfTooManyBytes_isQuarantined() {
        Map<Key, Bytes> entries = new HashMap<>();
        Bytes large = Bytes.copyOf(new byte[Limits.VALUE_BYTES]);
        while ((long) entries.size() * Limits.VALUE_BYTES <= Limits.OWNER_BYTES) {
            entries.put(new Key(1, Bytes.utf8("n" + entries.size())), large);
        }
        Owner owner = orphan(owners, new Stamp(5, 2), entries);
        assertThat(owner.isQuarantined()).isTrue();
        assertThat(owner.entries()).isEmpty();
    }

    @Test
    void take_deltaBeyondTheLimits_quarantinesAndNoDeltaBringsItBack() {
        Owner owner = living(owners, new Stamp(5, 2), Map.of(X, V));
        assertThat(owners.take(owner, delta(5, 2, 3, tooMany(), List.of()), NOW)).isTrue();
        assertThat(owner.isQuarantined()).isTrue();
        assertThat(owner.entries()).isEmpty();
        OwnerDelta fewer = delta(5, 3, 4, Map.of(), List.copyOf(tooMany().keySet()));
        assertThat(owners.take(owner, fewer, NOW)).as("a pull is wanted").isFalse();
        assertThat(owner.isQuarantined()).isTrue();
    }

    @Test
    void take_stateOfWhomAnotherHasQuarantined_isQuarantinedHereToo() {
        Owner owner = living(owners, new Stamp(5, 2), Map.of(X, V));
        Owners others = owners(SELF);
        Owner seen = orphan(others, new Stamp(5, 3), tooMany());
        owners.take(owner, Owners.state(seen, NOW), NOW);
        assertThat(owner.isQuarantined()).isTrue();
        assertThat(owner.stamp()).isEqualTo(new Stamp(5, 3));
        assertThat(owner.entries()).isEmpty();
    }

    @Test
    void lines_holdThisPeerFirstAndNoneWhoseEntriesAreUnknown() {
        owners.meet(new PeerId(0, 3), NOW, NOW);
        orphan(owners, new Stamp(5, 2), Map.of(X, V));
        assertThat(owners.lines(new Beat(7, 1), NOW))
                .extracting(OwnerLine::owner)
                .containsExactly(SELF, OTHER);
    }

    @Test
    void someLiving_moreThanWanted_areSomeOfThem() {
        for (int i = 2; i < 10; i++) {
            living(owners, new PeerId(0, i), new Stamp(5, 2), Map.of());
        }
        orphan(owners, new PeerId(0, 10), new Stamp(5, 2), Map.of());
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 50; i++) {
            assertThat(owners.someLiving(3, Optional.of(OTHER), random))
                    .hasSize(3)
                    .doesNotHaveDuplicates()
                    .allMatch(Owner::isLiving)
                    .noneMatch(owner -> owner.id().equals(OTHER));
        }
    }

    @Test
    void fingerprint_ofPeersThatHoldTheSame_isEqual() {
        Owners others = new Owners(OTHER, new OwnEntries(7), new Publisher(OTHER));
        living(owners, OTHER, new Stamp(7, 1), Map.of());
        living(others, SELF, new Stamp(7, 1), Map.of());
        assertThat(owners.fingerprint()).isEqualTo(others.fingerprint());
    }

    @Test
    void fingerprint_ofPhaseStampAndVerdict_tellsThemApart() {
        Owner owner = living(owners, new Stamp(5, 2), Map.of(X, V));
        Map<Long, String> seen = new HashMap<>();
        seen.put(owners.fingerprint(), "living");
        owners.orphan(owner);
        seen.put(owners.fingerprint(), "orphaned");
        owners.judge(owner, verdict(5, 1, 1, SELF));
        seen.put(owners.fingerprint(), "judged");
        owners.take(owner, state(new Stamp(5, 3), Map.of(X, V), Verdict.NONE), NOW);
        seen.put(owners.fingerprint(), "newer");
        owners.take(owner, state(new Stamp(5, 4), tooMany(), Verdict.NONE), NOW);
        seen.put(owners.fingerprint(), "quarantined");
        owners.forget(owner);
        seen.put(owners.fingerprint(), "left");
        assertThat(seen).hasSize(6);
    }

    private static Map<Key, Bytes> tooMany() {
        Map<Key, Bytes> entries = new HashMap<>();
        for (int i = 0; i <= Limits.OWNER_ENTRIES; i++) {
            entries.put(new Key(1, Bytes.utf8("n" + i)), Bytes.EMPTY);
        }
        return entries;
    }

    private void left(PeerId id, long at) {
        Owner owner = owners.meet(id, at, NOW).orElseThrow();
        owner.hear(new Beat(5, 10), at);
        owners.take(owner, state(new Stamp(5, Stamp.LEFT), Map.of(), Verdict.NONE), NOW);
    }

    private static Owners owners(PeerId self) {
        return new Owners(self, new OwnEntries(7), new Publisher(self));
    }

    private static Owner living(Owners owners, Stamp stamp, Map<Key, Bytes> entries) {
        return living(owners, OTHER, stamp, entries);
    }

    private static Owner living(Owners owners, PeerId id, Stamp stamp, Map<Key, Bytes> entries) {
        Owner owner = orphan(owners, id, stamp, entries);
        owner.hear(new Beat(stamp.incarnation(), 11), NOW);
        assertThat(owners.revive(owner, NOW)).isTrue();
        return owner;
    }

    private static Owner orphan(Owners owners, Stamp stamp, Map<Key, Bytes> entries) {
        return orphan(owners, OTHER, stamp, entries);
    }

    private static Owner orphan(Owners owners, PeerId id, Stamp stamp, Map<Key, Bytes> entries) {
        Owner owner = owners.meet(id, LONG_AGO, LONG_AGO).orElseThrow();
        owner.hear(new Beat(stamp.incarnation(), 10), LONG_AGO);
        owners.take(owner, state(stamp, entries, Verdict.NONE), NOW);
        assertThat(owner.isOrphaned()).isTrue();
        return owner;
    }

    private static OwnerDelta delta(
            long incarnation, long base, long version, Map<Key, Bytes> puts, List<Key> removed) {
        return new OwnerDelta(incarnation, base, version, puts, removed);
    }

    private static OwnerState state(Stamp stamp, Map<Key, Bytes> entries, Verdict verdict) {
        OwnerLine line =
                new OwnerLine(
                        OTHER,
                        stamp,
                        false,
                        new Beat(stamp.incarnation(), 10),
                        stamp.version(),
                        0,
                        verdict.withoutFindings());
        return new OwnerState(line, entries, verdict);
    }

    private static Verdict verdict(long incarnation, long beat, long round, PeerId verifier) {
        return new Verdict(
                new Beat(incarnation, beat),
                round,
                verifier,
                HashTreePMap.singleton(X, Finding.GONE));
    }
}
