package io.epmesh.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Reads which cables another relay says that it has. Owned by the event loop.
final class CableQuery extends ByteToMessageDecoder {
    private final CompletableFuture<Optional<CableListing>> answer;

    /// @param answer gets what is heard, or nothing
    CableQuery(CompletableFuture<Optional<CableListing>> answer) {
        this.answer = answer;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        Optional<CableListing> listing = ListingCodec.decode(in);
        if (listing.isPresent()) {
            answer.complete(listing);
            var _ = context.close();
        }
    }

    /// Closed, by the deadline too.
    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) {
        answer.complete(Optional.empty());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = context.close();
    }
}
