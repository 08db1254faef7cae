package io.epmesh.gossip;

/// The other side sent bytes that are no message; caught once, where messages come in.
final class MalformedMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedMessageException(String message) {
        super(message, null, false, false);
    }
}
