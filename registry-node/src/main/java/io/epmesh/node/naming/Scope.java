package io.epmesh.node.naming;

/// Whose names are meant.
public enum Scope {
    /// All hosts' names.
    MESH,
    /// The names of this peer's host only.
    LOCAL
}
