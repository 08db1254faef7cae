package io.epmesh.node.cables;

/// Where a node is to connect to reach another one. Immutable.
///
/// @param address address literal or host name
/// @param port 1..65535
public record Way(String address, int port) {}
