package io.epmesh.node.cables;

import java.util.List;

/// The cables of the mesh. Immutable.
///
/// @param answered what each peer with a relay said, this one first
/// @param silent the others that have a relay and did not answer in time: `HOST (ID)`
public record MeshCables(List<PeerCables> answered, List<String> silent) {
    /// Copies the lists.
    public MeshCables {
        answered = List.copyOf(answered);
        silent = List.copyOf(silent);
    }
}
