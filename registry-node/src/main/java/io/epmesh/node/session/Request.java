package io.epmesh.node.session;

import io.epmesh.node.naming.EventId;
import io.epmesh.node.naming.NameVersion;
import io.epmesh.node.naming.NodeEntry;
import io.epmesh.node.naming.Scope;
import java.util.List;
import java.util.Optional;

/// What a client asks for; arguments are readable, not yet checked.
sealed interface Request {
    record Names(Scope scope, Optional<String> glob) implements Request {}

    record Lookup(String node) implements Request {}

    record Peers() implements Request {}

    record Mappings() implements Request {}

    record AddMapping(String node, Optional<String> host, int port) implements Request {}

    record RemoveMapping(String node) implements Request {}

    record AskStatus() implements Request {}

    record Forget(String peer) implements Request {}

    record Leave() implements Request {}

    record ShowConfig() implements Request {}

    record Ping() implements Request {}

    /// Asks for the names that match, and then for what changes among them.
    ///
    /// @param glob which names; empty: all
    /// @param since what the client knows already, by an earlier watch of the same names
    record Watch(Optional<String> glob, Optional<NameVersion> since) implements Request {}

    /// Asks for events.
    ///
    /// @param since the last one that the client knows; empty: all that are remembered
    /// @param follow whether to go on with what comes, as a watch does
    record Events(Optional<EventId> since, boolean follow) implements Request {}

    /// Ends a watch.
    ///
    /// @param watch number of the request that began it
    record Unwatch(long watch) implements Request {}

    /// Registers the client as a node of this host, for as long as its session lasts. The registrar
    /// knows who may.
    ///
    /// @param node full name, or short name where the node does not know its host part
    /// @param port 0..65535
    /// @param nodeType EPMD's NodeType
    /// @param protocol EPMD's versions and protocol
    /// @param creation that of a node that had one before
    /// @param resume secret of the registration that this one goes on with
    record Register(
            String node,
            int port,
            int nodeType,
            NodeEntry.Protocol protocol,
            Optional<Long> creation,
            Optional<String> resume)
            implements Request {}

    /// Two groups of nodes, by patterns.
    record Sides(List<String> left, List<String> right) {}

    /// Cuts the cables between two groups.
    ///
    /// @param lastsMillis empty: for ever
    record Cut(Sides sides, boolean oneWay, Treatment treatment, Optional<Long> lastsMillis)
            implements Request {
        /// What happens to a cut cable.
        enum Treatment {
            STALL,
            RESET
        }
    }

    /// Opens the cables between two groups.
    ///
    /// @param sides empty: all that is cut or slowed
    record Fix(Optional<Sides> sides) implements Request {}

    /// Slows the cables between two groups.
    ///
    /// @param lastsMillis empty: for ever
    record Slow(
            Sides sides,
            boolean oneWay,
            long latencyMillis,
            long jitterMillis,
            Optional<Long> lastsMillis)
            implements Request {}

    /// Asks for the cables of the mesh and what is ordered for them.
    record Cables() implements Request {}

    /// Asks where to connect to reach a node.
    ///
    /// @param node a full name, or a short name of this host
    /// @param family of the addresses that the client can dial
    record Way(String node, Family family) implements Request {}

    /// An address family.
    enum Family {
        IPV4,
        IPV6
    }

    /// Whether only the peer's own host may ask.
    default boolean isLocalOnly() {
        return switch (this) {
            case AddMapping _,
                    RemoveMapping _,
                    Forget _,
                    Leave _,
                    ShowConfig _,
                    Cut _,
                    Fix _,
                    Slow _ ->
                    true;
            case Names _,
                    Lookup _,
                    Peers _,
                    Mappings _,
                    AskStatus _,
                    Ping _,
                    Watch _,
                    Events _,
                    Unwatch _,
                    Cables _,
                    Way _,
                    Register _ ->
                    false;
        };
    }

    /// Whether it changes the mesh, so that a lost answer leaves its outcome open.
    default boolean isWrite() {
        return switch (this) {
            case AddMapping _, RemoveMapping _, Forget _, Leave _, Cut _, Fix _, Slow _ -> true;
            case Names _,
                    Lookup _,
                    Peers _,
                    Mappings _,
                    AskStatus _,
                    ShowConfig _,
                    Ping _,
                    Watch _,
                    Events _,
                    Unwatch _,
                    Register _,
                    Cables _,
                    Way _ ->
                    false;
        };
    }
}
