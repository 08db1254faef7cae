package io.epmesh.gossip;

import io.epmesh.gossip.Message.Alive;
import io.epmesh.gossip.Message.Header;
import io.epmesh.gossip.Message.Judgement;
import io.epmesh.gossip.Message.MappingWrites;
import io.epmesh.gossip.Message.MappingsPull;
import io.epmesh.gossip.Message.MappingsState;
import io.epmesh.gossip.Message.OwnerDelta;
import io.epmesh.gossip.Message.OwnerLine;
import io.epmesh.gossip.Message.OwnerState;
import io.epmesh.gossip.Message.OwnersPull;
import io.epmesh.gossip.Message.Part;
import io.epmesh.gossip.Message.Ping;
import io.epmesh.gossip.Message.Summary;
import io.epmesh.gossip.Message.Unknown;
import io.epmesh.gossip.Message.Witness;
import io.epmesh.gossip.MessageCodec.Envelope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.pcollections.PMap;

/// The replication protocol of one peer, without input or output, clock, randomness or thread of
/// its own: what happens goes in by the methods, what is to be done comes out of [#ready].
///
/// All times are nanoseconds of one monotonic clock. Owned by one thread.
final class Replica {
    private static final long SUMMARY_NANOS = 1_000_000_000L;
    private static final long PULL_NANOS = 200_000_000L;
    private static final int GREETED = 3;

    private final PeerId self;
    private final RandomGenerator random;
    private final OwnEntries own;
    private final Publisher publisher;
    private final Owners owners;
    private final Parts parts = new Parts();
    private final Outbox outbox;
    private final Liveness liveness;
    private final Writes writes;
    private final List<List<MappingWrite>> takenWrites = new ArrayList<>();
    private final List<List<Message.WriterState>> takenStates = new ArrayList<>();
    private final Map<PeerId, Long> mappingsPulledAt = new HashMap<>();
    private final Counters counters = new Counters();
    private Mappings mappings;
    private Set<PeerId> view = Set.of();
    private long summaryAt;
    private boolean foreignSelf;

    /// @param incarnation higher than any that this id ever had
    /// @param restored what the journal held
    /// @param random for whom to talk to, and for the writer id: a secure one outside of tests
    Replica(PeerId self, long incarnation, Mappings restored, RandomGenerator random, long now) {
        this.self = self;
        this.random = random;
        this.mappings = restored;
        this.own = new OwnEntries(incarnation);
        this.publisher = new Publisher(self);
        this.owners = new Owners(self, own, publisher);
        this.outbox = new Outbox(parts, this::header);
        this.liveness = new Liveness(owners, outbox, random, incarnation, now);
        this.writes = new Writes(random);
        this.summaryAt = now;
        publisher.mappingsChanged().addAll(restored.byKey().keySet());
        publisher.ownerChanged(ownView());
    }

    /// What is to be done after a step, in this order: append, send, answer, publish.
    ///
    /// @param batch local writes, to be made durable and reported by [#durable] or [#failed]
    /// @param takenWrites remote writes that were applied, for the journal; need no sync
    /// @param takenStates remote states that were merged, for the journal; need no sync
    /// @param foreignSelf somebody else uses this peer's id: take a new one
    record Ready(
            Optional<Writes.Batch> batch,
            List<List<MappingWrite>> takenWrites,
            List<List<Message.WriterState>> takenStates,
            List<Packet> packets,
            List<Writes.Answer> answers,
            Optional<Publisher.Publication> publication,
            boolean foreignSelf) {}

    Ready ready() {
        Optional<Writes.Batch> batch = writes.stage(mappings);
        Ready ready =
                new Ready(
                        batch,
                        List.copyOf(takenWrites),
                        List.copyOf(takenStates),
                        outbox.drain(),
                        writes.drainAnswers(),
                        publisher.publish(mappings.byKey()),
                        foreignSelf);
        takenWrites.clear();
        takenStates.clear();
        return ready;
    }

    /// Makes `entries` this peer's own.
    void own(PMap<Key, Bytes> entries) {
        own.update(entries)
                .ifPresent(delta -> {
                    Set<Key> changed = new HashSet<>(delta.puts().keySet());
                    changed.addAll(delta.removed());
                    publisher.entriesChanged(ownView(), changed);
                    outbox.sendAll(delta);
                });
    }

    /// Ends this peer's incarnation; after it, only [#ready] makes sense.
    void leave() {
        Set<Key> gone = Set.copyOf(own.entries().keySet());
        own.leave();
        publisher.entriesChanged(ownView(), gone);
        outbox.sendAll(owners.ownState(liveness.beat()));
    }

    void write(Writes.Request request) {
        writes.submit(request);
    }

    void durable(long batch) {
        List<MappingWrite> done = writes.durable(batch);
        for (MappingWrite write : done) {
            mappings = mappings.apply(write, publisher.mappingsChanged());
        }
        outbox.sendAll(new MappingWrites(done));
    }

    void failed(long batch, String reason) {
        writes.failed(batch, reason);
    }

    /// Takes a remote owner's entries out of the mesh, unless it is living.
    WriteOutcome forget(PeerId peer, long now) {
        Optional<Owner> known = owners.find(peer);
        if (known.isEmpty()) {
            return new WriteOutcome.Refused("peer %s is not known here".formatted(peer));
        }
        Owner owner = known.get();
        if (owner.isLiving()) {
            return new WriteOutcome.Refused(
                    "peer %s is living: it can leave, but not be forgotten".formatted(peer));
        }
        if (owner.isOrphaned()) {
            owners.forget(owner);
            outbox.sendAll(Owners.state(owner, now));
        }
        return new WriteOutcome.Done();
    }

    /// Publishes what was found of an orphaned owner's entries as they were at `seen`.
    void judge(PeerId peer, Beat seen, PMap<Key, Finding> findings) {
        owners.find(peer)
                .filter(owner -> owner.isOrphaned() && owner.beat().equals(seen))
                .ifPresent(owner -> {
                    Verdict last = owner.verdict();
                    if (last.at().equals(seen) && last.findings().equals(findings)) {
                        return; // nothing new to say
                    }
                    long round = last.at().equals(seen) ? last.round() + 1 : 1;
                    Verdict verdict = new Verdict(seen, round, self, findings);
                    if (owners.judge(owner, verdict)) {
                        outbox.sendAll(new Judgement(peer, owner.stamp(), verdict));
                    }
                });
    }

    /// The network's members, this peer among them.
    void viewChanged(Set<PeerId> members, long now) {
        Set<PeerId> lost = new HashSet<>(view);
        lost.removeAll(members);
        lost.stream().sorted().forEach(peer -> liveness.hint(peer, now));
        List<PeerId> others = new ArrayList<>(members);
        others.remove(self);
        others.sort(null);
        view = Set.copyOf(members);
        outbox.sendAll(new Alive());
        while (others.size() > GREETED) {
            others.remove(random.nextInt(others.size()));
        }
        others.forEach(peer -> outbox.send(peer, summary(false)));
    }

    void suspected(PeerId peer, long now) {
        liveness.hint(peer, now);
    }

    /// Asks every member for its digest; [#digests] has the answers as they come in.
    void askDigests() {
        outbox.sendAll(summary(true));
        owners.all().forEach(owner -> owner.digest(Optional.empty()));
    }

    /// This peer's digest, and those heard of the living since the last [#askDigests].
    Map<PeerId, Optional<Digest>> digests() {
        Map<PeerId, Optional<Digest>> digests = new HashMap<>();
        digests.put(self, Optional.of(digest()));
        for (Owner owner : owners.all()) {
            if (owner.isLiving()) {
                digests.put(owner.id(), owner.digest());
            }
        }
        return digests;
    }

    Digest digest() {
        return new Digest(owners.fingerprint(), mappings.fingerprint());
    }

    /// Whether every batch that was given out has been reported.
    boolean isSettled() {
        return !writes.hasBatchInFlight();
    }

    Mappings mappings() {
        return mappings;
    }

    Counters counters() {
        return counters;
    }

    void tick(long now) {
        liveness.tick(now);
        parts.expire(now);
        if (now - summaryAt >= SUMMARY_NANOS) {
            summaryAt = now;
            owners.someLiving(1, Optional.empty(), random)
                    .forEach(owner -> outbox.send(owner.id(), summary(false)));
            outsider().ifPresent(peer -> outbox.send(peer, summary(false)));
        }
        for (Owner owner : owners.all()) {
            if (owner.isBehind()) {
                pull(owner, now);
            }
        }
    }

    void received(byte[] bytes, long now) {
        try {
            Envelope envelope = MessageCodec.decode(bytes);
            if (envelope.message() instanceof Part part) {
                hear(envelope.header(), now);
                Optional<byte[]> whole = parts.collect(envelope.header(), part, now);
                if (whole.isPresent()) {
                    take(MessageCodec.decode(whole.get()), now);
                }
            } else {
                take(envelope, now);
            }
        } catch (MalformedMessageException e) {
            counters.malformed(e);
        }
    }

    private void take(Envelope envelope, long now) throws MalformedMessageException {
        Header header = envelope.header();
        PeerId sender = header.sender();
        hear(header, now);
        if (sender.equals(self)) {
            return; // an echo, or another that uses this peer's id
        }
        switch (envelope.message()) {
            case Alive _ -> {}
            case Ping ping -> liveness.pinged(self, sender, ping, now);
            case Witness witness -> witness.lines().forEach(line -> learn(line, now));
            case Summary summary -> summary(sender, summary, now);
            case OwnersPull pull -> ownersPull(sender, pull, now);
            case OwnerDelta delta -> ownerDelta(sender, delta, now);
            case OwnerState state -> ownerState(state, now);
            case Judgement judgement -> judgement(judgement);
            case MappingWrites taken -> mappingWrites(sender, taken.writes(), now);
            case MappingsPull pull -> mappingsPull(sender, pull);
            case MappingsState state -> mappingsState(state);
            case Part _ -> throw new MalformedMessageException("a part within parts");
            case Unknown unknown -> counters.unknown(unknown.type());
        }
    }

    private void hear(Header header, long now) {
        if (header.sender().equals(self)) {
            checkSelf(header.stamp());
            return;
        }
        owners.meet(header.sender(), now)
                .ifPresent(owner -> {
                    owner.announce(header.stamp());
                    liveness.heard(owner, header.beat(), now, now);
                    if (owner.isBehind()) {
                        pull(owner, now);
                    }
                });
    }

    /// What somebody else says of an owner.
    private void learn(OwnerLine line, long now) {
        if (line.owner().equals(self)) {
            checkSelf(line.stamp());
            return;
        }
        owners.meet(line.owner(), now)
                .ifPresent(owner ->
                        liveness.heard(
                                owner, line.beat(), now - line.ageMillis() * 1_000_000, now));
    }

    /// Whoever sees its own id at a state that it did not write is not the only one to use it.
    private void checkSelf(Stamp seen) {
        if (seen.isAfter(own.stamp())) {
            foreignSelf = true;
        }
    }

    private void summary(PeerId sender, Summary theirs, long now) {
        owners.find(sender).ifPresent(owner -> owner.digest(Optional.of(theirs.digest())));
        if (theirs.reply()) {
            outbox.send(sender, summary(false));
        }
        Digest ours = digest();
        if (ours.owners() != theirs.digest().owners()) {
            outbox.send(sender, new OwnersPull(true, true, owners.lines(liveness.beat(), now)));
        }
        if (ours.mappings() != theirs.digest().mappings()) {
            outbox.send(sender, new MappingsPull(true, mappings.lines()));
        }
    }

    private void ownersPull(PeerId sender, OwnersPull pull, long now) {
        Set<PeerId> listed = new HashSet<>();
        List<OwnerLine> wanted = new ArrayList<>();
        List<OwnerLine> fresher = new ArrayList<>();
        for (OwnerLine theirs : pull.lines()) {
            listed.add(theirs.owner());
            learn(theirs, now);
            if (theirs.owner().equals(self)) {
                sendOwn(sender, theirs.stamp());
                continue;
            }
            owners.find(theirs.owner())
                    .ifPresent(owner -> compare(sender, owner, theirs, wanted, fresher, now));
        }
        if (pull.all()) {
            for (Owner owner : owners.all()) {
                if (!listed.contains(owner.id()) && owner.stamp().isAfter(Stamp.NONE)) {
                    outbox.send(sender, Owners.state(owner, now));
                }
            }
            if (!listed.contains(self)) {
                outbox.send(sender, owners.ownState(liveness.beat()));
            }
        }
        if (!fresher.isEmpty()) {
            outbox.send(sender, new Witness(fresher));
        }
        if (pull.mayAskBack() && !wanted.isEmpty()) {
            outbox.send(sender, new OwnersPull(false, false, wanted));
        }
    }

    /// Answers one line of a pull: with the state where ours is newer, with a wish where it is
    /// older.
    private void compare(
            PeerId sender,
            Owner owner,
            OwnerLine theirs,
            List<OwnerLine> wanted,
            List<OwnerLine> fresher,
            long now) {
        OwnerLine ours = owner.line(now);
        boolean newerVerdict =
                verdictOf(ours).isAfter(verdictOf(theirs)) && ours.stamp().equals(theirs.stamp());
        if (ours.stamp().isAfter(theirs.stamp()) || newerVerdict) {
            outbox.send(sender, Owners.state(owner, now));
        } else if (ours.beat().isAfter(theirs.beat())) {
            fresher.add(ours);
        }
        boolean olderVerdict =
                verdictOf(theirs).isAfter(verdictOf(ours)) && ours.stamp().equals(theirs.stamp());
        if (theirs.stamp().isAfter(ours.stamp()) || olderVerdict) {
            wanted.add(ours);
        }
    }

    private static Verdict verdictOf(OwnerLine line) {
        return new Verdict(
                line.verdictAt(), line.verdictRound(), line.verifier(), Verdict.NONE.findings());
    }

    private void sendOwn(PeerId to, Stamp held) {
        if (held.equals(own.stamp())) {
            return;
        }
        Optional<OwnerDelta> delta = own.since(held);
        if (delta.isPresent()) {
            outbox.send(to, delta.get());
        } else {
            outbox.send(to, owners.ownState(liveness.beat()));
        }
    }

    private void ownerDelta(PeerId sender, OwnerDelta delta, long now) {
        owners.find(sender)
                .ifPresent(owner -> {
                    if (!owners.take(owner, delta, now)) {
                        pull(owner, now);
                    }
                });
    }

    private void ownerState(OwnerState state, long now) {
        learn(state.line(), now);
        owners.find(state.line().owner()).ifPresent(owner -> owners.take(owner, state, now));
    }

    private void judgement(Judgement judgement) {
        owners.find(judgement.owner())
                .filter(owner -> owner.stamp().equals(judgement.stamp()))
                .ifPresent(owner -> owners.judge(owner, judgement.verdict()));
    }

    private void mappingWrites(PeerId sender, List<MappingWrite> received, long now) {
        List<MappingWrite> applied = new ArrayList<>();
        for (MappingWrite write : received) {
            switch (mappings.arrival(write)) {
                case APPLIED -> {
                    mappings = mappings.apply(write, publisher.mappingsChanged());
                    applied.add(write);
                }
                case KNOWN -> {}
                case GAP -> pullMappings(sender, now);
            }
        }
        if (!applied.isEmpty()) {
            takenWrites.add(applied);
        }
    }

    private void mappingsPull(PeerId sender, MappingsPull pull) {
        List<Message.WriterState> news = mappings.newsFor(pull.lines());
        if (!news.isEmpty()) {
            outbox.send(sender, new MappingsState(news));
        }
        if (pull.mayAskBack() && mappings.mayLearnFrom(pull.lines())) {
            outbox.send(sender, new MappingsPull(false, mappings.lines()));
        }
    }

    private void mappingsState(MappingsState state) {
        long before = mappings.fingerprint();
        mappings = mappings.merge(state.writers(), publisher.mappingsChanged());
        if (mappings.fingerprint() != before) {
            takenStates.add(state.writers());
        }
    }

    /// Asks an owner for its own newest entries, again and again until they are here.
    private void pull(Owner owner, long now) {
        if (owner.mayPull(now, PULL_NANOS)) {
            outbox.send(owner.id(), new OwnersPull(false, false, List.of(owner.line(now))));
        }
    }

    private void pullMappings(PeerId from, long now) {
        Long last = mappingsPulledAt.get(from);
        if (last == null || now - last >= PULL_NANOS) {
            mappingsPulledAt.put(from, now);
            outbox.send(from, new MappingsPull(false, mappings.lines()));
        }
    }

    /// A known peer that the network does not reach as a member: the way out of an island.
    private Optional<PeerId> outsider() {
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

    private Summary summary(boolean reply) {
        return new Summary(reply, digest());
    }

    private Header header() {
        return new Header(self, liveness.beat(), own.stamp().version());
    }

    private Snapshot.OwnerView ownView() {
        Stamp stamp = own.stamp();
        return new Snapshot.OwnerView(
                self,
                stamp,
                new Beat(stamp.incarnation(), 1),
                stamp.isLeft() ? Snapshot.Phase.LEFT : Snapshot.Phase.LIVING,
                own.entries(),
                Verdict.NONE.findings());
    }
}
