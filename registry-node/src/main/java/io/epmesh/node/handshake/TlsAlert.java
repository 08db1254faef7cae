package io.epmesh.node.handshake;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.CompletableFuture;

/// Knows a node that speaks TLS by its first byte: a record of the type alert (RFC 8446, section
/// 5.1), which answers the plain greeting. As the length of a plain message it would be too long.
final class TlsAlert extends ChannelInboundHandlerAdapter {
    private static final int ALERT = 21;

    private final CompletableFuture<HandshakeResult> result;
    private boolean begun;

    TlsAlert(CompletableFuture<HandshakeResult> result) {
        this.result = result;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!begun
                && message instanceof ByteBuf bytes
                && bytes.isReadable()
                && bytes.getByte(bytes.readerIndex()) == ALERT) {
            ReferenceCountUtil.release(message);
            result.complete(new HandshakeResult.Encrypted());
            ChannelFuture _ = context.close();
            return;
        }
        begun = true;
        context.fireChannelRead(message);
    }
}
