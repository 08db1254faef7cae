package io.epmesh.gossip;

import org.pcollections.PMap;

/// All replicated state as it was at one moment. Immutable; any thread.
///
/// @param self this peer
/// @param owners by their id, this peer included, and those that have left
/// @param mappings by their key
public record Snapshot(PeerId self, PMap<PeerId, OwnerView> owners, PMap<Key, Mapping> mappings) {
    /// Whether an owner is there.
    public enum Phase {
        /// It was heard of lately: its entries are as it says.
        LIVING,
        /// Nothing was heard of it lately: its entries are the last known, and being verified.
        ORPHANED,
        /// It left, or was forgotten: it has no entries.
        LEFT
    }

    /// One owner.
    ///
    /// @param id of the owner
    /// @param stamp of its entries
    /// @param beat its last one known
    /// @param phase whether it is there
    /// @param quarantined it published more than one owner may, so none of it is taken in
    /// @param entries what it published; none while it is quarantined
    /// @param findings what was found of its entries; empty while it is living
    public record OwnerView(
            PeerId id,
            Stamp stamp,
            Beat beat,
            Phase phase,
            boolean quarantined,
            PMap<Key, Bytes> entries,
            PMap<Key, Finding> findings) {}
}
