package io.epmesh.simulator;

import static io.epmesh.simulator.VirtualTime.MILLI;
import static io.epmesh.simulator.VirtualTime.SECOND;

import io.epmesh.gossip.Finding;
import io.epmesh.gossip.Key;
import io.epmesh.gossip.Snapshot;
import io.epmesh.gossip.Snapshot.OwnerView;
import io.epmesh.gossip.Snapshot.Phase;
import io.epmesh.node.naming.Verifier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.pcollections.HashTreePMap;

/// The background verification of orphaned owners' nodes: whose turn it is says the production
/// rule, what is found is made up.
final class Verification {
    private static final long EVERY = SECOND;
    private static final List<Finding> FINDINGS = List.of(Finding.values());

    private final SimulatedMesh mesh;
    private final SplittableRandom random;

    Verification(SimulatedMesh mesh, SplittableRandom random) {
        this.mesh = mesh;
        this.random = random;
    }

    /// Every second from now on.
    void start() {
        mesh.peers.forEach(this::look);
        mesh.time.after(EVERY, this::start);
    }

    private void look(SimulatedPeer peer) {
        if (peer.awake().isEmpty()) {
            return;
        }
        Snapshot shown = peer.shown();
        for (OwnerView owner : shown.owners().values()) {
            if (owner.phase() == Phase.ORPHANED
                    && Verifier.of(owner.id(), shown).equals(Optional.of(shown.self()))) {
                mesh.time.after(
                        random.nextLong(500 * MILLI),
                        () ->
                                mesh.judge(
                                        peer,
                                        owner.id(),
                                        owner.beat(),
                                        HashTreePMap.from(findings(owner))));
            }
        }
    }

    /// The same for the same entry, whoever looks.
    private static Map<Key, Finding> findings(OwnerView owner) {
        Map<Key, Finding> findings = new HashMap<>();
        owner.entries()
                .forEach((key, value) ->
                        findings.put(
                                key,
                                FINDINGS.get(Math.floorMod(value.hashCode(), FINDINGS.size()))));
        return findings;
    }
}
