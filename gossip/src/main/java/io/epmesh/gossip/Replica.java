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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.pcollections.PMap;

/// The replication protocol of one peer, without input or output, clock, randomness or thread of
/// its own: what happens goes in by the methods, what is to be done comes out of [#ready].
///
/// All times are nanoseconds of one monotonic clock. Owned by one thread.
public final class Replica {
    private final PeerId self;
    private final OwnEntries own;
    private final Publisher publisher;
    private final Owners owners;
    private final Parts parts = new Parts();
    private final Outbox outbox;
    private final Liveness liveness;
    private final MappingReplica mappings;
    private final AntiEntropy antiEntropy;
    private final Survey survey;
    private final Writes writes;
    private final Counters counters = new Counters();
    private Set<PeerId> view = Set.of();
    private boolean foreignSelf;

    /// A peer that has heard of nobody yet.
    ///
    /// @param self its id
    /// @param incarnation higher than any that this id ever had
    /// @param restored what the journal held
    /// @param random for whom to talk to, and for the writer id: a secure one outside of tests
    /// @param now the time
    public Replica(
            PeerId self, long incarnation, Mappings restored, RandomGenerator random, long now) {
        this(self, incarnation, restored, random, now, () -> new Vitals(0, 0, 0));
    }

    /// The same with something to tell to those that ask how it is.
    ///
    /// @param vitals how this peer is now
    Replica(
            PeerId self,
            long incarnation,
            Mappings restored,
            RandomGenerator random,
            long now,
            Supplier<Vitals> vitals) {
        this.self = self;
        this.own = new OwnEntries(incarnation);
        this.publisher = new Publisher(self);
        this.owners = new Owners(self, own, publisher);
        this.outbox = new Outbox(parts, this::header);
        this.liveness = new Liveness(owners, outbox, random, incarnation, now);
        this.mappings = new MappingReplica(restored, publisher.mappingsChanged());
        this.antiEntropy =
                new AntiEntropy(self, own, owners, mappings, liveness, outbox, random, now);
        this.survey = new Survey(self, owners, mappings, antiEntropy, outbox, vitals);
        this.writes = new Writes(random);
        publisher.mappingsChanged().addAll(restored.byKey().keySet());
        publisher.ownerChanged(ownView());
    }

    /// What is to be done after a step, in this order: append, send, publish, answer.
    ///
    /// @param batch local writes, to be made durable and reported by [#durable] or [#failed]
    /// @param taken the journal's records of what came from elsewhere; need no sync
    /// @param packets to be sent
    /// @param answers to requests
    /// @param publication if anything has changed
    /// @param foreignSelf somebody else uses this peer's id: take a new one
    public record Ready(
            Optional<Writes.Batch> batch,
            List<Bytes> taken,
            List<Packet> packets,
            List<Writes.Answer> answers,
            Optional<Publication> publication,
            boolean foreignSelf) {}

    /// {@return what is to be done now; it is not said twice}
    public Ready ready() {
        Optional<Writes.Batch> batch = writes.stage(mappings.now());
        return new Ready(
                batch,
                mappings.drainTaken(),
                outbox.drain(),
                writes.drainAnswers(),
                publisher.publish(mappings.now().byKey()),
                foreignSelf);
    }

    /// Makes `entries` this peer's own.
    ///
    /// @param entries all of them
    public void own(PMap<Key, Bytes> entries) {
        own.update(entries)
                .ifPresent(delta -> {
                    Set<Key> changed = new HashSet<>(delta.puts().keySet());
                    changed.addAll(delta.removed());
                    publisher.entriesChanged(ownView(), changed);
                    outbox.sendAll(delta);
                });
    }

    /// Ends this peer's incarnation; after it, only [#ready] makes sense.
    public void leave() {
        Set<Key> gone = Set.copyOf(own.entries().keySet());
        own.leave();
        publisher.entriesChanged(ownView(), gone);
        outbox.sendAll(owners.ownState(liveness.beat()));
    }

    /// Writes a mapping; the answer comes when it is durable.
    ///
    /// @param request the write
    public void write(Writes.Request request) {
        writes.submit(request);
    }

    /// A batch of [#ready] is on the disk, synced.
    ///
    /// @param batch its id
    public void durable(long batch) {
        List<MappingWrite> done = writes.durable(batch);
        mappings.apply(done);
        outbox.sendAll(new MappingWrites(done));
    }

    /// A batch of [#ready] is not on the disk, or nobody can tell.
    ///
    /// @param batch its id
    /// @param reason one sentence
    public void failed(long batch, String reason) {
        writes.failed(batch, reason);
    }

    /// Takes a remote owner's entries out of the mesh, unless it is living.
    ///
    /// @param peer the owner
    /// @param now the time
    /// @return what became of it
    public WriteOutcome forget(PeerId peer, long now) {
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
    ///
    /// @param peer the owner
    /// @param seen its last beat in the snapshot that was looked at
    /// @param findings for each entry that was looked at
    public void judge(PeerId peer, Beat seen, PMap<Key, Finding> findings) {
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

    /// The network has another view.
    ///
    /// @param members all of them, this peer included
    /// @param now the time
    public void viewChanged(Set<PeerId> members, long now) {
        Set<PeerId> lost = new HashSet<>(view);
        lost.removeAll(members);
        lost.stream().sorted().forEach(peer -> liveness.ask(peer, now));
        view = Set.copyOf(members);
        outbox.sendAll(new Alive());
        antiEntropy.greet(members);
    }

    /// The network believes that a peer may be gone.
    ///
    /// @param peer any but this one
    /// @param now the time
    public void suspected(PeerId peer, long now) {
        liveness.hint(peer, now);
    }

    /// {@return who asks all members how they stand}
    Survey survey() {
        return survey;
    }

    /// When each of the others was last known to be running.
    Map<PeerId, Long> heardAt(long now) {
        Map<PeerId, Long> heardAt = new HashMap<>();
        owners.all().forEach(owner -> heardAt.put(owner.id(), now - owner.silentNanos(now)));
        return heardAt;
    }

    /// {@return the digest of all that is replicated}
    public Digest digest() {
        return antiEntropy.digest();
    }

    /// Whether every batch that was given out has been reported.
    boolean isSettled() {
        return !writes.hasBatchInFlight();
    }

    /// {@return the mappings as they are known now}
    public Mappings mappings() {
        return mappings.now();
    }

    /// {@return messages that could not be read}
    public long malformedCount() {
        return counters.malformedCount();
    }

    /// {@return messages of types that a newer version has brought}
    public long unknownCount() {
        return counters.unknownCount();
    }

    /// Time has passed: as much as [#nextTickIn] said, or less.
    ///
    /// @param now the time
    public void tick(long now) {
        liveness.tick(now);
        parts.expire(now);
        antiEntropy.tick(view, now);
    }

    /// How long until the next [#tick] is due, if nothing else happens.
    ///
    /// @param now the time
    /// @return nanoseconds
    public long nextTickIn(long now) {
        return antiEntropy.isPulling(now) ? Liveness.TICK_NANOS : liveness.nextTickIn(now);
    }

    /// A message has come in.
    ///
    /// @param bytes as they came
    /// @param now the time
    public void received(byte[] bytes, long now) {
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
            case Witness witness -> witness.lines().forEach(line -> learn(sender, line, now));
            case Summary summary -> {
                survey.heard(sender, summary, now);
                antiEntropy.compare(sender, summary, now);
            }
            case OwnersPull pull -> {
                survey.heard(sender, pull, now);
                pull.lines().forEach(line -> learn(sender, line, now));
                antiEntropy.answer(header, pull, now);
            }
            case OwnerDelta delta -> ownerDelta(sender, delta, now);
            case OwnerState state -> ownerState(sender, state, now);
            case Judgement judgement -> judgement(judgement);
            case MappingWrites taken -> {
                if (mappings.take(taken.writes())) {
                    antiEntropy.pullMappings(sender, now);
                }
            }
            case MappingsPull pull -> {
                survey.heard(sender, pull);
                antiEntropy.answer(header, pull, now);
            }
            case MappingsState state -> {
                if (state.asker() == own.stamp().incarnation()) {
                    mappings.merge(state.writers());
                }
            }
            case Part _ -> throw new MalformedMessageException("a part within parts");
            case Unknown unknown -> counters.unknown(unknown.type());
        }
    }

    private void hear(Header header, long now) {
        if (header.sender().equals(self)) {
            checkSelf(header.stamp(), header.beat());
            return;
        }
        owners.meet(header.sender(), now, now)
                .ifPresent(owner -> {
                    owner.announce(header.stamp());
                    liveness.heard(owner, header.beat(), now, now);
                    if (owner.isBehind()) {
                        antiEntropy.pull(owner, now);
                    }
                });
    }

    /// What `teller` says of an owner.
    private void learn(PeerId teller, OwnerLine line, long now) {
        if (line.owner().equals(self)) {
            checkSelf(line.announced(), line.beat());
            checkSelf(line.stamp(), line.beat());
            return;
        }
        long at = now - line.ageMillis() * 1_000_000;
        owners.meet(line.owner(), at, now)
                .ifPresent(owner -> {
                    owner.announce(line.announced());
                    liveness.heard(owner, line.beat(), at, now);
                    if (owner.isBehind() && line.stamp().isAfter(owner.stamp())) {
                        antiEntropy.pull(owner, teller, now);
                    }
                });
    }

    /// Whoever sees its own id at a state that it did not write is not the only one to use it.
    private void checkSelf(Stamp seen, Beat beat) {
        if (seen.isAfter(own.stamp()) || beat.isAfter(liveness.beat())) {
            foreignSelf = true;
        }
    }

    private void ownerDelta(PeerId sender, OwnerDelta delta, long now) {
        owners.find(sender)
                .ifPresent(owner -> {
                    if (!owners.take(owner, delta, now)) {
                        antiEntropy.pull(owner, now);
                    }
                });
    }

    private void ownerState(PeerId sender, OwnerState state, long now) {
        learn(sender, state.line(), now);
        owners.find(state.line().owner()).ifPresent(owner -> owners.take(owner, state, now));
    }

    private void judgement(Judgement judgement) {
        owners.find(judgement.owner())
                .filter(owner -> owner.stamp().equals(judgement.stamp()))
                .ifPresent(owner -> owners.judge(owner, judgement.verdict()));
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
                false,
                own.entries(),
                Verdict.NONE.findings());
    }
}
