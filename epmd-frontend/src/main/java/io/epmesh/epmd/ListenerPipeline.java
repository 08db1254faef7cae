package io.epmesh.epmd;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;

/// Lays the pipeline of each listener; Netty adds its acceptor behind, which gives connections to
/// [Reception].
final class ListenerPipeline extends ChannelInitializer<Channel> {
    private final AcceptFaultHandler faults;
    private final DoorstepHandler doorstep;

    ListenerPipeline(AcceptFaultHandler faults, DoorstepHandler doorstep) {
        this.faults = faults;
        this.doorstep = doorstep;
    }

    @Override
    protected void initChannel(Channel listener) {
        listener.pipeline().addLast(faults, doorstep);
    }
}
