package io.epmesh.node.config;

/// Which look-ups are led through cables, beside those of the mesh host.
public enum RelayMode {
    /// None.
    OFF,
    /// Those of `epmesh_epmd`.
    MODULE,
    /// Those of this host's stock nodes too.
    ALL
}
