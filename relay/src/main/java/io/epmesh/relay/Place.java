package io.epmesh.relay;

import java.net.InetSocketAddress;

/// Where the target of a route is. Immutable.
public sealed interface Place {
    /// This relay dials it.
    ///
    /// @param address resolved, of the node's distribution port
    record Near(InetSocketAddress address) implements Place {}

    /// Another relay dials it.
    ///
    /// @param tunnel resolved, of the other relay's tunnel port
    record Far(InetSocketAddress tunnel) implements Place {}
}
