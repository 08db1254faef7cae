package io.epmesh.relay;

/// How a relay answers a [TunnelRequest.Join], in one byte.
enum TunnelAnswer {
    JOINED(0),
    NO_SUCH_NODE(1),
    NOT_REACHED(2),
    MALFORMED(3);

    private final byte code;

    TunnelAnswer(int code) {
        this.code = (byte) code;
    }

    byte code() {
        return code;
    }
}
