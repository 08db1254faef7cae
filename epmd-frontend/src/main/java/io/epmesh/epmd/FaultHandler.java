package io.epmesh.epmd;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.lang.System.Logger.Level;

/// The end of each pipeline, where faults arrive: they end the connection, never the server. One
/// for all connections.
@Sharable
final class FaultHandler extends ChannelInboundHandlerAdapter {
    private static final System.Logger LOG = System.getLogger(FaultHandler.class.getName());

    private final Counters counters;

    FaultHandler(Counters counters) {
        this.counters = counters;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        switch (cause) {
            case ProtocolViolation violation -> {
                counters.count(Counters.Event.VIOLATION);
                LOG.log(
                        Level.DEBUG,
                        "protocol violation, remote={0} {1}",
                        ctx.channel().remoteAddress(),
                        violation.getMessage());
            }
            case IOException reset ->
                    LOG.log(
                            Level.DEBUG,
                            "connection ended, remote={0} {1}",
                            ctx.channel().remoteAddress(),
                            reset.getMessage());
            case Throwable bug -> LOG.log(Level.ERROR, "bug in a connection's handling", bug);
        }
        ChannelFuture _ = ctx.close();
    }
}
