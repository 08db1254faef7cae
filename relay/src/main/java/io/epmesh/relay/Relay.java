package io.epmesh.relay;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Joins connections to cables, and treats these as a policy wants. One thread, the event loop
/// `relay`, owns all of it; the methods here may be called from any thread, and return at once.
public final class Relay implements AutoCloseable {
    private static final WriteBufferWaterMark WATER_MARK =
            new WriteBufferWaterMark(32 << 10, 64 << 10);
    private static final long CLOSE_SECONDS = 2;

    private final MultiThreadIoEventLoopGroup group;
    private final EventLoop loop;
    private final Cables cables;
    private final Listeners listeners;
    private final Optional<Channel> tunnel;
    private final Connector connector;

    private Relay(
            MultiThreadIoEventLoopGroup group,
            Cables cables,
            Listeners listeners,
            Optional<Channel> tunnel,
            Connector connector,
            RelayLimits limits) {
        this.group = group;
        this.loop = group.next();
        this.cables = cables;
        this.listeners = listeners;
        this.tunnel = tunnel;
        this.connector = connector;
        long sweep = limits.listenerIdle().toNanos() / 4 + 1;
        Future<?> _ =
                loop.scheduleAtFixedRate(listeners::sweep, sweep, sweep, TimeUnit.NANOSECONDS);
    }

    /// Starts a relay, whose cables are open until [#govern] is called.
    ///
    /// @param tunnelSettings how to reach other relays; empty: only near places can be reached
    /// @param limits what it bears
    /// @param sources asked for the source of a connection whose first message does not tell it
    /// @return the relay; its tunnel port listens
    /// @throws IOException if the tunnel port cannot be listened on, with the address and the
    ///   reason
    public static Relay start(
            Optional<TunnelSettings> tunnelSettings, RelayLimits limits, SourceFinder sources)
            throws IOException {
        boolean epoll = Epoll.isAvailable();
        MultiThreadIoEventLoopGroup group =
                new MultiThreadIoEventLoopGroup(
                        1,
                        new DefaultThreadFactory("relay", true),
                        epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        Class<? extends ServerChannel> server =
                epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        ServerBootstrap accepting =
                new ServerBootstrap()
                        .group(group)
                        .channel(server)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
        Bootstrap connecting =
                new Bootstrap()
                        .group(group)
                        .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                        .option(
                                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                (int) limits.connect().toMillis())
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
        Supplier<Optional<TunnelSettings.Tls>> tls =
                () -> tunnelSettings.flatMap(settings -> settings.tls().get());
        Cables cables = new Cables(limits.cables());
        Connector connector = new Connector(connecting, limits.connect().toNanos(), tls);
        Listeners listeners = new Listeners(accepting, limits, cables, connector, sources);
        try {
            Optional<Channel> tunnel = Optional.empty();
            if (tunnelSettings.isPresent()) {
                TunnelPort port = new TunnelPort(tunnelSettings.get(), cables, connector);
                tunnel = Optional.of(listen(accepting, port, tunnelSettings.get().listenOn()));
            }
            return new Relay(group, cables, listeners, tunnel, connector, limits);
        } catch (IOException e) {
            shutDown(group);
            throw e;
        }
    }

    private static Channel listen(
            ServerBootstrap accepting, TunnelPort port, InetSocketAddress address)
            throws IOException {
        var binding = accepting.clone().childHandler(port).bind(address).awaitUninterruptibly();
        if (!binding.isSuccess()) {
            throw new IOException(
                    "relay-port: cannot listen on %s: %s (expected: a free port)"
                            .formatted(
                                    NetUtil.toSocketAddressString(address),
                                    binding.cause().getMessage()),
                    binding.cause());
        }
        return binding.channel();
    }

    /// The tunnel port.
    ///
    /// @return 1..65535; empty where there is none
    public Optional<Integer> tunnelPort() {
        return tunnel.map(channel -> ((InetSocketAddress) channel.localAddress()).getPort());
    }

    /// Listens for connections that a route leads on, or goes on to.
    ///
    /// @param route from where to where
    /// @return where to connect, within [RelayLimits#listenerIdle] of the last call
    public CompletionStage<OpenResult> open(Route route) {
        CompletableFuture<OpenResult> result = new CompletableFuture<>();
        run(
                () -> {
                    var _ = listeners.open(route).thenAccept(result::complete);
                },
                () -> result.complete(new OpenResult.Refused("the relay is closed")));
        return result;
    }

    /// Treats all cables, those to come too, as another policy wants.
    ///
    /// @param policy used from now on, on the relay's thread
    /// @return done when every cable follows it
    public CompletionStage<Void> govern(Policy policy) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        run(
                () -> {
                    cables.govern(policy);
                    done.complete(null);
                },
                () -> done.complete(null)); // closed, and all cables with it
        return done;
    }

    /// The cables that there are.
    ///
    /// @return the oldest first; none when the relay is closed
    public CompletionStage<List<CableView>> cables() {
        CompletableFuture<List<CableView>> views = new CompletableFuture<>();
        run(() -> views.complete(cables.views()), () -> views.complete(List.of()));
        return views;
    }

    /// Asks another relay for its cables.
    ///
    /// @param tunnel resolved, of its tunnel port
    /// @return what it says, within about 1 s; empty: nothing, or nothing in time
    public CompletionStage<Optional<CableListing>> cablesOf(InetSocketAddress tunnel) {
        CompletableFuture<Optional<CableListing>> answer = new CompletableFuture<>();
        run(() -> connector.query(tunnel, answer), () -> answer.complete(Optional.empty()));
        return answer;
    }

    private void run(Runnable task, Runnable closed) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            closed.run();
        }
    }

    /// Resets all cables and frees everything, within some seconds. Must not be called on the
    /// relay's thread.
    @Override
    public void close() {
        tunnel.ifPresent(channel -> channel.close().awaitUninterruptibly());
        try {
            // Waited for: a loop that is told to shut down closes its channels before it runs
            // tasks.
            loop.submit(
                            () -> {
                                listeners.close();
                                cables.close();
                            })
                    .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (RejectedExecutionException e) {
            return; // closed before
        }
        shutDown(group);
    }

    private static void shutDown(MultiThreadIoEventLoopGroup group) {
        group.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}
