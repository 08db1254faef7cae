package io.epmesh.epmd;

import io.netty.handler.codec.DecoderException;

/// The other side broke the protocol. It is counted at the end of the pipeline and the connection
/// is closed without a reply, as the C program does.
final class ProtocolViolation extends DecoderException {
    private static final long serialVersionUID = 1;

    ProtocolViolation(String message) {
        super(message);
    }

    /// None: the fault is not in this program, and anyone may cause it at will.
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
