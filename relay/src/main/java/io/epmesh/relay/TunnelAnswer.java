package io.epmesh.relay;

/// How a relay answers a [TunnelRequest], in its first byte.
enum TunnelAnswer {
    JOINED(0),
    NO_SUCH_NODE(1),
    NOT_REACHED(2),
    MALFORMED(3),
    /// Two bytes follow: the least and the highest version that are spoken there.
    VERSION(4);

    private final byte code;

    TunnelAnswer(int code) {
        this.code = (byte) code;
    }

    byte code() {
        return code;
    }
}
