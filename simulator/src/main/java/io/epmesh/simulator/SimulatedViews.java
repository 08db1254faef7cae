package io.epmesh.simulator;

import static io.epmesh.simulator.VirtualTime.SECOND;

import io.epmesh.gossip.PeerId;
import io.epmesh.simulator.SimulatedTrace.Run;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/// A membership as wrong as the recorded traces of JGroups show it: views follow connectivity late,
/// observer by observer, and some never hear of a change; a frozen observer sees none, its own
/// eviction included. Beside those it can reach, a view holds some that it cannot: members long
/// dead, and ghosts, the runs before of peers that have been started again.
final class SimulatedViews {
    private static final long LATE = 3 * SECOND;

    private final VirtualTime time;
    private final SplittableRandom random;
    private final List<SimulatedPeer> peers;
    private final SimulatedNetwork network;
    private final Listener listener;
    private final Map<SimulatedPeer, Set<PeerId>> viewOf = new HashMap<>();

    interface Listener {
        void viewChanged(
                SimulatedPeer observer, Set<PeerId> members, List<Run> runs, boolean repeats);
    }

    SimulatedViews(
            VirtualTime time,
            SplittableRandom random,
            List<SimulatedPeer> peers,
            SimulatedNetwork network,
            Listener listener) {
        this.time = time;
        this.random = random;
        this.peers = peers;
        this.network = network;
        this.listener = listener;
    }

    Set<PeerId> of(SimulatedPeer observer) {
        return viewOf.getOrDefault(observer, Set.of());
    }

    void connectivityChanged() {
        for (SimulatedPeer observer : peers) {
            if (random.nextInt(10) > 0) {
                time.after(random.nextLong(LATE), () -> install(observer));
            }
        }
    }

    void install(SimulatedPeer observer) {
        if (observer.awake().isEmpty()) {
            return;
        }
        Set<PeerId> members = new LinkedHashSet<>();
        List<Run> runs = new ArrayList<>();
        for (SimulatedPeer peer : peers) {
            if (!peer.hasRun()) {
                continue;
            }
            boolean reachable =
                    peer.awake().isPresent()
                            && network.carries(peer.number, observer.number)
                            && network.carries(observer.number, peer.number);
            if (peer == observer || reachable || random.nextInt(20) == 0) {
                members.add(peer.id());
                runs.add(new Run(peer.number, peer.incarnation()));
            }
            if (peer != observer && peer.ghost().isPresent() && random.nextInt(20) == 0) {
                members.add(peer.ghost().get().peer());
                runs.add(new Run(peer.number, peer.ghost().get().incarnation()));
            }
        }
        install(observer, members, runs);
    }

    /// Everybody's view holds everybody, at once.
    void installAll() {
        Set<PeerId> members = new LinkedHashSet<>();
        peers.stream().filter(SimulatedPeer::isRunning).forEach(peer -> members.add(peer.id()));
        for (SimulatedPeer observer : peers) {
            install(observer, members, List.of());
        }
    }

    private void install(SimulatedPeer observer, Set<PeerId> members, List<Run> runs) {
        boolean repeats = members.equals(viewOf.get(observer));
        viewOf.put(observer, members);
        listener.viewChanged(observer, members, runs, repeats);
    }
}
