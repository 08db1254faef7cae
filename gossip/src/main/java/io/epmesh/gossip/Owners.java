package io.epmesh.gossip;

import io.epmesh.gossip.Message.OwnerDelta;
import io.epmesh.gossip.Message.OwnerLine;
import io.epmesh.gossip.Message.OwnerState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// The table of the other peers, and what this peer says of itself. Owned by the gossip thread.
final class Owners {
    private final PeerId self;
    private final OwnEntries own;
    private final Publisher publisher;
    private final TreeMap<PeerId, Owner> others = new TreeMap<>();

    Owners(PeerId self, OwnEntries own, Publisher publisher) {
        this.self = self;
        this.own = own;
        this.publisher = publisher;
    }

    Optional<Owner> find(PeerId id) {
        return Optional.ofNullable(others.get(id));
    }

    /// The owner, made known if there is room for it.
    Optional<Owner> meet(PeerId id, long now) {
        Owner known = others.get(id);
        if (known == null && others.size() < Limits.OWNERS) {
            known = new Owner(id, now);
            others.put(id, known);
        }
        return Optional.ofNullable(known);
    }

    Collection<Owner> all() {
        return others.values();
    }

    /// Up to `count` living others, drawn at random.
    List<Owner> someLiving(int count, Optional<PeerId> but, RandomGenerator random) {
        List<Owner> living = new ArrayList<>();
        for (Owner owner : others.values()) {
            if (owner.isLiving() && !but.equals(Optional.of(owner.id()))) {
                living.add(owner);
            }
        }
        while (living.size() > count) {
            living.remove(random.nextInt(living.size()));
        }
        return living;
    }

    /// Lines of all owners whose entries are known, this peer's own in front.
    List<OwnerLine> lines(Beat ownBeat, long now) {
        List<OwnerLine> lines = new ArrayList<>(others.size() + 1);
        lines.add(ownLine(ownBeat));
        for (Owner owner : others.values()) {
            if (owner.stamp().isAfter(Stamp.NONE)) {
                lines.add(owner.line(now));
            }
        }
        return lines;
    }

    OwnerState ownState(Beat ownBeat) {
        return new OwnerState(ownLine(ownBeat), own.entries(), Verdict.NONE);
    }

    static OwnerState state(Owner owner, long now) {
        return new OwnerState(owner.line(now), owner.entries(), owner.verdict());
    }

    /// Over everything that look-ups can tell apart; alike on peers that answer alike.
    long fingerprint() {
        long sum = fingerprint(self, own.stamp(), true, Verdict.NONE);
        for (Owner owner : others.values()) {
            if (owner.stamp().isAfter(Stamp.NONE)) {
                sum += fingerprint(owner.id(), owner.stamp(), owner.isLiving(), owner.verdict());
            }
        }
        return sum;
    }

    /// Takes in all that somebody holds of an owner, as far as it is newer.
    void take(Owner owner, OwnerState state, long now) {
        if (state.line().stamp().isAfter(owner.stamp())) {
            boolean wasLiving = owner.isLiving();
            Set<Key> changed = owner.replace(state.line().stamp(), state.entries());
            owner.revive(now, Liveness.ORPHAN_NANOS);
            publisher.entriesChanged(owner.view(), changed);
            if (wasLiving != owner.isLiving() || owner.stamp().isLeft()) {
                publisher.ownerChanged(owner.view());
            }
        }
        if (state.line().stamp().equals(owner.stamp())) {
            judge(owner, state.verdict());
        }
    }

    /// Takes in an owner's own delta; false if its base is not known here.
    boolean take(Owner owner, OwnerDelta delta, long now) {
        Stamp held = owner.stamp();
        if (held.incarnation() != delta.incarnation() || held.version() < delta.base()) {
            return delta.incarnation() < held.incarnation();
        }
        if (held.version() < delta.version()) {
            Set<Key> changed =
                    owner.apply(
                            new Stamp(delta.incarnation(), delta.version()),
                            delta.puts(),
                            delta.removed());
            publisher.entriesChanged(owner.view(), changed);
            revive(owner, now);
        }
        return true;
    }

    boolean revive(Owner owner, long now) {
        boolean revived = owner.revive(now, Liveness.ORPHAN_NANOS);
        if (revived) {
            publisher.ownerChanged(owner.view());
        }
        return revived;
    }

    /// A verdict names the beat after which it was found, so a newer beat has to be seen.
    void heardButOrphaned(Owner owner) {
        publisher.ownerChanged(owner.view());
    }

    void orphan(Owner owner) {
        owner.orphan();
        publisher.ownerChanged(owner.view());
    }

    boolean judge(Owner owner, Verdict verdict) {
        boolean taken = owner.judge(verdict);
        if (taken) {
            publisher.ownerChanged(owner.view());
        }
        return taken;
    }

    /// Ends what is known of an owner for good, unless it comes back with a new incarnation.
    void forget(Owner owner) {
        Set<Key> changed = owner.replace(owner.stamp().left(), java.util.Map.of());
        publisher.entriesChanged(owner.view(), changed);
        publisher.ownerChanged(owner.view());
    }

    private OwnerLine ownLine(Beat beat) {
        return new OwnerLine(self, own.stamp(), beat, 0, Beat.NONE, 0, Verdict.NONE.verifier());
    }

    private static long fingerprint(PeerId id, Stamp stamp, boolean living, Verdict verdict) {
        return Fingerprint.of(
                new WireWriter()
                        .peer(id)
                        .i64(stamp.incarnation())
                        .i64(stamp.version())
                        .u8(living || stamp.isLeft() ? 1 : 0)
                        .i64(verdict.at().incarnation())
                        .i64(verdict.at().number())
                        .i64(verdict.round())
                        .peer(verdict.verifier()));
    }
}
