package io.epmesh.relay;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.util.NetUtil;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/// Asks other relays, at their tunnel ports: in the highest version that is spoken here, and once
/// more in a lower one where the other relay answers that it speaks that. Owned by the event loop.
final class TunnelClient {
    private static final Logger LOG = System.getLogger(TunnelClient.class.getName());
    private static final long QUERY_NANOS = 1_000_000_000L;

    /// Relays that are remembered to have been warned of.
    private static final int MAX_WARNED = 256;

    private final Bootstrap bootstrap;
    private final Supplier<Optional<TunnelSettings.Tls>> tls;
    private final TunnelVersions versions;
    private final Executor computing;
    private final Set<InetSocketAddress> warned = new HashSet<>();

    /// @param bootstrap has group, channel and options
    /// @param tls for connections from now on
    /// @param computing does the costly part of handshakes
    TunnelClient(
            Bootstrap bootstrap,
            Supplier<Optional<TunnelSettings.Tls>> tls,
            TunnelVersions versions,
            Executor computing) {
        this.bootstrap = bootstrap;
        this.tls = tls;
        this.versions = versions;
        this.computing = computing;
    }

    /// Makes a request.
    ///
    /// @param deadlineNanos after which the connection is closed, unless the [Deadline] was taken
    ///   out of the pipeline
    /// @param answer makes who reads the answer, from its first byte on
    /// @param failed told where there is none
    void call(
            InetSocketAddress tunnel,
            TunnelRequest request,
            long deadlineNanos,
            Supplier<ChannelHandler> answer,
            Runnable failed) {
        new Call(tunnel, request, deadlineNanos, answer, failed).connect(versions.highest());
    }

    /// Asks another relay for its cables.
    ///
    /// @param answer gets what is heard within about 1 s, or nothing
    void query(InetSocketAddress tunnel, CompletableFuture<Optional<CableListing>> answer) {
        call(
                tunnel,
                new TunnelRequest.ListCables(),
                QUERY_NANOS,
                () -> new CableQuery(answer),
                () -> answer.complete(Optional.empty()));
    }

    /// One request, which may take two connections.
    private final class Call implements TunnelCall.Caller {
        private final InetSocketAddress tunnel;
        private final TunnelRequest request;
        private final long deadlineNanos;
        private final Supplier<ChannelHandler> answer;
        private final Runnable failed;
        private int version;
        private boolean over;

        Call(
                InetSocketAddress tunnel,
                TunnelRequest request,
                long deadlineNanos,
                Supplier<ChannelHandler> answer,
                Runnable failed) {
            this.tunnel = tunnel;
            this.request = request;
            this.deadlineNanos = deadlineNanos;
            this.answer = answer;
            this.failed = failed;
        }

        void connect(int inVersion) {
            version = inVersion;
            bootstrap
                    .clone()
                    .handler(
                            new ChannelInitializer<>() {
                                @Override
                                protected void initChannel(Channel channel) {
                                    lay(channel);
                                }
                            })
                    .connect(tunnel)
                    .addListener(future -> {
                        if (!future.isSuccess()) {
                            unanswered();
                        }
                    });
        }

        private void lay(Channel channel) {
            tls.get()
                    .ifPresent(now ->
                            channel.pipeline()
                                    .addLast(now.client().newHandler(channel.alloc(), computing)));
            channel.pipeline()
                    .addLast(new Deadline(deadlineNanos), new TunnelCall(request, version, this));
        }

        @Override
        public ChannelHandler answered() {
            over = true;
            return answer.get();
        }

        @Override
        public void spokenThere(TunnelVersions theirs) {
            OptionalInt common = versions.common(theirs);
            if (common.isPresent() && common.getAsInt() < version) {
                connect(common.getAsInt());
                return;
            }
            if (warned.size() < MAX_WARNED && warned.add(tunnel)) {
                LOG.log(
                        Level.WARNING,
                        "relay: the one at {0} speaks versions {1} (expected: one of {2})",
                        NetUtil.toSocketAddressString(tunnel),
                        theirs,
                        versions);
            }
            unanswered();
        }

        @Override
        public void unanswered() {
            if (!over) {
                over = true;
                failed.run();
            }
        }
    }
}
