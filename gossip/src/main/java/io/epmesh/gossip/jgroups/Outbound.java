package io.epmesh.gossip.jgroups;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.net.ConnectException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A connection that this peer opened to send to another: connecting, open, or over. While it
/// connects a few frames wait; when it is open and its buffer is full, frames are dropped; when it
/// is over, frames are dropped until it may be tried again.
///
/// Bulk waits instead, up to the longest message: a state in many parts is of use only if all of
/// them arrive, and no link takes it at once. It is written as fast as the other side takes it, a
/// little at a time, so that beats pass it. Owned by the event loop.
final class Outbound extends ChannelInboundHandlerAdapter {
    /// Frames that wait for a connection, of which there may be as many as peers.
    static final int MAX_WAITING = 64;

    /// Frames of so many bytes are bulk: full parts of a message.
    static final int BULK_BYTES = 32 << 10;

    /// Bulk that waits, in bytes: the longest message and what frames it.
    static final long MAX_BULK_BYTES = 66L << 20;

    /// Frames of bulk that the connection has at a time.
    private static final int BULK_UNDER_WAY = 4;

    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Hello hello;
    private final Mismatches mismatches;
    private final Consumer<End> lost;
    private final Queue<ByteBuf> waiting = new ArrayDeque<>();
    private final Queue<ByteBuf> bulk = new ArrayDeque<>();
    private long bulkBytes; // of the above
    private int bulkUnderWay;
    private @Nullable Channel channel; // null while connecting
    private long openedAt;
    private boolean weEnded;
    private boolean over;
    private long overSince;

    /// How a connection ended that this peer did not end.
    enum End {
        /// Nobody listens there: the process is gone, and its host says so.
        REFUSED,
        /// It was of use, and was closed or broke: of what, another attempt tells.
        CLOSED,
        /// It was never of use, or not for long.
        UNREACHABLE
    }

    /// @param lost called once when the other end closed the connection, or could not be reached
    Outbound(Hello hello, Mismatches mismatches, Consumer<End> lost) {
        this.hello = hello;
        this.mismatches = mismatches;
        this.lost = lost;
    }

    /// Follows the attempt to connect.
    void follow(ChannelFuture connecting) {
        var _ =
                connecting.addListener(
                        (ChannelFutureListener)
                                future -> {
                                    if (!future.isSuccess()) {
                                        end(endOf(future.cause()));
                                    }
                                });
    }

    /// Whether it could not be opened, or has ended.
    boolean isOver() {
        return over;
    }

    private static End endOf(Throwable cause) {
        return cause instanceof ConnectException && !(cause instanceof ConnectTimeoutException)
                ? End.REFUSED
                : End.UNREACHABLE;
    }

    /// Whether this one is of no use any more, and another may be tried.
    boolean isExpired() {
        return over && System.nanoTime() - overSince > RETRY_NANOS;
    }

    /// Writes a frame, or releases it.
    ///
    /// @return whether it was not dropped
    boolean write(ByteBuf frame) {
        boolean taken =
                !over
                        && (frame.readableBytes() < BULK_BYTES
                                ? writeNow(frame)
                                : writeInTurn(frame));
        if (!taken) {
            frame.release();
        }
        return taken;
    }

    private boolean writeNow(ByteBuf frame) {
        Channel open = channel;
        if (open == null) {
            return waiting.size() < MAX_WAITING && waiting.add(frame);
        }
        if (!open.isWritable()) {
            return false;
        }
        var _ = open.writeAndFlush(frame, open.voidPromise());
        return true;
    }

    private boolean writeInTurn(ByteBuf part) {
        if (bulkBytes + part.readableBytes() > MAX_BULK_BYTES) {
            return false;
        }
        bulk.add(part);
        bulkBytes += part.readableBytes();
        pump();
        return true;
    }

    /// Writes bulk, as much as may be under way.
    private void pump() {
        Channel open = channel;
        while (open != null && bulkUnderWay < BULK_UNDER_WAY && !bulk.isEmpty()) {
            ByteBuf next = bulk.remove();
            bulkBytes -= next.readableBytes();
            bulkUnderWay++;
            var _ =
                    open.writeAndFlush(next)
                            .addListener(_ -> {
                                bulkUnderWay--;
                                pump();
                            });
        }
    }

    /// Says goodbye, and closes.
    void close() {
        if (channel != null) {
            var _ = channel.writeAndFlush(Unpooled.copyInt(0));
        }
        abandon();
    }

    /// Closes without a word, as for a peer that was evicted: if it lives, it shall notice.
    void abandon() {
        weEnded = true;
        Channel open = channel;
        end(End.UNREACHABLE);
        if (open != null) {
            var _ = open.close();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (over) {
            var _ = context.close();
            return;
        }
        channel = context.channel();
        openedAt = System.nanoTime();
        ByteBuf greeting = context.alloc().buffer(Hello.LENGTH);
        hello.encode(greeting);
        var _ = context.write(greeting);
        for (ByteBuf frame : waiting) {
            var _ = context.write(frame);
        }
        waiting.clear();
        context.flush();
        pump();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message); // the called end says nothing
        var _ = context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        boolean wasOfUse = channel != null && System.nanoTime() - openedAt > RETRY_NANOS;
        end(wasOfUse ? End.CLOSED : End.UNREACHABLE);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent) {
            close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        mismatches.failed(context.channel().remoteAddress(), cause);
        var _ = context.close(); // beside that the end of the connection is all there is to know
    }

    private void end(End how) {
        if (over) {
            return;
        }
        over = true;
        overSince = System.nanoTime();
        channel = null;
        waiting.forEach(ByteBuf::release);
        waiting.clear();
        bulk.forEach(ByteBuf::release);
        bulk.clear();
        if (!weEnded) {
            lost.accept(how);
        }
    }
}
