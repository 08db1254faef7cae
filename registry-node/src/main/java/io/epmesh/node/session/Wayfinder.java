package io.epmesh.node.session;

import io.epmesh.node.cables.Way;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// Tells the client of one session where to connect.
@FunctionalInterface
interface Wayfinder {
    /// Looks a node up.
    ///
    /// @param node a full name, or a short name of this host
    /// @param family of the addresses that the client can dial
    /// @return where to connect; empty: there is no such node, or no way to it
    /// @throws IllegalArgumentException if it is no node name
    CompletionStage<Optional<Way>> to(String node, Request.Family family);
}
