package io.epmesh.node.naming;

import java.util.List;

/// Part of a snapshot of the watched names, or of what has changed since the part before.
///
/// @param kind which of both
/// @param more whether another part of the same follows
/// @param version what is known when the last part has come
/// @param nodes names that are answered, and how
/// @param gone names that are answered no longer; none in a snapshot
public record NameUpdate(
        Kind kind, boolean more, NameVersion version, List<NodeEntry> nodes, List<NodeName> gone) {
    /// What the parts of a watch make up.
    public enum Kind {
        /// What differs from before.
        CHANGES,
        /// All; what is not in it is gone.
        SNAPSHOT
    }
}
