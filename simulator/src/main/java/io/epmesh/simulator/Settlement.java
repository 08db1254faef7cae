package io.epmesh.simulator;

import static io.epmesh.simulator.VirtualTime.MILLI;
import static io.epmesh.simulator.VirtualTime.SECOND;

import io.epmesh.gossip.Mappings;
import io.epmesh.gossip.PeerId;
import io.epmesh.gossip.Replica;
import io.epmesh.gossip.Snapshot.OwnerView;
import io.epmesh.gossip.Snapshot.Phase;
import io.epmesh.gossip.WriterId;
import io.epmesh.node.naming.NodeEntry;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What must be true of peers that can reach each other, soon after the last fault among them.
final class Settlement {
    private static final long POLL = 50 * MILLI;
    private static final long QUIET = 3 * SECOND;

    /// Whatever a host that was lost at last had said of itself has been heard and has aged by
    /// then.
    private static final long UNDER_WAY = 5 * SECOND + QUIET;

    private final SimulatedMesh mesh;
    private final List<SimulatedPeer> peers;

    /// @param peers those that run and reach each other
    Settlement(SimulatedMesh mesh, List<SimulatedPeer> peers) {
        this.mesh = mesh;
        this.peers = peers;
    }

    /// Lets time pass until all of them are equal; how long that took.
    long await(long bound) {
        long began = mesh.now();
        while (!isSettled()) {
            if (mesh.now() - began > bound) {
                throw new Violation(
                        Invariant.CONVERGED, "not within %d s: %s", bound / SECOND, difference());
            }
            mesh.run(POLL);
        }
        return mesh.now() - began;
    }

    private boolean isSettled() {
        return peers.stream().allMatch(peer -> peer.awake().isPresent() && showsAll(peer))
                && mesh.isConverged(peers);
    }

    /// Whether a peer shows all of them living, with what they have, and nobody else living.
    private boolean showsAll(SimulatedPeer observer) {
        Set<PeerId> living = new HashSet<>();
        for (SimulatedPeer peer : peers) {
            OwnerView view = observer.shown().owners().get(peer.id());
            if (view == null
                    || view.phase() != Phase.LIVING
                    || !view.entries().equals(peer.own)
                    || !living.add(peer.id())) {
                return false;
            }
        }
        return observer.shown().owners().values().stream()
                .allMatch(view -> view.phase() != Phase.LIVING || living.contains(view.id()));
    }

    /// What the others show otherwise than the first one, and whom they lack.
    private String difference() {
        StringBuilder text = new StringBuilder();
        List<String> first = peers.getFirst().dump().lines().toList();
        for (SimulatedPeer peer : peers) {
            List<String> lines = peer.dump().lines().toList();
            text.append('\n').append(peer).append(' ').append(peer.id());
            text.append(peer.awake().isPresent() ? "" : ", not awake");
            text.append(showsAll(peer) ? "" : ", does not show all as they are");
            lines.stream().filter(l -> !first.contains(l)).forEach(l -> text.append("\n+ " + l));
            first.stream().filter(l -> !lines.contains(l)).forEach(l -> text.append("\n- " + l));
        }
        return text.toString();
    }

    void checkPromises() {
        for (SimulatedPeer peer : peers) {
            peer.running()
                    .map(Replica::mappings)
                    .ifPresent(mappings -> mesh.writes.checkKnown(mappings, peer));
        }
    }

    void checkNames() {
        List<NodeEntry> first = names(peers.getFirst());
        for (SimulatedPeer peer : peers) {
            peer.observer().checkTable();
            if (!names(peer).equals(first)) {
                throw new Violation(
                        Invariant.WINNERS_ALIKE,
                        "%s answers %s (%s: %s)",
                        peer,
                        names(peer),
                        peers.getFirst(),
                        first);
            }
        }
    }

    void checkCuts() {
        for (SimulatedPeer peer : peers) {
            peer.running()
                    .map(Replica::mappings)
                    .ifPresent(known -> mesh.cuts.check(peer, known, peer.observer().cuts()));
        }
    }

    /// For after the time of the brief ones.
    void checkCutsEnded() {
        for (SimulatedPeer peer : peers) {
            peer.observer().cuts().entries().stream()
                    .filter(cut -> cut.remaining().isPresent())
                    .findFirst()
                    .ifPresent(cut -> {
                        throw new Violation(Invariant.CUTS_END, "%s still shows %s", peer, cut);
                    });
        }
    }

    /// Entries that mean the same on every host.
    private static List<NodeEntry> names(SimulatedPeer peer) {
        return peer.observer().table().entries().stream()
                .filter(entry -> !entry.node().isOfSpeaker())
                .toList();
    }

    /// After a second a peer has on its disk what it knows.
    void checkDisks() {
        for (SimulatedPeer peer : peers) {
            Map<WriterId, Long> kept = peer.disk.restored().counters();
            Map<WriterId, Long> known =
                    peer.running().map(Replica::mappings).orElse(Mappings.EMPTY).counters();
            known.forEach((writer, counter) -> {
                if (kept.getOrDefault(writer, 0L) < counter) {
                    throw new Violation(
                            Invariant.KEPT_EVERYWHERE,
                            "%s knows %d writes of %s and has %d",
                            peer,
                            counter,
                            writer,
                            kept.getOrDefault(writer, 0L));
                }
            });
        }
    }

    /// Nothing is left to be repaired: but for beats, probes and summaries nobody says a word.
    void checkQuiet() {
        mesh.run(UNDER_WAY);
        long before = mesh.network.traffic.stateMessages();
        mesh.run(QUIET);
        long sent = mesh.network.traffic.stateMessages() - before;
        if (sent > 0) {
            throw new Violation(Invariant.QUIET, "%d messages of state", sent);
        }
        if (!isSettled()) {
            throw new Violation(Invariant.CONVERGED, "not any more: %s", difference());
        }
    }
}
