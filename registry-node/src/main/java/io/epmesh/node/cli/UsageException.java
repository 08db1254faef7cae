package io.epmesh.node.cli;

/// What was given to a command is wrong; the message says in one sentence what.
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
