package io.epmesh.relay;

/// What came of opening a route. Immutable.
public sealed interface OpenResult {
    /// Something listens.
    ///
    /// @param port 1..65535, on the route's `listenOn`
    record Opened(int port) implements OpenResult {}

    /// Nothing listens.
    ///
    /// @param reason for people: the operating system's words, or the bound that was reached
    record Refused(String reason) implements OpenResult {}
}
