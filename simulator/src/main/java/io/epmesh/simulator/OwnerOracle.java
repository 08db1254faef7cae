package io.epmesh.simulator;

import io.epmesh.gossip.Beat;
import io.epmesh.gossip.Bytes;
import io.epmesh.gossip.Key;
import io.epmesh.gossip.PeerId;
import io.epmesh.gossip.Snapshot.OwnerView;
import io.epmesh.gossip.Stamp;
import java.util.HashMap;
import java.util.Map;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/// What every owner has ever published under each stamp, and how new it was at each beat.
final class OwnerOracle {
    private record State(PeerId owner, Stamp stamp) {}

    private record Sign(PeerId owner, Beat beat) {}

    private final Map<State, PMap<Key, Bytes>> entries = new HashMap<>();

    /// The stamp at the first message with that beat.
    private final Map<Sign, Stamp> stampAt = new HashMap<>();

    private final Map<PeerId, Beat> newestHeard = new HashMap<>();
    private final Map<PeerId, Long> heardAt = new HashMap<>();

    void published(OwnerView own) {
        PMap<Key, Bytes> before =
                entries.putIfAbsent(new State(own.id(), own.stamp()), own.entries());
        if (before != null && !before.equals(own.entries())) {
            throw new Violation(
                    Invariant.UNIQUE,
                    "%s at %s is %s and %s",
                    own.id(),
                    own.stamp(),
                    before,
                    own.entries());
        }
    }

    void sent(WireHeader header) {
        stampAt.putIfAbsent(new Sign(header.sender(), header.beat()), header.stamp());
    }

    /// Some peer takes in a message of that header.
    void heard(WireHeader header, long now) {
        Beat newest = newestHeard.get(header.sender());
        if (newest == null || header.beat().compareTo(newest) > 0) {
            newestHeard.put(header.sender(), header.beat());
        }
        heardAt.put(header.sender(), now);
    }

    /// When anybody last took in a message of that owner.
    long heardAt(PeerId owner) {
        return heardAt.getOrDefault(owner, 0L);
    }

    void checkEntries(OwnerView view, Object observer) {
        PMap<Key, Bytes> expected =
                view.stamp().version() == Stamp.LEFT
                        ? HashTreePMap.empty()
                        : entries.get(new State(view.id(), view.stamp()));
        if (!view.entries().equals(expected)) {
            throw new Violation(
                    Invariant.ENTRIES_EXACT,
                    "%s shows %s at %s: %s (expected: %s)",
                    observer,
                    view.id(),
                    view.stamp(),
                    view.entries(),
                    expected);
        }
    }

    /// The view has just become living.
    void checkRevived(OwnerView view, Object observer) {
        Stamp least = stampAt.get(new Sign(view.id(), view.beat()));
        if (least != null && view.stamp().compareTo(least) < 0) {
            throw new Violation(
                    Invariant.NO_STALE_REVIVAL,
                    "%s shows %s living at %s, which had %s at %s",
                    observer,
                    view.id(),
                    view.stamp(),
                    least,
                    view.beat());
        }
    }
}
