package io.epmesh.epmd;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/// Takes over connections whose first request has an opcode that is not EPMD's.
public interface Extension {
    /// Takes over a connection. Called on the event loop. The frontend's handlers and timeouts are
    /// gone from the pipeline; what the extension adds to it before it returns also gets the bytes
    /// that came behind the first frame. The connection is no longer counted as unidentified.
    /// Half-closure is allowed (`ChannelOption.ALLOW_HALF_CLOSURE`) and auto-read is on.
    ///
    /// @param channel the connection, from now on the extension's to close
    /// @param firstBody the body of the first frame, its opcode first; released when this returns,
    ///   so what outlives it is retained or copied
    /// @param registrar where nodes may be registered
    void accepted(Channel channel, ByteBuf firstBody, Registrar registrar);
}
