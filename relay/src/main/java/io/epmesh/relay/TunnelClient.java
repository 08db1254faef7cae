package io.epmesh.relay;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/// Connects to the tunnel ports of other relays. Owned by the event loop.
final class TunnelClient {
    private static final long QUERY_NANOS = 1_000_000_000L;

    private final Bootstrap bootstrap;
    private final Supplier<Optional<TunnelSettings.Tls>> tls;

    /// @param bootstrap has group, channel and options
    /// @param tls for connections from now on
    TunnelClient(Bootstrap bootstrap, Supplier<Optional<TunnelSettings.Tls>> tls) {
        this.bootstrap = bootstrap;
        this.tls = tls;
    }

    /// Connects.
    ///
    /// @param deadlineNanos after which the connection is closed, unless the handler takes the
    ///   [Deadline] out of the pipeline
    ChannelFuture connect(InetSocketAddress tunnel, long deadlineNanos, ChannelHandler handler) {
        return bootstrap
                .clone()
                .handler(
                        new ChannelInitializer<>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                tls.get()
                                        .ifPresent(now ->
                                                channel.pipeline()
                                                        .addLast(
                                                                now.client()
                                                                        .newHandler(
                                                                                channel.alloc())));
                                channel.pipeline().addLast(new Deadline(deadlineNanos), handler);
                            }
                        })
                .connect(tunnel);
    }

    /// Asks another relay for its cables.
    ///
    /// @param answer gets what is heard within about 1 s, or nothing
    void query(InetSocketAddress tunnel, CompletableFuture<Optional<CableListing>> answer) {
        connect(tunnel, QUERY_NANOS, new CableQuery(answer))
                .addListener(
                        (ChannelFutureListener)
                                future -> {
                                    if (!future.isSuccess()) {
                                        answer.complete(Optional.empty());
                                    }
                                });
    }
}
