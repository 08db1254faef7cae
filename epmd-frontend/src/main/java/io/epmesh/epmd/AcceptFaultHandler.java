package io.epmesh.epmd;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;

/// Bears failing accepts, for want of file descriptors mostly: sheds some of the oldest connections
/// that never registered, and tries again; after a pause, if there were none. One for all
/// listeners, on the event loop.
@Sharable
final class AcceptFaultHandler extends ChannelInboundHandlerAdapter {
    private static final System.Logger LOG = System.getLogger(AcceptFaultHandler.class.getName());
    private static final long PAUSE_MILLIS = 100;
    private static final long LOG_EVERY = 100;
    private static final int SHED = 64;

    private final Lobby lobby;
    private final Counters counters;
    private long failures;

    AcceptFaultHandler(Lobby lobby, Counters counters) {
        this.lobby = lobby;
        this.counters = counters;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        counters.count(Counters.Event.ACCEPT_FAILURE);
        if (failures++ % LOG_EVERY == 0) {
            LOG.log(
                    Level.WARNING,
                    "accept failed, local={0} unidentified={1} {2}",
                    ctx.channel().localAddress(),
                    lobby.size(),
                    cause.getMessage());
        }
        if (lobby.shed(SHED) > 0) {
            return;
        }
        Channel listener = ctx.channel();
        listener.config().setAutoRead(false);
        Future<?> _ =
                listener.eventLoop()
                        .schedule(
                                () -> listener.config().setAutoRead(true),
                                PAUSE_MILLIS,
                                TimeUnit.MILLISECONDS);
    }
}
