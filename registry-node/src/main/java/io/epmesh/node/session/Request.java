package io.epmesh.node.session;

import io.epmesh.node.naming.Scope;
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

    /// Whether only the peer's own host may ask.
    default boolean isLocalOnly() {
        return switch (this) {
            case AddMapping _, RemoveMapping _, Forget _, Leave _, ShowConfig _ -> true;
            case Names _, Lookup _, Peers _, Mappings _, AskStatus _, Ping _ -> false;
        };
    }

    /// Whether it changes the mesh, so that a lost answer leaves its outcome open.
    default boolean isWrite() {
        return switch (this) {
            case AddMapping _, RemoveMapping _, Forget _, Leave _ -> true;
            case Names _, Lookup _, Peers _, Mappings _, AskStatus _, ShowConfig _, Ping _ -> false;
        };
    }
}
