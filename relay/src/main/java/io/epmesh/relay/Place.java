package io.epmesh.relay;

import java.net.InetSocketAddress;
import java.util.List;

/// Where the target of a route is. Immutable.
public sealed interface Place {
    /// This relay dials it.
    ///
    /// @param addresses resolved, where the node's distribution port may be; tried in this order
    record Near(List<InetSocketAddress> addresses) implements Place {
        /// Copies the list.
        ///
        /// @throws IllegalArgumentException if it is empty
        public Near {
            addresses = List.copyOf(addresses);
            if (addresses.isEmpty()) {
                throw new IllegalArgumentException("addresses: none (expected: at least one)");
            }
        }
    }

    /// Another relay dials it.
    ///
    /// @param tunnel resolved, of the other relay's tunnel port
    record Far(InetSocketAddress tunnel) implements Place {}
}
