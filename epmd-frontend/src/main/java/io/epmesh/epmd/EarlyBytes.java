package io.epmesh.epmd;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/// Holds what was read from a connection before it had a pipeline, and gives it to the handlers
/// behind when the connection becomes active; then it is gone. One for each connection.
final class EarlyBytes extends ChannelInboundHandlerAdapter {
    /// Not pooled: nothing needs to release it if the connection ends first.
    private final ByteBuf bytes;

    EarlyBytes(ByteBuf bytes) {
        this.bytes = bytes;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.fireChannelActive();
        ctx.fireChannelRead(bytes);
        ctx.fireChannelReadComplete();
        if (!ctx.isRemoved()) {
            ctx.pipeline().remove(this);
        }
    }
}
