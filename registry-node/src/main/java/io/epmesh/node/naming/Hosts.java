package io.epmesh.node.naming;

/// Host parts that mean the host on which they are said.
final class Hosts {
    private Hosts() {}

    /// Whether a host part means this host, whatever host it is said on.
    static boolean isLoopback(String host) {
        return host.equals("localhost")
                || host.startsWith("localhost.")
                || host.startsWith("127.")
                || host.equals("::1");
    }
}
