package io.epmesh.node;

import io.epmesh.epmd.NodeName;
import io.epmesh.epmd.PortInfo;
import io.epmesh.epmd.Registration;
import java.net.InetAddress;
import java.time.Instant;

/// Registrations as the EPMD server reports them.
final class Nodes {
    static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private Nodes() {}

    static Registration node(long id, String name, int port) {
        return node(id, name, port, LOOPBACK);
    }

    static Registration node(long id, String name, int port, InetAddress source) {
        return new Registration(
                id,
                new NodeName(name),
                PortInfo.ofErlangNode(port),
                100 + id,
                Instant.ofEpochMilli(1_000 + id),
                source);
    }
}
