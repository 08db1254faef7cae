package io.epmesh.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.CorruptedFrameException;
import org.jspecify.annotations.Nullable;

/// What a joined tunnel carries: `length:32 bytes[length]`, and length 0 for the end of what one
/// side sends. TLS knows no half-close, and without that mark a lost relay would look like it.
///
/// A frame is passed on as it comes in, never put together. Owned by the event loop.
final class TunnelFrames extends ChannelDuplexHandler {
    /// Far more than one read.
    static final int MAX_FRAME_BYTES = 1 << 20;

    private static final Object END = new Object();

    private @Nullable ByteBuf unread; // part of a length
    private int remaining;

    /// Ends what is sent to a channel, behind all that was written before: by a frame of a tunnel,
    /// else by TCP's FIN.
    static void finish(Channel channel) {
        if (channel.pipeline().get(TunnelFrames.class) != null) {
            var _ = channel.writeAndFlush(END);
        } else {
            // A shutdown would drop what is not flushed.
            var _ =
                    channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                            .addListener(_ -> {
                                var _ = ((DuplexChannel) channel).shutdownOutput();
                            });
        }
    }

    /// Closes a channel when all that was written before is flushed.
    static void closeFlushed(Channel channel) {
        var _ =
                channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                        .addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message.equals(END)) {
            var _ = context.write(Unpooled.copyInt(0), promise);
        } else if (message instanceof ByteBuf bytes && bytes.isReadable()) {
            while (bytes.readableBytes() > MAX_FRAME_BYTES) {
                writeFrame(
                        context, bytes.readRetainedSlice(MAX_FRAME_BYTES), context.voidPromise());
            }
            writeFrame(context, bytes, promise);
        } else {
            var _ = context.write(message, promise);
        }
    }

    private static void writeFrame(
            ChannelHandlerContext context, ByteBuf bytes, ChannelPromise promise) {
        ByteBuf length = context.alloc().ioBuffer(Integer.BYTES).writeInt(bytes.readableBytes());
        var _ = context.write(length, context.voidPromise());
        var _ = context.write(bytes, promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            while (in.isReadable()) {
                if (remaining > 0) {
                    int length = Math.min(remaining, in.readableBytes());
                    remaining -= length;
                    context.fireChannelRead(in.readRetainedSlice(length));
                } else {
                    readLength(context, in);
                }
            }
        } finally {
            in.release();
        }
    }

    private void readLength(ChannelHandlerContext context, ByteBuf in) {
        ByteBuf part = unread;
        if (part == null) {
            part = context.alloc().buffer(Integer.BYTES, Integer.BYTES);
            unread = part;
        }
        part.writeBytes(in, Math.min(part.writableBytes(), in.readableBytes()));
        if (part.isWritable()) {
            return;
        }
        int length = part.readInt();
        part.release();
        unread = null;
        if (length < 0 || length > MAX_FRAME_BYTES) {
            in.skipBytes(in.readableBytes());
            throw new CorruptedFrameException(
                    "tunnel frame: %d bytes (expected: 0..%d)".formatted(length, MAX_FRAME_BYTES));
        }
        remaining = length;
        if (length == 0) {
            context.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (unread != null) {
            unread.release();
            unread = null;
        }
    }
}
