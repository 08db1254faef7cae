package io.epmesh.node.naming;

import java.util.List;

/// The cables of the mesh, and what is ordered for them.
///
/// @param cuts what is not open, in the order of their pairs
/// @param cables in the order of their relays, the oldest of each first
/// @param silent peers with a relay that did not say what they have
public record CableList(List<CutEntry> cuts, List<CableEntry> cables, List<String> silent) {
    /// Copies the lists.
    public CableList {
        cuts = List.copyOf(cuts);
        cables = List.copyOf(cables);
        silent = List.copyOf(silent);
    }
}
