package io.epmesh.relay;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/// Joins connections to cables, and treats these as a policy wants. One thread, the event loop
/// `relay`, owns all of it; the methods here may be called from any thread, and return at once.
public final class Relay implements AutoCloseable {
    private final RelayLoop loop;
    private final Cables cables;
    private final Listeners listeners;
    private final Optional<Channel> tunnel;
    private final TunnelClient tunnels;

    private Relay(
            RelayLoop loop,
            Cables cables,
            Listeners listeners,
            Optional<Channel> tunnel,
            TunnelClient tunnels,
            RelayLimits limits) {
        this.loop = loop;
        this.cables = cables;
        this.listeners = listeners;
        this.tunnel = tunnel;
        this.tunnels = tunnels;
        long sweep = limits.listenerIdle().toNanos() / 4 + 1;
        Future<?> _ =
                loop.loop()
                        .scheduleAtFixedRate(listeners::sweep, sweep, sweep, TimeUnit.NANOSECONDS);
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
        return start(tunnelSettings, TunnelVersions.OURS, limits, sources);
    }

    static Relay start(
            Optional<TunnelSettings> tunnelSettings,
            TunnelVersions versions,
            RelayLimits limits,
            SourceFinder sources)
            throws IOException {
        RelayLoop loop = new RelayLoop();
        ServerBootstrap accepting = loop.accepting();
        Bootstrap connecting = loop.connecting(limits.connect());
        TunnelClient tunnels =
                new TunnelClient(
                        connecting,
                        () -> tunnelSettings.flatMap(settings -> settings.tls().get()),
                        versions,
                        loop.computing());
        Cables cables = new Cables(limits.cables());
        Connector connector = new Connector(connecting, tunnels, limits.connect().toNanos());
        Listeners listeners = new Listeners(accepting, limits, cables, connector, sources);
        try {
            Optional<Channel> tunnel = Optional.empty();
            if (tunnelSettings.isPresent()) {
                TunnelPort port =
                        new TunnelPort(
                                tunnelSettings.get(),
                                versions,
                                cables,
                                connector,
                                loop.computing());
                tunnel = Optional.of(listen(accepting, port, tunnelSettings.get().listenOn()));
            }
            return new Relay(loop, cables, listeners, tunnel, tunnels, limits);
        } catch (IOException e) {
            loop.shutDown();
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
        loop.run(
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
        loop.run(
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
        loop.run(() -> views.complete(cables.views()), () -> views.complete(List.of()));
        return views;
    }

    /// Asks another relay for its cables.
    ///
    /// @param tunnel resolved, of its tunnel port
    /// @return what it says, within about 1 s; empty: nothing, or nothing in time
    public CompletionStage<Optional<CableListing>> cablesOf(InetSocketAddress tunnel) {
        CompletableFuture<Optional<CableListing>> answer = new CompletableFuture<>();
        loop.run(() -> tunnels.query(tunnel, answer), () -> answer.complete(Optional.empty()));
        return answer;
    }

    /// Resets all cables and frees everything, within some seconds. Must not be called on the
    /// relay's thread.
    @Override
    public void close() {
        tunnel.ifPresent(channel -> channel.close().awaitUninterruptibly());
        try {
            // Waited for: a loop that is told to shut down closes its channels before it runs
            // tasks.
            loop.loop()
                    .submit(() -> {
                        listeners.close();
                        cables.close();
                    })
                    .awaitUninterruptibly(RelayLoop.CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (RejectedExecutionException e) {
            return; // closed before
        }
        loop.shutDown();
    }
}
