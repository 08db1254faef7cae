package io.epmesh.gossip;

import io.epmesh.gossip.Message.OwnerDelta;
import io.epmesh.gossip.Message.OwnerLine;
import io.epmesh.gossip.Message.OwnerState;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// The table of the other peers, and what this peer says of itself. Owned by the gossip thread.
final class Owners {
    private static final Logger LOG = System.getLogger(Owners.class.getName());

    /// Flags under a fingerprint.
    private static final int LIVING = 1;

    private static final int QUARANTINED = 2;

    private final PeerId self;
    private final OwnEntries own;
    private final Publisher publisher;
    private final TreeMap<PeerId, Owner> others = new TreeMap<>();

    /// How often there was no room for one.
    private long notMet;

    Owners(PeerId self, OwnEntries own, Publisher publisher) {
        this.self = self;
        this.own = own;
        this.publisher = publisher;
    }

    Optional<Owner> find(PeerId id) {
        return Optional.ofNullable(others.get(id));
    }

    /// The owner, made known if there is room for it.
    ///
    /// @param at when it was last known to be running
    Optional<Owner> meet(PeerId id, long at, long now) {
        Owner known = others.get(id);
        if (known != null) {
            return Optional.of(known);
        }
        if (now - at >= Liveness.FORGOTTEN_NANOS) {
            return Optional.empty();
        }
        if (!makeRoom(at)) {
            if (Long.bitCount(++notMet) == 1) { // the 1st, 2nd, 4th, 8th …: no flood
                LOG.log(
                        Level.WARNING,
                        "peer {0} is not met: {1} others are known, and none of them has left",
                        id,
                        Limits.OWNERS);
            }
            return Optional.empty();
        }
        Owner met = new Owner(id, now);
        others.put(id, met);
        return Optional.of(met);
    }

    /// Whether there is room for one that was last known to be running at `at`. Peers that have
    /// left give way, the one that did so longest ago first: so all peers drop the same ones.
    private boolean makeRoom(long at) {
        if (others.size() < Limits.OWNERS) {
            return true;
        }
        Optional<Owner> oldest =
                others.values().stream()
                        .filter(owner -> !owner.isLiving() && !owner.isOrphaned())
                        .min(Comparator.comparingLong(owner -> owner.advancedAt() - at));
        oldest.filter(owner -> owner.advancedAt() - at < 0).ifPresent(this::drop);
        return others.size() < Limits.OWNERS;
    }

    /// Ends all that is known of an owner which has no entries.
    void drop(Owner owner) {
        others.remove(owner.id());
        publisher.ownerDropped(owner.id());
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
        long sum = fingerprint(self, own.stamp(), LIVING, Verdict.NONE);
        for (Owner owner : others.values()) {
            if (owner.stamp().isAfter(Stamp.NONE)) {
                int flags = owner.isLiving() || owner.stamp().isLeft() ? LIVING : 0;
                flags |= owner.isQuarantined() ? QUARANTINED : 0;
                sum += fingerprint(owner.id(), owner.stamp(), flags, owner.verdict());
            }
        }
        return sum;
    }

    /// Takes in all that somebody holds of an owner, as far as it is newer.
    void take(Owner owner, OwnerState state, long now) {
        Stamp newer = state.line().stamp();
        if (newer.isAfter(owner.stamp())) {
            boolean sameRun = newer.incarnation() == owner.stamp().incarnation();
            boolean wasLiving = owner.isLiving();
            boolean wasQuarantined = owner.isQuarantined();
            Set<Key> changed =
                    state.line().quarantined()
                            ? owner.quarantine(newer)
                            : owner.replace(newer, state.entries());
            owner.revive(now, Liveness.ORPHAN_NANOS);
            publisher.entriesChanged(owner.view(), changed);
            if (!sameRun || wasLiving != owner.isLiving() || newer.isLeft()) {
                publisher.ownerChanged(owner.view());
            }
            checkQuarantine(owner, wasQuarantined);
        }
        if (newer.equals(owner.stamp())) {
            judge(owner, state.verdict());
        }
    }

    /// Takes in an owner's own delta; false if what it changes is not known here.
    boolean take(Owner owner, OwnerDelta delta, long now) {
        Stamp held = owner.stamp();
        if (held.incarnation() != delta.incarnation() || held.version() < delta.base()) {
            return delta.incarnation() < held.incarnation();
        }
        if (held.version() < delta.version()) {
            if (owner.isQuarantined()) {
                return false;
            }
            Set<Key> changed =
                    owner.apply(
                            new Stamp(delta.incarnation(), delta.version()),
                            delta.puts(),
                            delta.removed());
            publisher.entriesChanged(owner.view(), changed);
            revive(owner, now);
            checkQuarantine(owner, false);
        }
        return true;
    }

    private void checkQuarantine(Owner owner, boolean before) {
        if (owner.isQuarantined() == before) {
            return;
        }
        publisher.ownerChanged(owner.view());
        if (owner.isQuarantined()) {
            LOG.log(
                    Level.WARNING,
                    "peer {0} has more than {1} entries or {2} bytes of them: none of its names"
                            + " is shown until it has less",
                    owner.id(),
                    Limits.OWNER_ENTRIES,
                    Limits.OWNER_BYTES);
        } else {
            LOG.log(Level.INFO, "peer {0} is within its limits again", owner.id());
        }
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
        Set<Key> changed = owner.replace(owner.stamp().left(), Map.of());
        publisher.entriesChanged(owner.view(), changed);
        publisher.ownerChanged(owner.view());
    }

    private OwnerLine ownLine(Beat beat) {
        return new OwnerLine(
                self, own.stamp(), false, beat, own.stamp().version(), 0, Verdict.NONE);
    }

    private static long fingerprint(PeerId id, Stamp stamp, int flags, Verdict verdict) {
        return Fingerprint.of(
                new WireWriter()
                        .peer(id)
                        .i64(stamp.incarnation())
                        .i64(stamp.version())
                        .u8(flags)
                        .i64(verdict.at().incarnation())
                        .i64(verdict.at().number())
                        .i64(verdict.round())
                        .peer(verdict.verifier()));
    }
}
