package io.epmesh.gossip;

import java.util.Optional;

/// In what another peer knows something else than this one. Where both numbers are 0 they hold the
/// same, but judge it otherwise: one hears the owner and the other does not, or they have found
/// something else of its entries.
///
/// @param owner whose entries; empty: the mappings and cuts
/// @param missing changes that the other peer does not have
/// @param ahead changes that this peer does not have
public record Difference(Optional<PeerId> owner, long missing, long ahead) {}
