package io.epmesh.epmd;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;

/// Receives each accepted connection: lets it into the lobby and lays its pipeline, or closes it.
final class Reception extends ChannelInitializer<Channel> {
    /// All connections, so that the server can close them.
    private final ChannelGroup channels;

    private final Lobby lobby;
    private final Admission admission;
    private final Counters counters;
    private final RequestHandler requests;
    private final FaultHandler faults;
    private final Set<Integer> foreignOpcodes;

    /// Most connections at a time, of whatever kind.
    private final int most;

    Reception(
            ChannelGroup channels,
            int most,
            Lobby lobby,
            Admission admission,
            Counters counters,
            RequestHandler requests,
            Set<Integer> foreignOpcodes) {
        this.channels = channels;
        this.most = most;
        this.lobby = lobby;
        this.admission = admission;
        this.counters = counters;
        this.requests = requests;
        this.faults = new FaultHandler(counters);
        this.foreignOpcodes = Set.copyOf(foreignOpcodes);
    }

    @Override
    protected void initChannel(Channel channel) {
        counters.count(Counters.Event.CONNECTION);
        if (channels.size() >= most) {
            int _ = lobby.shed(1); // whoever has not registered by now waits longer than others
        }
        channels.add(channel);
        Optional<Lobby.Guest> guest = enter(channel);
        if (guest.isPresent()) {
            channel.pipeline()
                    .addLast(
                            new LobbyHandler(lobby, guest.get()),
                            new FrameDecoder(foreignOpcodes::contains),
                            requests,
                            faults);
        } else {
            ChannelFuture _ = channel.close();
        }
    }

    private Optional<Lobby.Guest> enter(Channel channel) {
        // No addresses: reset between its arrival and its acceptance.
        return channel.remoteAddress() instanceof InetSocketAddress remote
                        && channel.localAddress() instanceof InetSocketAddress
                ? lobby.enter(channel, remote.getAddress(), admission.isLocal(channel))
                : Optional.empty();
    }
}
