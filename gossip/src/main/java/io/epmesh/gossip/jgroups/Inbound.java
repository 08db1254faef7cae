package io.epmesh.gossip.jgroups;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// The end of the pipeline of a connection that a peer opened: counts it as a stranger until its
/// hello, then hands its frames on. An empty frame is its goodbye. Owned by the event loop.
final class Inbound extends ChannelInboundHandlerAdapter {
    private static final System.Logger LOG = System.getLogger(Inbound.class.getName());

    private final Strangers strangers;
    private final Mismatches mismatches;
    private final GossipPort.Listener listener;
    private @Nullable Hello caller;
    private boolean expectsEnd;

    Inbound(Strangers strangers, Mismatches mismatches, GossipPort.Listener listener) {
        this.strangers = strangers;
        this.mismatches = mismatches;
        this.listener = listener;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        InetSocketAddress source = (InetSocketAddress) context.channel().remoteAddress();
        strangers.add(context.channel(), source.getAddress());
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof Hello hello) {
                caller = hello;
                strangers.remove(context.channel());
            } else if (message instanceof ByteBuf frame && frame.isReadable()) {
                listener.received(ByteBufUtil.getBytes(frame));
            } else {
                expectsEnd = true;
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        strangers.remove(context.channel());
        if (caller != null && !expectsEnd) {
            listener.closed(caller);
        }
        context.fireChannelInactive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent) {
            expectsEnd = true;
            var _ = context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof DecoderException) {
            listener.refused();
            expectsEnd = true;
            if (caller == null
                    && context.channel().remoteAddress() instanceof InetSocketAddress source) {
                strangers.misbehaved(source.getAddress());
            }
            mismatches.failed(context.channel().remoteAddress(), cause);
            LOG.log(
                    Level.DEBUG,
                    () ->
                            "gossip: closed the connection from %s: %s"
                                    .formatted(
                                            context.channel().remoteAddress(), cause.getMessage()));
        } else if (!(cause instanceof IOException)) {
            LOG.log(Level.ERROR, "gossip: a frame could not be handled", cause);
        }
        var _ = context.close();
    }
}
