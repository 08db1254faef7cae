package io.epmesh.relay;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// The listeners of all routes that are asked for. Owned by the event loop.
final class Listeners {
    private static final Logger LOG = System.getLogger(Listeners.class.getName());

    private final ServerBootstrap bootstrap;
    private final RelayLimits limits;
    private final Cables cables;
    private final Connector connector;
    private final SourceFinder sources;
    private final Map<Route, Listener> listeners = new HashMap<>();

    /// @param bootstrap has group, channel and options
    Listeners(
            ServerBootstrap bootstrap,
            RelayLimits limits,
            Cables cables,
            Connector connector,
            SourceFinder sources) {
        this.bootstrap = bootstrap;
        this.limits = limits;
        this.cables = cables;
        this.connector = connector;
        this.sources = sources;
    }

    private static final class Listener {
        final CompletableFuture<OpenResult> opened = new CompletableFuture<>();
        final Channel channel;
        long askedAt = System.nanoTime();

        Listener(Channel channel) {
            this.channel = channel;
        }
    }

    /// Opens a route, or keeps it open for longer.
    CompletableFuture<OpenResult> open(Route route) {
        Listener known = listeners.get(route);
        if (known != null) {
            known.askedAt = System.nanoTime();
            return known.opened;
        }
        if (listeners.size() >= limits.listeners()) {
            return CompletableFuture.completedFuture(
                    new OpenResult.Refused(
                            "%d listeners, which is as many as there may be"
                                    .formatted(listeners.size())));
        }
        var binding =
                bootstrap
                        .clone()
                        .childHandler(new Accepted(route))
                        .bind(new InetSocketAddress(route.listenOn(), 0));
        Listener listener = new Listener(binding.channel());
        listeners.put(route, listener);
        binding.addListener(
                (ChannelFutureListener)
                        bound -> {
                            if (bound.isSuccess()) {
                                listener.opened.complete(new OpenResult.Opened(port(bound)));
                            } else {
                                listeners.remove(route, listener);
                                listener.opened.complete(
                                        new OpenResult.Refused(bound.cause().toString()));
                            }
                        });
        return listener.opened;
    }

    private static int port(ChannelFuture bound) {
        return ((InetSocketAddress) bound.channel().localAddress()).getPort();
    }

    /// Closes those that nobody has asked for lately.
    void sweep() {
        long idle = limits.listenerIdle().toNanos();
        long now = System.nanoTime();
        listeners
                .values()
                .removeIf(listener -> {
                    boolean expired = now - listener.askedAt > idle;
                    if (expired) {
                        var _ = listener.channel.close();
                    }
                    return expired;
                });
    }

    int size() {
        return listeners.size();
    }

    void close() {
        for (Listener listener : listeners.values()) {
            var _ = listener.channel.close();
        }
        listeners.clear();
    }

    /// A connection to a listener.
    private final class Accepted extends ChannelInitializer<Channel> {
        private final Route route;

        Accepted(Route route) {
            this.route = route;
        }

        @Override
        protected void initChannel(Channel channel) {
            if (!cables.admit(channel)) {
                return;
            }
            if (route.source().isPresent()) {
                add(channel, route.source().get());
                return;
            }
            channel.pipeline()
                    .addLast(
                            new Deadline(limits.firstMessage().toNanos()),
                            new SourceReader((source, bytes) -> {
                                channel.pipeline().remove(Deadline.class);
                                source.ifPresentOrElse(
                                        name -> addRead(channel, name, bytes),
                                        () -> find(channel, bytes));
                            }));
        }

        /// Has somebody else say who it is, and does not read on before.
        private void find(Channel channel, ByteBuf bytes) {
            channel.config().setAutoRead(false);
            channel.pipeline().addLast(new Waiting());
            sources.find(
                            (InetSocketAddress) channel.remoteAddress(),
                            (InetSocketAddress) channel.localAddress())
                    .exceptionally(Accepted::bug)
                    .thenAcceptAsync(
                            found -> {
                                if (channel.isActive()) {
                                    channel.pipeline().remove(Waiting.class);
                                    addRead(channel, found.orElse(route.fallback()), bytes);
                                } else {
                                    bytes.release();
                                }
                            },
                            channel.eventLoop());
        }

        private static Optional<String> bug(Throwable thrown) {
            LOG.log(Level.ERROR, "bug where a connection's node is looked for", thrown);
            return Optional.empty();
        }

        private void add(Channel channel, String source) {
            addRead(channel, source, channel.alloc().buffer(0));
        }

        private void addRead(Channel channel, String source, ByteBuf bytes) {
            channel.config().setAutoRead(false);
            cables.add(
                            channel,
                            source,
                            route.target(),
                            cable -> connector.connect(cable, route.place(), new Silent()))
                    .ifPresentOrElse(
                            cable -> {
                                cable.received(channel, bytes);
                                cable.seekTarget();
                            },
                            bytes::release);
        }
    }

    /// A connection whose node is looked for may end meanwhile.
    private static final class Waiting extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }
    }

    /// A node hears no more than that its connection is reset.
    private static final class Silent implements Connector.Listener {
        @Override
        public void joining(Cable cable) {}

        @Override
        public void failed(Cable cable, TunnelAnswer why) {
            cable.reset();
        }
    }
}
