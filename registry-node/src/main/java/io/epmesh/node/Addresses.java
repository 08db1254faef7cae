package io.epmesh.node;

import java.net.InetSocketAddress;

/// How addresses are written in logs and to other peers.
final class Addresses {
    private Addresses() {}

    /// An address literal and a port, IPv6 in brackets.
    static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
