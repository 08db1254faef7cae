package io.epmesh.relay;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Closes its channel, unless it is taken out of the pipeline in time. Owned by the event loop.
final class Deadline extends ChannelInboundHandlerAdapter {
    private final long nanos;
    private @Nullable Future<?> end;

    Deadline(long nanos) {
        this.nanos = nanos;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        Runnable close =
                () -> {
                    var _ = context.close();
                };
        end = context.executor().schedule(close, nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (end != null) {
            end.cancel(false);
        }
    }
}
