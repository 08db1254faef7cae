package io.epmesh.relay;

import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Supplier;

/// How relays reach one another.
///
/// @param listenOn address of the tunnel port, port 0..65535; 0 takes a free one
/// @param tls for connections that are opened from now on; empty: they are in clear text
/// @param targets where this host's nodes are
public record TunnelSettings(
        InetSocketAddress listenOn, Supplier<Optional<Tls>> tls, Targets targets) {
    /// Mutual authentication.
    ///
    /// @param server for connections that others open
    /// @param client for connections that this relay opens
    public record Tls(SslContext server, SslContext client) {}
}
