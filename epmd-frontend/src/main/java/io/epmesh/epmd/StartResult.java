package io.epmesh.epmd;

import java.net.InetSocketAddress;

/// How the start of a server ended.
public sealed interface StartResult {
    /// It listens.
    ///
    /// @param server to be closed by the caller
    record Started(EpmdServer server) implements StartResult {}

    /// Another program, an epmd most likely, has the port. Nothing is left open.
    ///
    /// @param address the address that is in use
    record AddressInUse(InetSocketAddress address) implements StartResult {}

    /// An address cannot be listened on. Nothing is left open.
    ///
    /// @param address the address
    /// @param reason what the system says
    record CannotListen(InetSocketAddress address, String reason) implements StartResult {}
}
