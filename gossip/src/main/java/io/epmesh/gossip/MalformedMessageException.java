package io.epmesh.gossip;

/// The other side sent bytes that are no message; caught once, where messages come in.
public final class MalformedMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    /// Says what was wrong.
    ///
    /// @param message the value and the expectation
    MalformedMessageException(String message) {
        super(message, null, false, false);
    }
}
