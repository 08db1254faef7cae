package io.epmesh.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/// Makes a request of another relay and, unless that one does not speak its version, leaves the
/// pipeline to who reads the answer. Owned by the event loop.
final class TunnelCall extends ByteToMessageDecoder {
    /// Who asked.
    interface Caller {
        /// {@return who reads the answer, from its first byte on}
        ChannelHandler answered();

        /// The other relay speaks other versions, and has closed the connection.
        void spokenThere(TunnelVersions theirs);

        /// The connection ended before there was an answer.
        void unanswered();
    }

    private static final int VERSIONS_BYTES = 3;

    private final TunnelRequest request;
    private final int version;
    private final Caller caller;
    private boolean over;

    TunnelCall(TunnelRequest request, int version, Caller caller) {
        this.request = request;
        this.version = version;
        this.caller = caller;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        ByteBuf bytes = context.alloc().buffer();
        TunnelCodec.encode(request, version, bytes);
        var _ = context.writeAndFlush(bytes, context.voidPromise());
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        int code = in.getByte(in.readerIndex());
        if (code == TunnelAnswer.MALFORMED.code() && version > 1) {
            // All that relays of version 0.1 say to another version than theirs.
            end(context, in, new TunnelVersions(1, 1));
        } else if (code != TunnelAnswer.VERSION.code()) {
            over = true;
            context.pipeline().addLast(caller.answered());
            context.pipeline().remove(this);
        } else if (in.readableBytes() >= VERSIONS_BYTES) {
            int at = in.readerIndex();
            end(
                    context,
                    in,
                    new TunnelVersions(in.getUnsignedByte(at + 1), in.getUnsignedByte(at + 2)));
        }
    }

    private void end(ChannelHandlerContext context, ByteBuf in, TunnelVersions theirs) {
        over = true;
        in.skipBytes(in.readableBytes());
        var _ = context.close();
        caller.spokenThere(theirs);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) {
        if (!over) {
            over = true;
            caller.unanswered();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = context.close();
    }
}
