package io.epmesh.epmd;

/// One line of NAMES: a name of this host and its port.
///
/// @param name the short name
/// @param port PortNo, 0..65535
public record NamedPort(NodeName name, int port) {
    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException if the port is out of its range
    public NamedPort {
        Unsigned.u16("PortNo", port);
    }
}
