package io.epmesh.node;

import io.epmesh.node.adoption.ListeningSockets;
import io.epmesh.node.adoption.RecordedNode;
import io.epmesh.node.adoption.Takeover;
import io.epmesh.node.config.Configuration;
import io.epmesh.node.handshake.DistributionHandshake;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;

/// What a start in place of another epmd does before it may end that one: once it has ended, this
/// peer must not fail for a reason that could have been seen.
sealed interface TakeoverStart {
    /// All is well.
    ///
    /// @param takeover ends the other epmd
    /// @param imported its registrations, none if there is no other
    /// @param found whether there is one to be ended
    record Ready(Takeover takeover, List<RecordedNode> imported, boolean found)
            implements TakeoverStart {
        /// The other epmd's sockets, to be served before that one is ended; none if they cannot be
        /// had, then its end frees the port.
        List<Integer> sockets(List<InetAddress> addresses) {
            return found ? takeover.shareSockets(addresses) : List.of();
        }

        /// Ends the other epmd; a sentence if that cannot be done.
        Optional<String> end() throws InterruptedException {
            return found ? takeover.end().map(TakeoverStart::sentence) : Optional.empty();
        }
    }

    /// Not here, and nothing was changed.
    record Refused(String sentence) implements TakeoverStart {}

    static TakeoverStart prepare(Configuration configuration, DistributionHandshake handshake) {
        Optional<String> obstacle = obstacle(configuration);
        if (obstacle.isPresent()) {
            return new Refused(obstacle.get());
        }
        Takeover takeover =
                new Takeover(configuration.epmd().port(), ListeningSockets::read, handshake);
        return switch (takeover.look()) {
            case Takeover.Found.Nothing() -> new Ready(takeover, List.of(), false);
            case Takeover.Found.Epmd(List<RecordedNode> nodes) -> new Ready(takeover, nodes, true);
            case Takeover.Found.Foreign(String reason) -> new Refused(sentence(reason));
        };
    }

    private static String sentence(String reason) {
        return "takeover: the epmd port is not taken over: " + reason;
    }

    private static Optional<String> obstacle(Configuration configuration) {
        if (configuration.epmd().port() == 0) {
            return Optional.of("takeover: epmd-port: 0 (expected: the port of the other epmd)");
        }
        return configuration.http().flatMap(TakeoverStart::busy);
    }

    private static Optional<String> busy(InetSocketAddress http) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(http);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(
                    "takeover: http: cannot listen on %s: %s".formatted(http, e.getMessage()));
        }
    }
}
