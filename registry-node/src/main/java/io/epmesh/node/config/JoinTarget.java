package io.epmesh.node.config;

/// Whom a peer asks for the mesh when it starts, and again while it is alone.
public sealed interface JoinTarget {
    /// {@return gossip port, or that of beacons, 1..65535}
    int port();

    /// One host.
    ///
    /// @param host name or address literal
    /// @param port gossip port, 1..65535
    record Peer(String host, int port) implements JoinTarget {}

    /// All addresses that DNS gives for a name, asked anew each time.
    ///
    /// @param name the name
    /// @param port gossip port of all of them, 1..65535
    record DnsName(String name, int port) implements JoinTarget {}

    /// The peers of this host's network, found by UDP multicast.
    ///
    /// @param port UDP port of the beacons, 1..65535
    record Multicast(int port) implements JoinTarget {}
}
