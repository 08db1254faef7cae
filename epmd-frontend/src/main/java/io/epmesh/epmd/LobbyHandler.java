package io.epmesh.epmd;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/// Keeps a connection in the lobby for as long as this handler is in its pipeline.
final class LobbyHandler extends ChannelInboundHandlerAdapter {
    private final Lobby lobby;
    private final Lobby.Guest guest;

    LobbyHandler(Lobby lobby, Lobby.Guest guest) {
        this.lobby = lobby;
        this.guest = guest;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        lobby.touch(guest);
        ctx.fireChannelRead(message);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        lobby.leave(guest);
    }
}
