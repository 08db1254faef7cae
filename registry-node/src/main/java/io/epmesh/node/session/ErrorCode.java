package io.epmesh.node.session;

/// The error codes of `docs/mesh-protocol.md`.
enum ErrorCode {
    MALFORMED(1, true),
    UNKNOWN_TYPE(2, true),
    VERSION(3, true),
    NOT_ALLOWED(4, true),
    BAD_ARGUMENT(5, true),
    REFUSED(6, true),
    OUTCOME_UNKNOWN(7, false),
    TOO_LARGE(8, true),
    INTERNAL(9, false),
    BUSY(10, true),
    TAKEN(11, true),
    LIMIT(12, true);

    private final int number;
    private final boolean definite;

    ErrorCode(int number, boolean definite) {
        this.number = number;
        this.definite = definite;
    }

    int number() {
        return number;
    }

    boolean definite() {
        return definite;
    }
}
