package io.epmesh.node.session;

/// A peer's answer to a hello.
///
/// @param version protocol version that both speak from now on
/// @param peer id of the peer, 32 hexadecimal digits
/// @param mesh name of its mesh
/// @param software its software version
/// @param features bits of abilities: [#ASK_THE_WAY], and none else in this version
public record Welcome(int version, String peer, String mesh, String software, long features) {
    /// Nodes of the peer's host are to ask the way before they connect to another one.
    static final long ASK_THE_WAY = 1;

    /// {@return the same with one ability more}
    ///
    /// @param feature its bit
    Welcome with(long feature) {
        return new Welcome(version, peer, mesh, software, features | feature);
    }
}
