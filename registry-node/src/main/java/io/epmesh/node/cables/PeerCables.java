package io.epmesh.node.cables;

import io.epmesh.relay.CableView;
import java.util.List;

/// The cables of one peer at one moment. Immutable.
///
/// @param peer id of the peer; empty: it has no relay
/// @param host canonical name of its host
/// @param cables the oldest first; of very many not all
/// @param total how many there are
public record PeerCables(String peer, String host, List<CableView> cables, int total) {
    /// Of a peer without a relay.
    public static final PeerCables NONE = new PeerCables("", "", List.of(), 0);

    /// Copies the list.
    public PeerCables {
        cables = List.copyOf(cables);
    }
}
