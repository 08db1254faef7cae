package io.epmesh.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/// Asks another relay for its cables, over a connection of its own. Owned by the event loop.
final class CableQuery extends ByteToMessageDecoder {
    private static final long DEADLINE_NANOS = 1_000_000_000L;

    private final Supplier<Optional<TunnelSettings.Tls>> tls;
    private final CompletableFuture<Optional<CableListing>> answer;

    /// @param answer gets what is heard, or nothing
    CableQuery(
            Supplier<Optional<TunnelSettings.Tls>> tls,
            CompletableFuture<Optional<CableListing>> answer) {
        this.tls = tls;
        this.answer = answer;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        context.pipeline().addFirst(new Deadline(DEADLINE_NANOS));
        tls.get()
                .ifPresent(now ->
                        context.pipeline().addFirst(now.client().newHandler(context.alloc())));
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        ByteBuf request = context.alloc().buffer();
        TunnelCodec.encode(new TunnelRequest.ListCables(), request);
        var _ = context.writeAndFlush(request, context.voidPromise());
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        Optional<CableListing> listing = ListingCodec.decode(in);
        if (listing.isPresent()) {
            answer.complete(listing);
            var _ = context.close();
        }
    }

    /// Closed, by the deadline too, or not connected at all.
    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) {
        answer.complete(Optional.empty());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = context.close();
    }
}
