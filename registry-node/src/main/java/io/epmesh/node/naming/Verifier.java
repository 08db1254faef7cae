package io.epmesh.node.naming;

import io.epmesh.gossip.PeerId;
import io.epmesh.gossip.Snapshot;
import io.epmesh.gossip.Snapshot.OwnerView;
import io.epmesh.gossip.Snapshot.Phase;
import java.util.Comparator;
import java.util.Optional;

/// Who verifies an orphaned owner's nodes: one peer, the same in the eyes of all who see the same
/// peers living, and another one for another owner (highest random weight; Thaler, Ravishankar,
/// 1998).
public final class Verifier {
    private Verifier() {}

    /// {@return the peer that verifies the nodes of `owner`}
    ///
    /// @param owner an orphaned one
    /// @param snapshot who is living
    public static Optional<PeerId> of(PeerId owner, Snapshot snapshot) {
        return snapshot.owners().values().stream()
                .filter(view -> view.phase() == Phase.LIVING)
                .map(OwnerView::id)
                .max(
                        Comparator.comparingLong((PeerId peer) -> weight(owner, peer))
                                .thenComparing(Comparator.naturalOrder()));
    }

    private static long weight(PeerId owner, PeerId peer) {
        return mix(owner.high() ^ mix(owner.low() ^ mix(peer.high() ^ mix(peer.low()))));
    }

    /// The finalizer of MurmurHash3.
    private static long mix(long value) {
        long mixed = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ (mixed >>> 33);
    }
}
