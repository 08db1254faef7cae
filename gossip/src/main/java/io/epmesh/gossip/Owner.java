package io.epmesh.gossip;

import io.epmesh.gossip.Message.OwnerLine;
import io.epmesh.gossip.Snapshot.OwnerView;
import io.epmesh.gossip.Snapshot.Phase;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/// What is known of another peer: its entries, when it was last heard of, and what was found of its
/// entries while it was not. Owned by the gossip thread.
///
/// Invariants: `stamp` and `beat` never fall; `verdict` is [Verdict#NONE] while the owner is
/// living.
final class Owner {
    private final PeerId id;
    private Stamp stamp = Stamp.NONE;
    private PMap<Key, Bytes> entries = HashTreePMap.empty();

    /// The newest stamp that the owner is known to have had.
    private Stamp announced = Stamp.NONE;

    private Beat beat = Beat.NONE;
    private long advancedAt;

    /// The last beat before it announced what is not known here, and when that was new.
    private Beat vouchedBeat = Beat.NONE;

    private long vouchedAt;
    private boolean living;
    private Verdict verdict = Verdict.NONE;

    /// When the network said that it may be gone; 0 while it has not.
    private long hintedAt;

    private long pulledAt;
    private long pingedAt;
    private Optional<Digest> digest = Optional.empty();

    Owner(PeerId id, long now) {
        this.id = id;
        this.advancedAt = now;
        this.vouchedAt = now;
        this.pulledAt = now - Liveness.ORPHAN_NANOS;
        this.pingedAt = pulledAt;
    }

    PeerId id() {
        return id;
    }

    Stamp stamp() {
        return stamp;
    }

    PMap<Key, Bytes> entries() {
        return entries;
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
        return announced.isAfter(stamp) && !stamp.equals(announced.left());
    }

    long silentNanos(long now) {
        return now - advancedAt;
    }

    /// A beat that was new at `at`; whether it is newer than any before.
    boolean hear(Beat heard, long at) {
        if (!heard.isAfter(beat)) {
            return false;
        }
        advancedAt = beat.equals(Beat.NONE) ? at : Math.max(advancedAt, at);
        beat = heard;
        if (hintedAt != 0 && at - hintedAt > 0) {
            hintedAt = 0;
        }
        return true;
    }

    void announce(Stamp heard) {
        if (heard.isAfter(announced)) {
            if (!isBehind()) {
                vouchedBeat = beat;
                vouchedAt = advancedAt;
            }
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

    /// Whether at least `nanos` have passed since the last pull; if so, this is one.
    boolean mayPull(long now, long nanos) {
        if (now - pulledAt < nanos) {
            return false;
        }
        pulledAt = now;
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
        if (!newer.isAfter(stamp)) {
            throw new IllegalArgumentException(
                    "stamp: %s (expected: > %s)".formatted(newer, stamp));
        }
        Set<Key> changed = new HashSet<>();
        newEntries.forEach((key, value) -> {
            if (!value.equals(entries.get(key))) {
                changed.add(key);
            }
        });
        for (Key key : entries.keySet()) {
            if (!newEntries.containsKey(key)) {
                changed.add(key);
            }
        }
        if (newer.incarnation() != stamp.incarnation()) {
            verdict = Verdict.NONE;
            living = false; // until its state is known to be its newest
        }
        stamp = newer;
        entries = HashTreePMap.from(newEntries);
        if (newer.isLeft()) {
            living = false;
            verdict = Verdict.NONE;
        }
        return changed;
    }

    /// Applies a delta whose base is known here.
    Set<Key> apply(Stamp newer, Map<Key, Bytes> puts, List<Key> removed) {
        stamp = newer;
        entries = entries.plusAll(puts).minusAll(removed);
        Set<Key> changed = new HashSet<>(puts.keySet());
        changed.addAll(removed);
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

    void digest(Optional<Digest> heard) {
        digest = heard;
    }

    Optional<Digest> digest() {
        return digest;
    }

    /// A line's beat is no newer than its stamp: whoever hears of it from here may take the owner
    /// to be living with these entries, and with no older ones.
    OwnerLine line(long now) {
        return new OwnerLine(
                id,
                stamp,
                isBehind() ? vouchedBeat : beat,
                Math.max(0, (now - (isBehind() ? vouchedAt : advancedAt)) / 1_000_000),
                verdict.at(),
                verdict.round(),
                verdict.verifier());
    }

    OwnerView view() {
        Phase phase = living ? Phase.LIVING : stamp.isLeft() ? Phase.LEFT : Phase.ORPHANED;
        return new OwnerView(id, stamp, beat, phase, entries, verdict.findings());
    }
}
