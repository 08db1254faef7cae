package io.epmesh.gossip;

import io.epmesh.gossip.Message.OwnerLine;
import io.epmesh.gossip.Snapshot.OwnerView;
import io.epmesh.gossip.Snapshot.Phase;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.pcollections.PMap;

/// What is known of another peer: its entries, when it was last heard of, and what was found of its
/// entries while it was not. Owned by the gossip thread.
///
/// Invariants: `stamp` and `beat` never fall; `verdict` is [Verdict#NONE] while the owner is
/// living; `entries` are within the limits, and none are kept while it is quarantined.
final class Owner {
    /// How soon the same is asked again of the same peer.
    private static final long PULL_NANOS = 200_000_000L;

    /// The same for entries that were too many: they are large, and likely to be too many again.
    static final long QUARANTINE_PULL_NANOS = 5_000_000_000L;

    private final PeerId id;
    private Stamp stamp = Stamp.NONE;
    private OwnerEntries entries = OwnerEntries.EMPTY;

    /// Its entries of `stamp` are beyond the limits of one owner.
    private boolean quarantined;

    /// The newest stamp that the owner announced, as heard from itself or from a witness.
    private Stamp announced = Stamp.NONE;

    private Beat beat = Beat.NONE;

    /// When its beat was new, for others.
    private long beatAt;

    /// The same, but that a time in which this peer stood still does not count.
    private long advancedAt;

    private boolean living;
    private Verdict verdict = Verdict.NONE;

    /// When the network said that it may be gone; 0 while it has not.
    private long hintedAt;

    private long pulledAt;
    private long mappingsPulledAt;
    private long pingedAt;

    Owner(PeerId id, long now) {
        this.id = id;
        this.beatAt = now;
        this.advancedAt = now;
        this.pulledAt = now - QUARANTINE_PULL_NANOS;
        this.mappingsPulledAt = pulledAt;
        this.pingedAt = pulledAt;
    }

    PeerId id() {
        return id;
    }

    Stamp stamp() {
        return stamp;
    }

    PMap<Key, Bytes> entries() {
        return entries.byKey();
    }

    /// Of its entries.
    long bytes() {
        return entries.bytes();
    }

    boolean isQuarantined() {
        return quarantined;
    }

    Beat beat() {
        return beat;
    }

    Verdict verdict() {
        return verdict;
    }

    boolean isLiving() {
        return living;
    }

    /// Whether its entries are known and it is neither living nor gone for good.
    boolean isOrphaned() {
        return !living && stamp.isAfter(Stamp.NONE) && !stamp.isLeft();
    }

    /// Whether it says that it has newer entries than are known here.
    boolean isBehind() {
        return announced.isAfter(stamp);
    }

    /// When it was last known to be running.
    long advancedAt() {
        return advancedAt;
    }

    long silentNanos(long now) {
        return now - advancedAt;
    }

    /// A beat that was new at `at`; whether it is newer than any before.
    boolean hear(Beat heard, long at) {
        if (!heard.isAfter(beat)) {
            return false;
        }
        beatAt = beat.equals(Beat.NONE) ? at : Math.max(beatAt, at);
        advancedAt = beat.equals(Beat.NONE) ? at : Math.max(advancedAt, at);
        beat = heard;
        if (hintedAt != 0 && at - hintedAt > 0) {
            hintedAt = 0;
        }
        return true;
    }

    void announce(Stamp heard) {
        if (heard.isAfter(announced)) {
            announced = heard;
        }
    }

    void hint(long now) {
        if (living && hintedAt == 0) {
            hintedAt = now;
        }
    }

    boolean isHinted() {
        return hintedAt != 0;
    }

    long hintedNanos(long now) {
        return now - hintedAt;
    }

    /// Moves what was measured on the clock past a time in which this peer itself stood still.
    void forgive(long nanos, long now) {
        advancedAt += Math.min(nanos, now - advancedAt);
        if (hintedAt != 0) {
            hintedAt += Math.min(nanos, now - hintedAt);
        }
    }

    /// Whether its entries may be asked for again now; if so, they are.
    boolean mayPull(long now) {
        if (now - pulledAt < (quarantined ? QUARANTINE_PULL_NANOS : PULL_NANOS)) {
            return false;
        }
        pulledAt = now;
        return true;
    }

    /// Whether it may be asked for mappings again now; if so, it is.
    boolean mayPullMappings(long now) {
        if (now - mappingsPulledAt < PULL_NANOS) {
            return false;
        }
        mappingsPulledAt = now;
        return true;
    }

    boolean mayPing(long now, long nanos) {
        if (now - pingedAt < nanos) {
            return false;
        }
        pingedAt = now;
        return true;
    }

    /// Replaces the entries by those of a newer stamp; the keys that look different now.
    Set<Key> replace(Stamp newer, Map<Key, Bytes> newEntries) {
        return become(newer, OwnerEntries.of(newEntries));
    }

    /// Somebody holds a newer stamp, and found its entries to be beyond the limits.
    Set<Key> quarantine(Stamp newer) {
        Set<Key> changed = become(newer, OwnerEntries.EMPTY);
        quarantined = true;
        return changed;
    }

    /// Applies a delta whose base is known here.
    Set<Key> apply(Stamp newer, Map<Key, Bytes> puts, List<Key> removed) {
        OwnerEntries next = entries.with(puts, removed);
        if (!next.areWithinLimits()) {
            return become(newer, next);
        }
        stamp = newer;
        entries = next;
        Set<Key> changed = new HashSet<>(puts.keySet());
        changed.addAll(removed);
        return changed;
    }

    private Set<Key> become(Stamp newer, OwnerEntries wanted) {
        if (!newer.isAfter(stamp)) {
            throw new IllegalArgumentException(
                    "stamp: %s (expected: > %s)".formatted(newer, stamp));
        }
        quarantined = !wanted.areWithinLimits();
        OwnerEntries next = quarantined ? OwnerEntries.EMPTY : wanted;
        Set<Key> changed = difference(entries.byKey(), next.byKey());
        if (newer.incarnation() != stamp.incarnation()) {
            verdict = Verdict.NONE;
            living = false; // until its state is known to be its newest
        }
        stamp = newer;
        entries = next;
        if (newer.isLeft()) {
            living = false;
            verdict = Verdict.NONE;
        }
        return changed;
    }

    private static Set<Key> difference(PMap<Key, Bytes> before, PMap<Key, Bytes> after) {
        Set<Key> changed = new HashSet<>();
        after.forEach((key, value) -> {
            if (!value.equals(before.get(key))) {
                changed.add(key);
            }
        });
        for (Key key : before.keySet()) {
            if (!after.containsKey(key)) {
                changed.add(key);
            }
        }
        return changed;
    }

    /// Living from now on, if it was heard of within `nanos` and its newest entries are known.
    boolean revive(long now, long nanos) {
        boolean revived =
                isOrphaned()
                        && silentNanos(now) < nanos
                        && !isBehind()
                        && beat.incarnation() == stamp.incarnation();
        if (revived) {
            living = true;
            verdict = Verdict.NONE;
            hintedAt = 0;
        }
        return revived;
    }

    void orphan() {
        living = false;
        hintedAt = 0;
    }

    boolean judge(Verdict newer) {
        if (!isOrphaned()
                || newer.at().incarnation() != stamp.incarnation()
                || !newer.isAfter(verdict)) {
            return false;
        }
        verdict = newer;
        return true;
    }

    OwnerLine line(long now) {
        return new OwnerLine(
                id,
                stamp,
                quarantined,
                beat,
                announced.version(),
                Math.max(0, (now - beatAt) / 1_000_000),
                verdict.withoutFindings());
    }

    OwnerView view() {
        Phase phase = living ? Phase.LIVING : stamp.isLeft() ? Phase.LEFT : Phase.ORPHANED;
        return new OwnerView(
                id, stamp, beat, phase, quarantined, entries.byKey(), verdict.findings());
    }
}
