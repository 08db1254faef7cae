package io.epmesh.node.session;

import java.util.Optional;

/// What a session may do.
enum Rights {
    /// Read, and register where that is allowed, as it is of another host.
    READER,
    /// Also see the configuration, as it is of this host; its hello had not the operator's token.
    LOCAL,
    /// Everything.
    OPERATOR;

    /// What is wrong with a request; empty: nothing.
    Optional<String> objection(Request request) {
        if (this == READER && request.isLocalOnly()) {
            return Optional.of(
                    "not allowed from another host (expected: a session of the peer's own)");
        }
        if (this == LOCAL && request.isWrite()) {
            return Optional.of(
                    "not allowed without the operator's token (expected: the one in the peer's"
                            + " operator-file)");
        }
        return Optional.empty();
    }
}
