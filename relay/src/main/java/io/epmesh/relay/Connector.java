package io.epmesh.relay;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import java.util.Iterator;

/// Connects waiting cables to their targets, near or through the tunnel. Owned by the event loop.
final class Connector {
    /// What comes of it.
    interface Listener {
        /// The target is connected, and the cable about to be joined.
        void joining(Cable cable);

        /// The cable has no target.
        void failed(Cable cable, TunnelAnswer why);
    }

    private final Bootstrap bootstrap;
    private final TunnelClient tunnels;
    private final long deadlineNanos;

    /// @param bootstrap has group, channel and options
    /// @param deadlineNanos for the answer of another relay
    Connector(Bootstrap bootstrap, TunnelClient tunnels, long deadlineNanos) {
        this.bootstrap = bootstrap;
        this.tunnels = tunnels;
        this.deadlineNanos = deadlineNanos;
    }

    void connect(Cable cable, Place place, Listener listener) {
        switch (place) {
            case Place.Near(var addresses) -> near(cable, addresses.iterator(), listener);
            case Place.Far(InetSocketAddress tunnel) -> far(cable, tunnel, listener);
        }
    }

    private void near(Cable cable, Iterator<InetSocketAddress> addresses, Listener listener) {
        ChannelFuture connecting =
                bootstrap
                        .clone()
                        .handler(new ChannelInboundHandlerAdapter())
                        .connect(addresses.next());
        connecting.addListener(
                (ChannelFutureListener)
                        future -> {
                            if (future.isSuccess()) {
                                join(cable, future.channel(), listener);
                            } else if (addresses.hasNext() && !cable.isOver()) {
                                near(cable, addresses, listener);
                            } else {
                                fail(cable, TunnelAnswer.NOT_REACHED, listener);
                            }
                        });
    }

    private void far(Cable cable, InetSocketAddress tunnel, Listener listener) {
        tunnels.call(
                tunnel,
                new TunnelRequest.Join(cable.source(), cable.target()),
                deadlineNanos,
                () -> new Answered(cable, listener),
                () -> fail(cable, TunnelAnswer.NOT_REACHED, listener));
    }

    private static void join(Cable cable, Channel channel, Listener listener) {
        if (cable.isOver()) {
            Cable.abort(channel);
            return;
        }
        channel.pipeline().addLast(new CableEnd(cable));
        listener.joining(cable);
        cable.join(channel);
    }

    private static void fail(Cable cable, TunnelAnswer why, Listener listener) {
        if (!cable.isOver()) {
            listener.failed(cable, why);
        }
    }

    /// Takes the other relay's answer.
    private static final class Answered extends ChannelInboundHandlerAdapter {
        private final Cable cable;
        private final Listener listener;

        Answered(Cable cable, Listener listener) {
            this.cable = cable;
            this.listener = listener;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            byte code = bytes.readByte();
            if (code != TunnelAnswer.JOINED.code()) {
                bytes.release();
                var _ = context.close();
                fail(
                        cable,
                        code == TunnelAnswer.NO_SUCH_NODE.code()
                                ? TunnelAnswer.NO_SUCH_NODE
                                : TunnelAnswer.NOT_REACHED,
                        listener);
                return;
            }
            Channel channel = context.channel();
            channel.pipeline().remove(Deadline.class);
            channel.pipeline().addLast(new TunnelFrames());
            join(cable, channel, listener);
            if (bytes.isReadable()) {
                context.fireChannelRead(bytes); // the target spoke at once
            } else {
                bytes.release();
            }
            channel.pipeline().remove(this);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }
    }
}
