package io.epmesh.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/// Tells a cable what happens at one of its ends; last in the pipeline of each.
final class CableEnd extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = System.getLogger(CableEnd.class.getName());

    private final Cable cable;

    CableEnd(Cable cable) {
        this.cable = cable;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        cable.received(context.channel(), (ByteBuf) bytes);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        cable.readComplete(context.channel());
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        cable.writable(context.channel());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            cable.ended(context.channel());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        cable.closed(context.channel());
    }

    /// A reset, a broken tunnel; what follows is told by [#channelInactive].
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.log(Level.DEBUG, "cable {0}: {1}", cable.id(), cause);
        }
        var _ = context.close();
    }
}
