package io.epmesh.relay;

/// Decides how cables are treated. Called on the relay's thread: a pure function of its arguments
/// that returns at once, also for names that it does not know.
@FunctionalInterface
public interface Policy {
    /// The treatment of all cables from one node to another.
    ///
    /// @param source who opened the connection, as the route or the handshake named it
    /// @param target whom it wants to reach
    /// @return the treatment
    Treatment between(String source, String target);
}
