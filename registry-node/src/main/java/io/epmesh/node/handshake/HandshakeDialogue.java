package io.epmesh.node.handshake;

import io.epmesh.node.handshake.HandshakeResult.Accepts;
import io.epmesh.node.handshake.HandshakeResult.Identified;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.util.concurrent.CompletableFuture;

/// One connection's talk with a node, owned by its event loop: greet, read status and challenge,
/// close. Gets whole messages without their length.
///
/// Whatever is not a challenge ends in [Accepts]: that something accepted is then all that is
/// known.
final class HandshakeDialogue extends SimpleChannelInboundHandler<ByteBuf> {
    private final String ownName;
    private final int highestVersion;
    private final CompletableFuture<HandshakeResult> result;
    private boolean welcome;

    HandshakeDialogue(
            String ownName, int highestVersion, CompletableFuture<HandshakeResult> result) {
        this.ownName = ownName;
        this.highestVersion = highestVersion;
        this.result = result;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        ByteBuf greeting = context.alloc().buffer();
        HandshakeCodec.writeName(greeting, ownName, highestVersion);
        // A failed write ends in exceptionCaught.
        ChannelFuture _ = context.writeAndFlush(greeting, context.voidPromise());
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf message) {
        if (welcome) {
            end(
                    context,
                    HandshakeCodec.readChallenge(message)
                            .<HandshakeResult>map(
                                    seen -> new Identified(seen.fullName(), seen.creation()))
                            .orElseGet(Accepts::new));
        } else if (HandshakeCodec.isWelcome(message)) {
            welcome = true;
        } else {
            end(context, new Accepts());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        result.complete(new Accepts());
    }

    // Too long a message, or a reset: an answer about the other side, not a fault of ours.
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        end(context, new Accepts());
    }

    private void end(ChannelHandlerContext context, HandshakeResult outcome) {
        result.complete(outcome);
        ChannelFuture _ = context.close();
    }
}
