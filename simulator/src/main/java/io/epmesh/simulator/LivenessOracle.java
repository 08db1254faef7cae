package io.epmesh.simulator;

import static io.epmesh.simulator.VirtualTime.MILLI;
import static io.epmesh.simulator.VirtualTime.SECOND;

import io.epmesh.gossip.PeerId;
import io.epmesh.gossip.Snapshot.OwnerView;
import io.epmesh.gossip.Snapshot.Phase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Looks four times a second at who shows whom: nobody of whom nothing new was heard is living for
/// long, and nobody with a working link is hidden for long.
final class LivenessOracle {
    private static final long EVERY = 250 * MILLI;

    /// After the last message that anybody took in of an owner: 4 s of silence, and what relays and
    /// ticks add.
    private static final long HIDDEN_WITHIN = 6 * SECOND;

    /// With a link both ways: a member of no view is found by summaries alone.
    private static final long SHOWN_WITHIN = 15 * SECOND;

    /// With more loss than this a link does not count as one that works.
    private static final double BEARABLE_LOSS = 0.3;

    private final SimulatedMesh mesh;

    /// Since when an observer has been awake, in this run.
    private final Map<SimulatedPeer, Since> awake = new HashMap<>();

    /// Since when an owner with a working link has been away.
    private final Map<Pair, Long> away = new HashMap<>();

    private record Pair(SimulatedPeer observer, SimulatedPeer owner) {}

    private record Since(long run, long time) {}

    LivenessOracle(SimulatedMesh mesh) {
        this.mesh = mesh;
    }

    void start() {
        for (SimulatedPeer peer : mesh.peers) {
            Since since = awake.get(peer);
            if (peer.awake().isEmpty()) {
                awake.remove(peer);
            } else if (since == null || since.run() != peer.run()) {
                awake.put(peer, new Since(peer.run(), mesh.now()));
            }
        }
        for (SimulatedPeer observer : mesh.peers) {
            if (awake.containsKey(observer)) {
                checkHidden(observer);
            }
            for (SimulatedPeer owner : mesh.peers) {
                checkShown(new Pair(observer, owner));
            }
        }
        mesh.time.after(EVERY, this::start);
    }

    private void checkHidden(SimulatedPeer observer) {
        long bound = HIDDEN_WITHIN + 3 * mesh.network.worstDelay();
        Since since = awake.get(observer);
        if (since == null || mesh.now() - since.time() < bound) {
            return;
        }
        for (OwnerView view : observer.shown().owners().values()) {
            long silent = mesh.now() - mesh.owners.heardAt(view.id());
            if (view.phase() == Phase.LIVING
                    && !view.id().equals(observer.id())
                    && silent > bound) {
                throw new Violation(
                        Invariant.HIDDEN_IN_TIME,
                        "%s shows %s living, silent for %d ms",
                        observer,
                        view.id(),
                        silent / MILLI);
            }
        }
    }

    private void checkShown(Pair pair) {
        OwnerView view =
                pair.observer().isRunning() && pair.owner().isRunning()
                        ? pair.observer().shown().owners().get(pair.owner().id())
                        : null;
        boolean isLiving = view != null && view.phase() == Phase.LIVING;
        if (pair.observer() == pair.owner() || isLiving || !isConnected(pair)) {
            away.remove(pair);
            return;
        }
        long since = away.computeIfAbsent(pair, _ -> mesh.now());
        long bound = SHOWN_WITHIN + 3 * mesh.network.worstDelay();
        if (mesh.now() - since > bound) {
            throw new Violation(
                    Invariant.NOT_HIDDEN_FALSELY,
                    "%s shows %s as %s for %d ms, over a link that works",
                    pair.observer(),
                    pair.owner(),
                    view == null ? "unknown" : view.phase(),
                    (mesh.now() - since) / MILLI);
        }
    }

    private boolean isConnected(Pair pair) {
        return awake.containsKey(pair.observer())
                && awake.containsKey(pair.owner())
                && mesh.network.loss <= BEARABLE_LOSS
                && mesh.network.carries(pair.observer().number, pair.owner().number)
                && mesh.network.carries(pair.owner().number, pair.observer().number)
                && isAlone(pair.observer().id())
                && isAlone(pair.owner().id());
    }

    /// Whether only one process uses an id: messages to a clone go astray.
    private boolean isAlone(PeerId id) {
        List<SimulatedPeer> users =
                mesh.peers.stream().filter(p -> p.isRunning() && p.id().equals(id)).toList();
        return users.size() == 1;
    }
}
