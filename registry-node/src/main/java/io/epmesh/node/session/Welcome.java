package io.epmesh.node.session;

/// A peer's answer to a hello.
///
/// @param version protocol version that both speak from now on
/// @param peer id of the peer, 32 hexadecimal digits
/// @param mesh name of its mesh
/// @param software its software version
/// @param features bits of abilities, none in this version
public record Welcome(int version, String peer, String mesh, String software, long features) {}
