package io.epmesh.epmd;

import io.epmesh.epmd.ListenPlan.Need;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ServerChannel;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Binds the sockets of a plan, or adopts those that were inherited. Used by the thread that starts
/// the server.
final class Listeners {
    private static final System.Logger LOG = System.getLogger(Listeners.class.getName());

    /// How the binding of a plan ended.
    sealed interface Bound {
        /// Every binding that must be there.
        ///
        /// @param channels one or more, all on one port
        record All(List<Channel> channels) implements Bound {}

        /// Nothing is left bound.
        record Failed(StartResult result) implements Bound {}
    }

    private Listeners() {}

    static Bound bind(
            ServerBootstrap bootstrap,
            Transport transport,
            EpmdSettings settings,
            InheritedSockets inherited) {
        return switch (inherited) {
            case InheritedSockets.None() -> bind(bootstrap, transport, settings);
            case InheritedSockets.Descriptors(List<Integer> descriptors) ->
                    adopt(bootstrap, transport, descriptors, settings);
            case InheritedSockets.Broken(String reason) ->
                    failed(List.of(), unusable(reason, settings));
        };
    }

    /// Port 0 takes a free one for the first binding, and the same for the others.
    private static Bound bind(
            ServerBootstrap bootstrap, Transport transport, EpmdSettings settings) {
        List<Channel> channels = new ArrayList<>();
        int port = settings.port();
        for (ListenPlan.Binding binding : ListenPlan.of(settings.addresses())) {
            if (binding.need() == Need.INSTEAD && !channels.isEmpty()) {
                continue;
            }
            InetSocketAddress address = new InetSocketAddress(binding.address(), port);
            ChannelFuture bound =
                    bootstrap
                            .clone()
                            .channelFactory(() -> transport.listener(binding.isIpv4Only()))
                            .bind(address)
                            .awaitUninterruptibly();
            Throwable failure = bound.cause();
            if (failure == null) {
                channels.add(bound.channel());
                port = ((InetSocketAddress) bound.channel().localAddress()).getPort();
            } else if (Transport.isAddressInUse(failure)) {
                return failed(channels, new StartResult.AddressInUse(address));
            } else if (binding.need() == Need.OPTIONAL) {
                LOG.log(Level.INFO, "not listening, address={0} {1}", address, reason(failure));
            } else {
                return failed(channels, new StartResult.CannotListen(address, reason(failure)));
            }
        }
        return channels.isEmpty()
                ? failed(channels, noLoopback(port))
                : new Bound.All(List.copyOf(channels));
    }

    /// Listens on sockets that the service manager has bound; the settings' port and addresses are
    /// its business then.
    private static Bound adopt(
            ServerBootstrap bootstrap,
            Transport transport,
            List<Integer> descriptors,
            EpmdSettings settings) {
        List<Channel> channels = new ArrayList<>();
        for (int descriptor : descriptors) {
            Optional<ServerChannel> listener = transport.inherited(descriptor);
            if (listener.isEmpty()) {
                return failed(
                        channels,
                        unusable(
                                "descriptor %d: not usable (expected: a TCP socket that listens)"
                                        .formatted(descriptor),
                                settings));
            }
            ChannelFuture registered =
                    bootstrap
                            .clone()
                            .channelFactory(listener::get)
                            .register()
                            .awaitUninterruptibly();
            Throwable failure = registered.cause();
            if (failure != null) {
                return failed(channels, unusable(reason(failure), settings));
            }
            channels.add(registered.channel());
        }
        return new Bound.All(List.copyOf(channels));
    }

    private static StartResult unusable(String reason, EpmdSettings settings) {
        return new StartResult.CannotListen(new InetSocketAddress(settings.port()), reason);
    }

    private static Bound failed(List<Channel> channels, StartResult result) {
        channels.forEach(channel -> channel.close().awaitUninterruptibly());
        return new Bound.Failed(result);
    }

    private static String reason(Throwable failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    private static StartResult noLoopback(int port) {
        return new StartResult.CannotListen(
                new InetSocketAddress(port), "no loopback address can be listened on");
    }
}
