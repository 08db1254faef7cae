package io.epmesh.gossip;

import java.util.Map;
import java.util.Set;

/// What differs between a snapshot and the one published before it.
///
/// @param entries keys of an owner whose values came, went or changed
/// @param owners those whose phase, quarantine or findings changed, so that any of their entries
///   may look different, and those that are known no longer
/// @param mappings keys whose candidates changed
public record Changes(Map<PeerId, Set<Key>> entries, Set<PeerId> owners, Set<Key> mappings) {
    boolean isEmpty() {
        return entries.isEmpty() && owners.isEmpty() && mappings.isEmpty();
    }
}
