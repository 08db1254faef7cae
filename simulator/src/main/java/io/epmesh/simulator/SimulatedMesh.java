package io.epmesh.simulator;

import static io.epmesh.simulator.VirtualTime.MILLI;
import static io.epmesh.simulator.VirtualTime.SECOND;

import io.epmesh.gossip.Beat;
import io.epmesh.gossip.Bytes;
import io.epmesh.gossip.Finding;
import io.epmesh.gossip.Identity;
import io.epmesh.gossip.Key;
import io.epmesh.gossip.MappingChange;
import io.epmesh.gossip.Mappings;
import io.epmesh.gossip.Packet;
import io.epmesh.gossip.PeerId;
import io.epmesh.gossip.Replica;
import io.epmesh.gossip.WriteOutcome;
import io.epmesh.gossip.Writes;
import io.epmesh.node.naming.CutBook;
import io.epmesh.simulator.SimulatedTrace.Run;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/// Many production cores in one thread and in virtual time, over a network that loses, doubles,
/// reorders, delays and cuts ([SimulatedNetwork]), with a membership as wrong as the real one
/// ([SimulatedViews]), on disks that forget what was not synced ([SimulatedDisk]). Everything
/// follows from the seed; whatever a peer does is held against the oracles at once.
final class SimulatedMesh {
    private static final long TICK = 50 * MILLI;

    /// What came from other peers is synced within this time.
    private static final long REMOTE_SYNC = 500 * MILLI;

    /// Microseconds since 1970 at the beginning.
    private static final long EPOCH_MICROS = 1_700_000_000_000_000L;

    final VirtualTime time = new VirtualTime();
    final List<SimulatedPeer> peers = new ArrayList<>();
    final SimulatedNetwork network;
    final WriteOracle writes = new WriteOracle();
    final OwnerOracle owners = new OwnerOracle();
    final CutOracle cuts = new CutOracle();
    final SimulatedViews views;
    private final SplittableRandom cores;
    private final SplittableRandom disks;
    private final SplittableRandom hints;

    /// By every id that was ever used: who has used it.
    private final Map<PeerId, List<SimulatedPeer>> users = new HashMap<>();

    /// Whether the oracles follow what happens.
    private final boolean isWatched;

    private long tickets;

    /// Told what the membership and the network did, if somebody wants to know.
    private SimulatedTrace trace = SimulatedTrace.none();

    /// Starts all peers.
    SimulatedMesh(long seed, int count) {
        this(seed, count, true);
        peers.forEach(this::start);
        views.connectivityChanged();
    }

    private SimulatedMesh(long seed, int count, boolean isWatched) {
        this.isWatched = isWatched;
        Streams streams = new Streams(seed);
        network = new SimulatedNetwork(time, streams.of("network"));
        views = new SimulatedViews(time, streams.of("views"), peers, network, this::viewChanged);
        cores = streams.of("cores");
        disks = streams.of("disks");
        hints = streams.of("hints");
        SplittableRandom clocks = streams.of("clocks");
        for (int i = 1; i <= count; i++) {
            SimulatedPeer peer = new SimulatedPeer(i, clocks.nextLong() >> 2);
            peers.add(peer);
        }
    }

    /// A mesh to measure: nobody looks on, and all members know each other from the beginning.
    static SimulatedMesh toMeasure(long seed, int count) {
        SimulatedMesh mesh = new SimulatedMesh(seed, count, false);
        mesh.peers.forEach(mesh::start);
        mesh.views.installAll();
        return mesh;
    }

    long now() {
        return time.now();
    }

    void run(long nanos) {
        time.run(nanos);
    }

    SimulatedPeer peer(int number) {
        return peers.get(number - 1);
    }

    /// Writes down what happens from now on.
    void record(SimulatedTrace wanted) {
        trace = wanted;
        peers.forEach(views::install);
    }

    /// Starts a peer with what its disk holds, and no entries.
    void start(SimulatedPeer peer) {
        start(peer, HashTreePMap.empty());
    }

    void start(SimulatedPeer peer, PMap<Key, Bytes> entries) {
        if (peer.isRunning() || peer.isLost()) {
            return;
        }
        long micros = EPOCH_MICROS + now() / 1_000 + peer.wallSkewMillis * 1_000;
        Identity identity = peer.disk.nextRun(cores, micros);
        Mappings restored = peer.disk.restored();
        writes.restored(restored);
        writes.checkKept(peer.disk, restored);
        List<SimulatedPeer> known = users.computeIfAbsent(identity.peer(), _ -> new ArrayList<>());
        if (!known.contains(peer)) {
            known.add(peer);
        }
        peer.begin(
                identity,
                new Replica(
                        identity.peer(),
                        identity.incarnation(),
                        restored,
                        cores.split(),
                        peer.clock(now())),
                new Observer(
                        peer,
                        identity.peer(),
                        writes,
                        owners,
                        () -> new CutBook.Time(peer.clock(now()), wall(peer)),
                        isWatched),
                entries);
        step(peer, replica -> replica.own(entries));
        tick(peer, peer.run());
        if (isWatched) {
            views.install(peer);
            views.connectivityChanged();
        }
    }

    /// kill -9 with loss of power: a part of what was not synced survives.
    void crash(SimulatedPeer peer) {
        if (peer.isRunning()) {
            peer.end();
            peer.disk.tear(disks);
            writes.excuse(this::holders);
            views.connectivityChanged();
            for (SimulatedPeer other : peers) {
                if (hints.nextBoolean()) {
                    time.after(hints.nextLong(SECOND / 2), () -> suspect(other, peer));
                }
            }
        }
    }

    /// Stops a peer, and puts another data directory in place of its own.
    void replaceDisk(SimulatedPeer peer, SimulatedDisk other) {
        crash(peer);
        SimulatedDisk old = peer.disk;
        peer.disk = other;
        writes.lost(old, this::holders);
    }

    /// A host is gone for good, with its disk.
    void lose(SimulatedPeer peer) {
        crash(peer);
        peer.lose();
        writes.lost(peer.disk, this::holders);
    }

    /// The process stands still: what is sent to it waits, views pass it by, and the others may
    /// evict it, which it will never see.
    void freeze(SimulatedPeer peer) {
        if (peer.isRunning()) {
            peer.freeze();
            views.connectivityChanged();
        }
    }

    void thaw(SimulatedPeer peer) {
        if (peer.isFrozen()) {
            peer.thaw().forEach(Runnable::run);
            views.connectivityChanged();
        }
    }

    private void tick(SimulatedPeer peer, long run) {
        if (peer.run() == run) {
            step(peer, replica -> replica.tick(peer.clock(now())));
            time.after(TICK, () -> tick(peer, run));
        }
    }

    void own(SimulatedPeer peer, PMap<Key, Bytes> entries) {
        if (peer.awake().isPresent()) {
            peer.own = entries;
            step(peer, replica -> replica.own(entries));
        }
    }

    void write(SimulatedPeer peer, Key key, Optional<Bytes> value) {
        write(peer, List.of(new MappingChange(key, value, Optional.empty())));
    }

    void write(SimulatedPeer peer, List<MappingChange> changes) {
        Writes.Request request = new Writes.Request(++tickets, wall(peer), changes);
        step(peer, replica -> replica.write(request));
    }

    /// Milliseconds since 1970 on a peer's clock.
    long wall(SimulatedPeer peer) {
        return (EPOCH_MICROS + now() / 1_000) / 1_000 + peer.wallSkewMillis;
    }

    void forget(SimulatedPeer peer, PeerId forgotten) {
        step(peer, replica -> replica.forget(forgotten, peer.clock(now())));
    }

    void leave(SimulatedPeer peer) {
        step(peer, Replica::leave);
    }

    /// Broadcasts a number to the members of the peer's view, as the recorded members did.
    void broadcast(SimulatedPeer peer, int number) {
        if (peer.awake().isPresent()) {
            trace.sent(now(), peer, number);
            Run run = new Run(peer.number, peer.incarnation());
            for (PeerId member : views.of(peer)) {
                deliver(peer, member, new byte[4], to -> trace.heard(now(), to, run, number));
            }
        }
    }

    void suspect(SimulatedPeer observer, SimulatedPeer accused) {
        if (observer.awake().isPresent() && observer != accused) {
            trace.suspected(now(), observer, accused);
            PeerId id = accused.id();
            step(observer, replica -> replica.suspected(id, observer.clock(now())));
        }
    }

    void judge(SimulatedPeer judge, PeerId owner, Beat seen, PMap<Key, Finding> findings) {
        step(judge, replica -> replica.judge(owner, seen, findings));
    }

    void block(SimulatedPeer from, SimulatedPeer to) {
        network.block(from.number, to.number);
        views.connectivityChanged();
    }

    void heal() {
        network.heal();
        views.connectivityChanged();
    }

    boolean isConverged() {
        return isConverged(peers);
    }

    boolean isConverged(List<SimulatedPeer> some) {
        return some.stream()
                        .filter(SimulatedPeer::isRunning)
                        .map(SimulatedPeer::dump)
                        .distinct()
                        .count()
                <= 1;
    }

    private void viewChanged(
            SimulatedPeer observer, Set<PeerId> members, List<Run> runs, boolean repeats) {
        trace.view(now(), observer, runs, repeats);
        step(observer, replica -> replica.viewChanged(members, observer.clock(now())));
    }

    private void step(SimulatedPeer peer, Consumer<Replica> step) {
        Optional<Replica> awake = peer.awake();
        if (awake.isEmpty()) {
            return;
        }
        Replica replica = awake.get();
        step.accept(replica);
        Replica.Ready ready = replica.ready();
        for (Bytes record : ready.taken()) {
            SimulatedDisk disk = peer.disk;
            int length = disk.append(record);
            long run = peer.run();
            time.after(
                    disks.nextLong(REMOTE_SYNC),
                    () -> {
                        if (peer.run() == run) {
                            disk.sync(length);
                        }
                    });
        }
        ready.batch().ifPresent(batch -> persist(peer, batch));
        ready.packets().forEach(packet -> send(peer, packet));
        for (Writes.Answer answer : ready.answers()) {
            switch (answer.outcome()) {
                case WriteOutcome.Done _ -> writes.acknowledged(answer.ticket(), peer.disk);
                case WriteOutcome.Refused _, WriteOutcome.Unknown _ -> {}
            }
        }
        ready.publication().ifPresent(peer.observer()::published);
        if (isWatched) {
            peer.observer().checkMappings(replica.mappings());
        }
        if (ready.foreignSelf()) {
            renew(peer);
        }
    }

    /// As the daemon does when somebody else uses its id: it stops in order and begins anew.
    private void renew(SimulatedPeer peer) {
        peer.identityTaken = true;
        network.traffic.hit("identity taken");
        peer.end();
        peer.disk.syncAll();
        peer.disk.forgetIdentity();
        long run = peer.run();
        time.after(
                MILLI + disks.nextLong(100 * MILLI),
                () -> {
                    if (peer.run() == run) {
                        start(peer, peer.own);
                    }
                });
    }

    private void persist(SimulatedPeer peer, Writes.Batch batch) {
        writes.staged(batch);
        cuts.staged(batch, peer.running().map(Replica::mappings).orElse(Mappings.EMPTY), now());
        SimulatedDisk disk = peer.disk;
        int length = disk.append(batch.record());
        long run = peer.run();
        time.after(
                MILLI / 10 + disks.nextLong(peer.syncNanos),
                () -> {
                    if (peer.run() != run) {
                        return;
                    }
                    if (peer.diskRefuses) {
                        network.traffic.hit("write refused by the disk");
                        if (disks.nextBoolean()) {
                            disk.withdraw(length);
                        }
                        report(peer, replica -> replica.failed(batch.id(), "disk full"));
                    } else {
                        disk.sync(length);
                        writes.durable(batch);
                        report(peer, replica -> replica.durable(batch.id()));
                    }
                });
    }

    private void report(SimulatedPeer peer, Consumer<Replica> report) {
        peer.whenAwake(() -> step(peer, report));
    }

    private void send(SimulatedPeer from, Packet packet) {
        for (byte[] bytes : from.dialect.speak(packet.bytes().toArray())) {
            send(from, packet, bytes);
        }
    }

    private void send(SimulatedPeer from, Packet packet, byte[] bytes) {
        if (isWatched) {
            owners.sent(WireHeader.of(bytes));
        }
        switch (packet) {
            case Packet.To to -> deliver(from, to.peer(), bytes, peer -> receive(peer, bytes));
            case Packet.ToAll _ -> {
                for (PeerId member : views.of(from)) {
                    deliver(from, member, bytes, peer -> receive(peer, bytes));
                }
            }
        }
    }

    /// To whoever has the id now; of several, as after the cloning of a directory, to any of them.
    private void deliver(
            SimulatedPeer from, PeerId id, byte[] bytes, Consumer<SimulatedPeer> arrival) {
        List<SimulatedPeer> candidates = new ArrayList<>();
        for (SimulatedPeer user : users.getOrDefault(id, List.of())) {
            if (user != from && user.isRunning() && user.id().equals(id)) {
                candidates.add(user);
            }
        }
        if (candidates.isEmpty()) {
            return;
        }
        SimulatedPeer to =
                candidates.get(candidates.size() == 1 ? 0 : hints.nextInt(candidates.size()));
        network.carry(
                from.number,
                to.number,
                bytes,
                () -> {
                    if (to.isRunning()) {
                        network.traffic.arrived(now(), from.number, to.number, bytes);
                        to.whenAwake(() -> arrival.accept(to));
                    }
                });
    }

    private void receive(SimulatedPeer to, byte[] bytes) {
        if (isWatched) {
            owners.heard(WireHeader.of(bytes), now());
        }
        step(to, replica -> replica.received(bytes, to.clock(now())));
    }

    /// All that is left of the mappings anywhere.
    private List<Mappings> holders() {
        List<Mappings> holders = new ArrayList<>();
        for (SimulatedPeer peer : peers) {
            if (!peer.isLost()) {
                holders.add(peer.disk.restored());
            }
            peer.running().map(Replica::mappings).ifPresent(holders::add);
        }
        return holders;
    }
}
