package io.epmesh.relay;

import java.net.InetAddress;
import java.util.Optional;

/// Where connections come from and lead to. Immutable; equal routes share a listener.
///
/// @param listenOn address of the listener
/// @param target name of the node to be reached, at most 1,500 bytes of UTF-8
/// @param place where the target is
/// @param source name of the node that will connect; empty: the handshake tells
/// @param fallback what the source is called where the handshake does not tell
public record Route(
        InetAddress listenOn,
        String target,
        Place place,
        Optional<String> source,
        String fallback) {
    /// Checks the length of the names.
    ///
    /// @throws IllegalArgumentException if one is empty or too long
    public Route {
        TunnelCodec.checkName("target", target);
        source.ifPresent(name -> TunnelCodec.checkName("source", name));
        TunnelCodec.checkName("fallback", fallback);
    }
}
