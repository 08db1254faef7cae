package io.epmesh.node.session;

/// Why a [MeshClient] has no answer: one sentence.
public abstract sealed class MeshClientException extends Exception {
    private static final long serialVersionUID = 1;

    private MeshClientException(String message) {
        super(message);
    }

    /// Nothing that speaks answers there, or not in time.
    public static final class Unreachable extends MeshClientException {
        private static final long serialVersionUID = 1;

        Unreachable(String message) {
            super(message);
        }
    }

    /// Something answers that is not epmesh, or breaks its protocol.
    public static final class NotEpmesh extends MeshClientException {
        private static final long serialVersionUID = 1;

        NotEpmesh(String message) {
            super(message);
        }
    }

    /// The peer answered with an error, so the request had no effect.
    public static final class Refused extends MeshClientException {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }
}
