package io.epmesh.epmd;

import io.epmesh.epmd.EpmdRequest.Alive2;
import java.net.InetAddress;
import java.util.Optional;

/// What a registration lives as long as: a connection, or the proofs of a node that was adopted.
/// Called on the event loop.
interface Owner {
    /// The name was claimed for this owner.
    void granted(Registration registration);

    /// The name was not to be had.
    ///
    /// @param reason for the log
    void refused(String reason);

    /// The registration was dropped at somebody's request (STOP_REQ).
    void stopped();

    /// The connection that it is; empty if it is none.
    default Optional<HalfOpen.Connection> connection() {
        return Optional.empty();
    }

    /// The client has closed the connection, though nothing arrived that says so.
    default void ended() {}

    /// Somebody else claims the name, and waits. An owner that is an open connection need not do
    /// anything: that is its proof of life.
    ///
    /// @param claim what is asked for
    /// @param source where the claim comes from
    /// @param newcomer who waits
    default void contested(Alive2 claim, InetAddress source, Owner newcomer) {}
}
