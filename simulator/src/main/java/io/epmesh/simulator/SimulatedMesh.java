package io.epmesh.simulator;

import io.epmesh.gossip.Beat;
import io.epmesh.gossip.Bytes;
import io.epmesh.gossip.Dot;
import io.epmesh.gossip.Finding;
import io.epmesh.gossip.Key;
import io.epmesh.gossip.MappingWrite;
import io.epmesh.gossip.Packet;
import io.epmesh.gossip.PeerId;
import io.epmesh.gossip.Replica;
import io.epmesh.gossip.WriteOutcome;
import io.epmesh.gossip.Writes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.pcollections.PMap;

/// Many production cores in one thread and in virtual time, over a network that loses, doubles,
/// reorders, delays and cuts, with a membership as wrong as the recorded traces of JGroups show it
/// (see [MembershipModel]). Everything follows from the seed.
final class SimulatedMesh {
    static final long MILLI = 1_000_000L;
    static final long SECOND = 1_000 * MILLI;
    private static final long TICK = 50 * MILLI;

    final SplittableRandom random;
    final List<SimulatedPeer> peers = new ArrayList<>();
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Map<PeerId, SimulatedPeer> byId = new HashMap<>();

    /// Directed links that carry nothing.
    private final Set<Link> blocked = new HashSet<>();

    double loss;
    double duplication;
    private long maxDelay = 5 * MILLI;
    private long now = SECOND;
    private long sequence;
    private long tickets;
    final Oracle oracle = new Oracle();
    private final RevivalCheck revivals = new RevivalCheck();
    long delivered;

    /// Told what the membership and the network did, if somebody wants to know.
    private SimulatedTrace trace = SimulatedTrace.none();

    record Link(PeerId from, PeerId to) {}

    private record Event(long at, long sequence, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    /// What was acknowledged, and what may have happened.
    static final class Oracle {
        final Map<Long, MappingWrite> byTicket = new TreeMap<>();
        final Set<Dot> ackedPuts = new HashSet<>();
        final Set<Dot> maybePuts = new HashSet<>();
        final Set<Dot> supersededSurely = new HashSet<>();
        final Set<Dot> supersededMaybe = new HashSet<>();

        void staged(Writes.Batch batch) {
            for (int i = 0; i < batch.writes().size(); i++) {
                MappingWrite write = batch.writes().get(i);
                byTicket.put(batch.tickets().get(i), write);
                supersededMaybe.addAll(write.superseded());
                if (write instanceof MappingWrite.Put) {
                    maybePuts.add(write.dot());
                }
            }
        }

        void acknowledged(long ticket) {
            MappingWrite write = byTicket.get(ticket);
            if (write == null) {
                return; // a removal that had nothing to remove
            }
            supersededSurely.addAll(write.superseded());
            if (write instanceof MappingWrite.Put) {
                ackedPuts.add(write.dot());
            }
        }

        void check(Set<Dot> live) {
            Set<Dot> lost = new HashSet<>(ackedPuts);
            lost.removeAll(supersededMaybe);
            lost.removeAll(live);
            Set<Dot> back = new HashSet<>(live);
            back.retainAll(supersededSurely);
            Set<Dot> invented = new HashSet<>(live);
            invented.removeAll(maybePuts);
            if (!lost.isEmpty() || !back.isEmpty() || !invented.isEmpty()) {
                throw new AssertionError(
                        "lost: %s, back: %s, invented: %s".formatted(lost, back, invented));
            }
        }
    }

    SimulatedMesh(long seed, int count) {
        random = new SplittableRandom(seed);
        for (int i = 0; i < count; i++) {
            SimulatedPeer peer = new SimulatedPeer(new PeerId(i + 1, random.nextLong()));
            peers.add(peer);
            byId.put(peer.id, peer);
            start(peer);
        }
        changeViews();
    }

    private SimulatedPeer peer(PeerId id) {
        return Objects.requireNonNull(byId.get(id));
    }

    long now() {
        return now;
    }

    /// Writes down what happens from now on.
    void record(SimulatedTrace wanted) {
        trace = wanted;
        peers.forEach(this::view);
    }

    void start(SimulatedPeer peer) {
        peer.start(random.split(), now);
        long incarnation = peer.incarnation;
        step(peer, replica -> {});
        tick(peer, incarnation);
        view(peer);
        changeViews();
    }

    void crash(SimulatedPeer peer) {
        peer.crash(random);
        changeViews();
    }

    /// The process stands still: what is sent to it waits, views pass it by, and the others may
    /// evict it, which it will never see.
    void freeze(SimulatedPeer peer) {
        peer.frozen = true;
        changeViews();
    }

    void thaw(SimulatedPeer peer) {
        if (peer.frozen) {
            peer.frozen = false;
            List<Runnable> waiting = List.copyOf(peer.inbox);
            peer.inbox.clear();
            waiting.forEach(Runnable::run);
            changeViews();
        }
    }

    private void tick(SimulatedPeer peer, long incarnation) {
        if (!peer.isRunning() || peer.incarnation != incarnation) {
            return;
        }
        step(peer, replica -> replica.tick(now));
        at(TICK, () -> tick(peer, incarnation));
    }

    void own(SimulatedPeer peer, PMap<Key, Bytes> entries) {
        if (peer.running().isPresent()) {
            peer.own = entries;
            step(peer, replica -> replica.own(entries));
        }
    }

    void write(SimulatedPeer peer, Key key, Optional<Bytes> value) {
        long ticket = ++tickets;
        long wall = now / MILLI + peer.wallSkewMillis;
        step(peer, replica -> replica.write(new Writes.Request(ticket, wall, key, value)));
    }

    void forget(SimulatedPeer peer, PeerId forgotten) {
        step(peer, replica -> replica.forget(forgotten, now));
    }

    void leave(SimulatedPeer peer) {
        step(peer, Replica::leave);
    }

    /// Broadcasts a number to the members of the peer's view, as the recorded members did.
    void broadcast(SimulatedPeer peer, int number) {
        if (peer.running().isEmpty()) {
            return;
        }
        trace.sent(now, peer, number);
        long incarnation = peer.incarnation;
        for (PeerId member : viewOf.getOrDefault(peer.id, Set.of())) {
            if (!member.equals(peer.id)) {
                carry(
                        peer,
                        member,
                        () -> trace.heard(now, peer(member), peer, incarnation, number));
            }
        }
    }

    void suspect(SimulatedPeer observer, SimulatedPeer accused) {
        if (observer.running().isPresent()) {
            trace.suspected(now, observer, accused);
        }
        step(observer, replica -> replica.suspected(accused.id, now));
    }

    void judge(SimulatedPeer judge, PeerId owner, Beat seen, PMap<Key, Finding> findings) {
        step(judge, replica -> replica.judge(owner, seen, findings));
    }

    void block(SimulatedPeer from, SimulatedPeer to) {
        blocked.add(new Link(from.id, to.id));
        changeViews();
    }

    void heal() {
        blocked.clear();
        loss = 0;
        duplication = 0;
        changeViews();
    }

    void run(long nanos) {
        long end = now + nanos;
        while (!events.isEmpty() && events.peek().at() <= end) {
            Event event = events.poll();
            now = event.at();
            event.action().run();
        }
        now = end;
    }

    boolean isConverged() {
        return peers.stream()
                        .filter(SimulatedPeer::isRunning)
                        .map(SimulatedPeer::dump)
                        .distinct()
                        .count()
                == 1;
    }

    void at(long delay, Runnable action) {
        events.add(new Event(now + delay, sequence++, action));
    }

    /// Views follow connectivity late, observer by observer, and some never hear of a change; a
    /// frozen observer sees none, its own eviction included.
    private void changeViews() {
        for (SimulatedPeer observer : peers) {
            if (random.nextInt(10) > 0) {
                at(random.nextLong(3 * SECOND), () -> view(observer));
            }
        }
    }

    /// Beside those it can reach, a view holds some that it cannot: members long dead, and ghosts,
    /// the runs before of peers that have been started again.
    private void view(SimulatedPeer observer) {
        if (observer.running().isEmpty()) {
            return;
        }
        Set<PeerId> members = new HashSet<>();
        List<SimulatedTrace.Run> runs = new ArrayList<>();
        for (SimulatedPeer peer : peers) {
            boolean reachable =
                    peer.isRunning()
                            && !peer.frozen
                            && !blocked.contains(new Link(peer.id, observer.id))
                            && !blocked.contains(new Link(observer.id, peer.id));
            if (peer == observer || reachable || random.nextInt(20) == 0) {
                members.add(peer.id);
                runs.add(new SimulatedTrace.Run(peer, peer.incarnation));
            }
            if (peer != observer && peer.incarnation > 1 && random.nextInt(20) == 0) {
                members.add(peer.id);
                runs.add(new SimulatedTrace.Run(peer, peer.incarnation - 1));
            }
        }
        boolean repeats = members.equals(viewOf.get(observer.id));
        viewOf.put(observer.id, members);
        trace.view(now, observer, runs, repeats);
        step(observer, replica -> replica.viewChanged(members, now));
    }

    private final Map<PeerId, Set<PeerId>> viewOf = new HashMap<>();

    private interface Step {
        void on(Replica replica);
    }

    private void step(SimulatedPeer peer, Step step) {
        Optional<Replica> running = peer.running();
        if (running.isEmpty()) {
            return;
        }
        step.on(running.get());
        Replica.Ready ready = running.get().ready();
        ready.taken().forEach(record -> peer.disk.add(record.toArray()));
        ready.batch().ifPresent(batch -> persist(peer, batch));
        ready.packets().stream().findFirst().ifPresent(packet -> revivals.sent(packet.bytes()));
        for (Packet packet : ready.packets()) {
            switch (packet) {
                case Packet.To to -> carry(peer, to);
                case Packet.ToAll all -> {
                    for (PeerId member : List.copyOf(viewOf.getOrDefault(peer.id, Set.of()))) {
                        if (!member.equals(peer.id)) {
                            carry(peer, new Packet.To(member, all.bytes()));
                        }
                    }
                }
            }
        }
        for (Writes.Answer answer : ready.answers()) {
            switch (answer.outcome()) {
                case WriteOutcome.Done _ -> oracle.acknowledged(answer.ticket());
                case WriteOutcome.Refused _, WriteOutcome.Unknown _ -> {}
            }
        }
        ready.publication()
                .ifPresent(publication -> {
                    revivals.shown(peer.shown, publication.snapshot());
                    peer.publish(publication);
                });
        peer.identityTaken |= ready.foreignSelf();
    }

    private void persist(SimulatedPeer peer, Writes.Batch batch) {
        oracle.staged(batch);
        peer.disk.add(batch.record().toArray());
        int length = peer.disk.size();
        long incarnation = peer.incarnation;
        at(
                random.nextLong(30 * MILLI),
                () -> {
                    if (peer.isRunning() && peer.incarnation == incarnation) {
                        peer.synced = Math.max(peer.synced, length);
                        durable(peer, batch.id(), incarnation);
                    }
                });
    }

    private void durable(SimulatedPeer peer, long batch, long incarnation) {
        if (!peer.isRunning() || peer.incarnation != incarnation) {
            return;
        }
        if (peer.frozen) {
            at(TICK, () -> durable(peer, batch, incarnation));
        } else {
            step(peer, replica -> replica.durable(batch));
        }
    }

    private void carry(SimulatedPeer from, Packet.To packet) {
        SimulatedPeer to = peer(packet.peer());
        for (byte[] message : from.dialect.speak(packet.bytes().toArray())) {
            carry(from, to.id, () -> step(to, r -> r.received(message.clone(), now)));
        }
    }

    private void carry(SimulatedPeer from, PeerId to, Runnable arrival) {
        int copies = random.nextDouble() < duplication ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            if (random.nextDouble() >= loss) {
                at(MILLI / 10 + random.nextLong(maxDelay), () -> deliver(from, to, arrival));
            }
        }
    }

    private void deliver(SimulatedPeer from, PeerId to, Runnable arrival) {
        SimulatedPeer receiver = peer(to);
        if (blocked.contains(new Link(from.id, to)) || !receiver.isRunning()) {
            return;
        }
        delivered++;
        if (receiver.frozen) {
            receiver.inbox.add(arrival);
        } else {
            arrival.run();
        }
    }
}
