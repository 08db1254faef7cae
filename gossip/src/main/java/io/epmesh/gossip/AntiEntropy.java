package io.epmesh.gossip;

import io.epmesh.gossip.Message.Header;
import io.epmesh.gossip.Message.MappingsPull;
import io.epmesh.gossip.Message.MappingsState;
import io.epmesh.gossip.Message.OwnerDelta;
import io.epmesh.gossip.Message.OwnerLine;
import io.epmesh.gossip.Message.OwnersPull;
import io.epmesh.gossip.Message.Summary;
import io.epmesh.gossip.Message.Witness;
import io.epmesh.gossip.Message.WriterLine;
import io.epmesh.gossip.Message.WriterState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/// Finds out who lacks what, and sends it. Owned by the gossip thread.
///
/// ```
/// every second, to a random living peer and to one outside of the view, and on a new view:
///   A → B  Summary              digests of both sections
///   B → A  OwnersPull           where they differ: what B holds, in lines
///   A → B  OwnerState, …Delta   what is newer at A; and if something is older there,
///   A → B  OwnersPull           for that alone, which B answers
/// ```
///
/// and the same for mappings by writers. Push-pull anti-entropy, after Demers et al., "Epidemic
/// algorithms for replicated database maintenance" (1987).
final class AntiEntropy {
    private static final long SUMMARY_NANOS = 1_000_000_000L;

    private static final int GREETED = 3;

    private final PeerId self;
    private final OwnEntries own;
    private final Owners owners;
    private final MappingReplica mappings;
    private final Liveness liveness;
    private final Outbox outbox;
    private final RandomGenerator random;
    private final LargeAnswers large = new LargeAnswers();
    private long summaryAt;

    /// What somebody holds of an owner.
    private record Held(Stamp stamp, Verdict verdict) {
        static final Held NOTHING = new Held(Stamp.NONE, Verdict.NONE);

        static Held in(OwnerLine line) {
            return new Held(line.stamp(), line.verdict());
        }
    }

    AntiEntropy(
            PeerId self,
            OwnEntries own,
            Owners owners,
            MappingReplica mappings,
            Liveness liveness,
            Outbox outbox,
            RandomGenerator random,
            long now) {
        this.self = self;
        this.own = own;
        this.owners = owners;
        this.mappings = mappings;
        this.liveness = liveness;
        this.outbox = outbox;
        this.random = random;
        this.summaryAt = now - SUMMARY_NANOS;
    }

    Digest digest() {
        return new Digest(owners.fingerprint(), mappings.now().fingerprint());
    }

    private Summary summary() {
        return new Summary(digest());
    }

    /// What this peer holds of the owners.
    List<OwnerLine> ownerLines(long now) {
        return owners.lines(liveness.beat(), now);
    }

    void tick(Set<PeerId> view, long now) {
        if (now - summaryAt >= SUMMARY_NANOS) {
            summaryAt = now;
            owners.someLiving(1, Optional.empty(), random)
                    .forEach(owner -> outbox.send(owner.id(), summary()));
            outsider(view).ifPresent(peer -> outbox.send(peer, summary()));
        }
        for (Owner owner : owners.all()) {
            if (isWanted(owner, now)) {
                pull(owner, now);
            }
        }
    }

    boolean isPulling(long now) {
        return owners.all().stream().anyMatch(owner -> isWanted(owner, now));
    }

    private static boolean isWanted(Owner owner, long now) {
        return owner.isBehind() && owner.silentNanos(now) < Liveness.ORPHAN_NANOS;
    }

    /// Compares notes with some members of a new view.
    void greet(Set<PeerId> members) {
        List<PeerId> others = new ArrayList<>(members);
        others.remove(self);
        others.sort(null);
        while (others.size() > GREETED) {
            others.remove(random.nextInt(others.size()));
        }
        others.forEach(peer -> outbox.send(peer, summary()));
    }

    void compare(PeerId sender, Summary theirs, long now) {
        Digest ours = digest();
        if (ours.owners() != theirs.digest().owners()) {
            outbox.send(sender, new OwnersPull(true, true, owners.lines(liveness.beat(), now)));
        }
        if (ours.mappings() != theirs.digest().mappings()) {
            outbox.send(sender, new MappingsPull(true, mappings.now().lines()));
        }
    }

    /// Asks an owner for its own newest entries; again and again, until they are here.
    void pull(Owner owner, long now) {
        pull(owner, owner.id(), now);
    }

    /// Asks somebody who holds newer entries of an owner for them.
    void pull(Owner owner, PeerId holder, long now) {
        if (owner.mayPull(now)) {
            outbox.send(holder, new OwnersPull(false, false, List.of(owner.line(now))));
        }
    }

    void pullMappings(PeerId from, long now) {
        owners.find(from)
                .filter(sender -> sender.mayPullMappings(now))
                .ifPresent(_ -> outbox.send(from, new MappingsPull(false, mappings.now().lines())));
    }

    void answer(Header sender, MappingsPull pull, long now) {
        long asker = sender.beat().incarnation();
        List<WriterState> news = mappings.now().newsFor(pull.lines());
        long held = pull.lines().stream().mapToLong(WriterLine::hash).sum();
        if (large.maySend(sender, Optional.empty(), held, StateBatches.size(news), now)) {
            StateBatches.of(news)
                    .forEach(
                            batch -> outbox.send(sender.sender(), new MappingsState(asker, batch)));
        }
        if (pull.mayAskBack() && mappings.now().mayLearnFrom(pull.lines())) {
            outbox.send(sender.sender(), new MappingsPull(false, mappings.now().lines()));
        }
    }

    void answer(Header asker, OwnersPull pull, long now) {
        PeerId sender = asker.sender();
        Set<PeerId> listed = new HashSet<>();
        List<OwnerLine> older = new ArrayList<>();
        List<OwnerLine> fresher = new ArrayList<>();
        for (OwnerLine theirs : pull.lines()) {
            listed.add(theirs.owner());
            if (theirs.owner().equals(self)) {
                sendOwn(asker, theirs, now);
                continue;
            }
            Optional<Owner> known = owners.find(theirs.owner());
            if (known.isPresent()) {
                Owner owner = known.get();
                OwnerLine ours = owner.line(now);
                if (isNewer(ours, theirs)) {
                    send(asker, owner, Held.in(theirs), now);
                } else if (ours.beat().isAfter(theirs.beat())) {
                    fresher.add(ours);
                }
                if (isNewer(theirs, ours)) {
                    older.add(ours);
                }
            }
        }
        if (pull.all()) {
            sendUnlisted(asker, listed, now);
        }
        if (!fresher.isEmpty()) {
            outbox.send(sender, new Witness(fresher));
        }
        if (pull.mayAskBack() && !older.isEmpty()) {
            outbox.send(sender, new OwnersPull(false, false, older));
        }
    }

    private void sendUnlisted(Header asker, Set<PeerId> listed, long now) {
        for (Owner owner : owners.all()) {
            if (!listed.contains(owner.id()) && owner.stamp().isAfter(Stamp.NONE)) {
                send(asker, owner, Held.NOTHING, now);
            }
        }
        if (!listed.contains(self)) {
            sendOwnState(asker, Held.NOTHING, now);
        }
    }

    private void send(Header asker, Owner owner, Held held, long now) {
        if (large.maySend(asker, Optional.of(owner.id()), held, owner.bytes(), now)) {
            outbox.send(asker.sender(), Owners.state(owner, now));
        }
    }

    private void sendOwn(Header asker, OwnerLine theirs, long now) {
        if (theirs.stamp().equals(own.stamp())) {
            return;
        }
        Optional<OwnerDelta> delta =
                theirs.quarantined() ? Optional.empty() : own.since(theirs.stamp());
        if (delta.isEmpty()) {
            sendOwnState(asker, Held.in(theirs), now);
        } else if (large.maySend(
                asker, Optional.of(self), Held.in(theirs), bytes(delta.get()), now)) {
            outbox.send(asker.sender(), delta.get());
        }
    }

    private static long bytes(OwnerDelta delta) {
        return OwnerEntries.bytes(delta.puts())
                + delta.removed().stream().mapToLong(key -> key.name().length()).sum();
    }

    private void sendOwnState(Header asker, Held held, long now) {
        if (large.maySend(asker, Optional.of(self), held, own.bytes(), now)) {
            outbox.send(asker.sender(), owners.ownState(liveness.beat()));
        }
    }

    /// Whether one line knows newer entries than the other, or a newer verdict on the same ones.
    private static boolean isNewer(OwnerLine one, OwnerLine other) {
        int byStamp = one.stamp().compareTo(other.stamp());
        return byStamp > 0 || (byStamp == 0 && one.verdict().isAfter(other.verdict()));
    }

    /// A known peer that the network does not reach as a member: the way out of an island.
    private Optional<PeerId> outsider(Set<PeerId> view) {
        List<PeerId> outside = new ArrayList<>();
        for (Owner owner : owners.all()) {
            if (!view.contains(owner.id()) && !owner.stamp().isLeft()) {
                outside.add(owner.id());
            }
        }
        return outside.isEmpty()
                ? Optional.empty()
                : Optional.of(outside.get(random.nextInt(outside.size())));
    }
}
