package io.epmesh.relay;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Tells whose a connection is that does not say it itself. Called on the relay's thread: returns
/// at once, and answers on any.
@FunctionalInterface
public interface SourceFinder {
    /// Knows nobody.
    SourceFinder NONE = (_, _) -> CompletableFuture.completedFuture(Optional.empty());

    /// Looks for the node at the other end of a connection. The connection waits for the answer.
    ///
    /// @param client the node's end
    /// @param server the relay's end
    /// @return the name of the node, within about a second; empty: not known
    CompletionStage<Optional<String>> find(InetSocketAddress client, InetSocketAddress server);
}
