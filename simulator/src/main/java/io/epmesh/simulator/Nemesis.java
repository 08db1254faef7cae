package io.epmesh.simulator;

import static io.epmesh.simulator.VirtualTime.MILLI;
import static io.epmesh.simulator.VirtualTime.SECOND;

import io.epmesh.gossip.Bytes;
import io.epmesh.gossip.Key;
import io.epmesh.gossip.Snapshot.OwnerView;
import io.epmesh.gossip.Snapshot.Phase;
import io.epmesh.simulator.Event.Fault;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.pcollections.PMap;

/// Brings faults upon a mesh, and ends them. Faults of one kind add up while they overlap.
final class Nemesis {
    private static final double WORST_LOSS = 0.6;
    private static final double WORST_DUPLICATION = 0.5;
    private static final long WORST_DELAY = 2 * SECOND;
    private static final long SLOW_SYNC = 3 * SECOND;
    private static final long CLOCK_STEP_MILLIS = 86_400_000;

    /// How groups are cut from each other.
    private enum Shape {
        ONE_WAY,
        BRIDGE,
        ISLANDS
    }

    private final SimulatedMesh mesh;
    private final List<Double> losses = new ArrayList<>();
    private final List<Double> duplications = new ArrayList<>();
    private final List<Long> delays = new ArrayList<>();

    /// Whether the time of faults is over: what ends later has been ended by somebody else.
    private boolean over;

    Nemesis(SimulatedMesh mesh) {
        this.mesh = mesh;
    }

    void strike(Fault fault) {
        mesh.network.traffic.hit("fault " + fault.kind());
        Runnable end = begin(fault);
        mesh.time.after(
                fault.duration(),
                () -> {
                    if (!over) {
                        end.run();
                    }
                });
    }

    /// No fault from now on, and none of those before, but for what happened to disks and clocks:
    /// all links carry, everything that stood still goes on. What is down stays down.
    void endAll() {
        over = true;
        mesh.heal();
        for (SimulatedPeer peer : mesh.peers) {
            peer.diskRefuses = false;
            peer.syncNanos = SimulatedPeer.USUAL_SYNC;
            mesh.thaw(peer);
        }
    }

    private Runnable begin(Fault fault) {
        SimulatedPeer first = mesh.peer(fault.hosts().getFirst());
        return switch (fault.kind()) {
            case LOSS -> added(losses, WORST_LOSS * fault.rate());
            case DUPLICATION -> added(duplications, WORST_DUPLICATION * fault.rate());
            case DELAY -> added(delays, (long) (WORST_DELAY * fault.rate()));
            case ONE_WAY -> cut(split(fault, 2), Shape.ONE_WAY);
            case BRIDGE -> cut(split(fault, 2), Shape.BRIDGE);
            case ISLANDS -> cut(split(fault, fault.rate() > 0.5 ? 3 : 2), Shape.ISLANDS);
            case CRASH -> crash(fault, some(fault));
            case PAUSE -> each(some(fault), mesh::freeze, mesh::thaw);
            case CLONE -> clone(mesh.peer(fault.hosts().get(1)), first);
            case ROLLBACK -> rollback(fault, first);
            case CLOCK_STEP -> {
                step(first, fault);
                yield Nemesis::nothing;
            }
            case DISK_REFUSES ->
                    each(
                            some(fault),
                            peer -> peer.diskRefuses = true,
                            peer -> peer.diskRefuses = false);
            case DISK_SLOW ->
                    each(
                            some(fault),
                            peer -> peer.syncNanos = SLOW_SYNC,
                            peer -> peer.syncNanos = SimulatedPeer.USUAL_SYNC);
            case FALSE_SUSPICION -> {
                some(fault).forEach(peer -> mesh.suspect(first, peer));
                some(fault).forEach(peer -> mesh.suspect(peer, first));
                yield Nemesis::nothing;
            }
            case LEAVE -> leave(first);
            case FORGET -> () -> forgetAnOrphan(first);
        };
    }

    /// From one host to all of them.
    private List<SimulatedPeer> some(Fault fault) {
        int count = 1 + (int) (fault.rate() * (fault.hosts().size() - 1) + 0.5);
        return fault.hosts().stream().limit(count).map(mesh::peer).toList();
    }

    private <T extends Comparable<T>> Runnable added(List<T> active, T level) {
        active.add(level);
        setLevels();
        return () -> {
            active.remove(level);
            setLevels();
        };
    }

    private void setLevels() {
        mesh.network.loss = losses.stream().max(Comparator.naturalOrder()).orElse(0.0);
        mesh.network.duplication = duplications.stream().max(Comparator.naturalOrder()).orElse(0.0);
        mesh.network.delay(
                Math.max(
                        SimulatedNetwork.USUAL_DELAY,
                        delays.stream().max(Comparator.naturalOrder()).orElse(0L)));
    }

    private static Runnable each(
            List<SimulatedPeer> peers, Consumer<SimulatedPeer> begin, Consumer<SimulatedPeer> end) {
        peers.forEach(begin);
        return () -> peers.forEach(end);
    }

    private Runnable crash(Fault fault, List<SimulatedPeer> peers) {
        List<SimulatedPeer> struck = peers.stream().filter(SimulatedPeer::isRunning).toList();
        struck.forEach(mesh::crash);
        boolean nodesSurvive = fault.index() % 2 == 0;
        return () ->
                struck.forEach(peer ->
                        mesh.start(peer, nodesSurvive ? peer.own : Users.description(peer)));
    }

    /// Groups of which none is empty.
    private static List<List<Integer>> split(Fault fault, int groups) {
        List<List<Integer>> parts = new ArrayList<>();
        for (int i = 0; i < groups; i++) {
            parts.add(new ArrayList<>());
        }
        for (int i = 0; i < fault.hosts().size(); i++) {
            int group = i < groups ? i : Math.floorMod(fault.index() * 31 + i * i, groups);
            parts.get(group).add(fault.hosts().get(i));
        }
        return parts;
    }

    private Runnable cut(List<List<Integer>> groups, Shape shape) {
        List<SimulatedNetwork.Link> links = new ArrayList<>();
        for (List<Integer> from : groups) {
            for (List<Integer> to : groups) {
                if (!from.equals(to)
                        && (shape != Shape.ONE_WAY || from.equals(groups.getFirst()))) {
                    for (int one : from) {
                        for (int other : to) {
                            links.add(new SimulatedNetwork.Link(one, other));
                        }
                    }
                }
            }
        }
        if (shape == Shape.BRIDGE) {
            int bridge = groups.getFirst().getLast();
            links.removeIf(link -> link.from() == bridge || link.to() == bridge);
        }
        links.forEach(link -> mesh.network.block(link.from(), link.to()));
        mesh.views.connectivityChanged();
        return () -> {
            links.forEach(link -> mesh.network.unblock(link.from(), link.to()));
            mesh.views.connectivityChanged();
        };
    }

    private Runnable clone(SimulatedPeer original, SimulatedPeer copy) {
        SimulatedDisk image = original.disk.copy();
        PMap<Key, Bytes> nodes = copy.own;
        mesh.replaceDisk(copy, image);
        mesh.start(copy, nodes);
        return Nemesis::nothing;
    }

    private Runnable rollback(Fault fault, SimulatedPeer peer) {
        SimulatedDisk backup = peer.disk.copy();
        return () -> {
            PMap<Key, Bytes> nodes = peer.own;
            mesh.replaceDisk(peer, backup);
            if (fault.index() % 2 == 0) {
                peer.wallSkewMillis -= fault.duration() / MILLI + 1;
            }
            mesh.start(peer, nodes);
        };
    }

    /// The end of what does not end.
    private static void nothing() {}

    private static void step(SimulatedPeer peer, Fault fault) {
        long step = (long) (CLOCK_STEP_MILLIS * fault.rate());
        peer.wallSkewMillis += fault.index() % 2 == 0 ? step : -step;
    }

    private Runnable leave(SimulatedPeer peer) {
        if (peer.awake().isEmpty()) {
            return Nemesis::nothing;
        }
        mesh.leave(peer);
        mesh.crash(peer);
        return () -> mesh.start(peer, Users.description(peer));
    }

    private void forgetAnOrphan(SimulatedPeer peer) {
        if (peer.isRunning()) {
            peer.shown().owners().values().stream()
                    .filter(view -> view.phase() == Phase.ORPHANED)
                    .map(OwnerView::id)
                    .min(Comparator.naturalOrder())
                    .ifPresent(orphan -> mesh.forget(peer, orphan));
        }
    }
}
