package io.epmesh.gossip;

/// What a verification of an orphaned entry has shown.
public enum Finding {
    /// It proved to be what the entry says.
    PROVEN,
    /// Something answers there, and what it is cannot be known.
    ACCEPTS,
    /// No proof: the entry is withdrawn.
    GONE
}
