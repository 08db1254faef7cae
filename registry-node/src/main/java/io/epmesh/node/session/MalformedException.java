package io.epmesh.node.session;

/// Bytes that are not of the mesh protocol: the other side's fault.
final class MalformedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String reason;

    MalformedException(String reason) {
        super(reason);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}
