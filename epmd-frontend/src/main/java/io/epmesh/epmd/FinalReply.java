package io.epmesh.epmd;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// Writes the last reply of a connection and closes it; one for each connection.
///
/// A socket that is closed with bytes unread sends a reset, which may overtake the reply. So when
/// the client sent more than its request, only our side is shut down, and what comes is thrown away
/// until the client closes or a short time is over.
final class FinalReply extends ChannelInboundHandlerAdapter implements ChannelFutureListener {
    private static final long LINGER_SECONDS = 1;

    private boolean surplus;

    private FinalReply() {}

    /// Takes the place of the caller's handler and of the frame decoder.
    static void send(ChannelHandlerContext caller, EpmdResponse response, Counters counters) {
        FinalReply reply = new FinalReply();
        Channel channel = caller.channel();
        channel.pipeline().replace(caller.handler(), null, reply);
        Pipelines.removeFrameDecoder(channel.pipeline());
        ByteBuf bytes = channel.alloc().ioBuffer();
        ResponseCodec.encode(response, bytes);
        counters.count(Counters.Event.REPLY);
        channel.writeAndFlush(bytes).addListener(reply);
    }

    @Override
    public void operationComplete(ChannelFuture written) {
        Channel channel = written.channel();
        if (written.isSuccess() && surplus && channel instanceof DuplexChannel duplex) {
            ChannelFuture _ = duplex.shutdownOutput();
            Future<?> _ =
                    channel.eventLoop()
                            .schedule(() -> end(channel), LINGER_SECONDS, TimeUnit.SECONDS);
        } else {
            end(channel);
        }
    }

    private static void end(Channel channel) {
        ChannelFuture _ = channel.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        surplus = true;
        ReferenceCountUtil.release(message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        // Without surplus the reply may still be on its way to a client that only reads.
        if (event instanceof ChannelInputShutdownEvent && surplus) {
            ChannelFuture _ = ctx.close();
        }
    }
}
