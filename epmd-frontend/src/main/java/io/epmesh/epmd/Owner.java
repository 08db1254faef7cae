package io.epmesh.epmd;

import io.epmesh.epmd.EpmdRequest.Alive2;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalLong;

/// What a registration lives as long as: a connection, or the proofs of a node that was adopted.
/// Called on the event loop.
public interface Owner {
    /// The name was claimed for this owner.
    ///
    /// @param registration from now on this owner's
    void granted(Registration registration);

    /// The name was not to be had.
    ///
    /// @param reason why
    void refused(Refusal reason);

    /// The registration is to be dropped at somebody's request (STOP_REQ).
    void stopped();

    /// The two ends of an accepted connection.
    ///
    /// @param client the other end
    /// @param server this end
    record Connection(InetSocketAddress client, InetSocketAddress server) {
        /// The ends of a channel.
        ///
        /// @param channel that was accepted
        /// @return empty if it is no TCP connection
        public static Optional<Connection> of(Channel channel) {
            return channel.remoteAddress() instanceof InetSocketAddress client
                            && channel.localAddress() instanceof InetSocketAddress server
                    ? Optional.of(new Connection(client, server))
                    : Optional.empty();
        }
    }

    /// The connection that it is.
    ///
    /// @return empty if it is none
    default Optional<Connection> connection() {
        return Optional.empty();
    }

    /// Whether its client has closed the connection, which it may not have read yet.
    ///
    /// @return false also where that cannot be known
    default boolean hasHungUp() {
        return false;
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

    /// The host part of the node's full name, where the node says it, as EPMD's request cannot.
    ///
    /// @return the part behind the `@`
    default Optional<String> host() {
        return Optional.empty();
    }

    /// The creation that the node has, if it lives on and registers again and says so, as EPMD's
    /// request cannot. It is not this server's, so the counters of creations know nothing of it.
    ///
    /// @return 1..2³²−1; nothing: it takes the one that it is given
    default OptionalLong creation() {
        return OptionalLong.empty();
    }
}
