package io.epmesh.relay;

import java.util.List;

/// The cables of one relay at one moment. Immutable.
///
/// @param cables the oldest first; as many as a listing may hold
/// @param total how many there are
public record CableListing(List<CableView> cables, int total) {
    /// Copies the list.
    public CableListing {
        cables = List.copyOf(cables);
    }
}
