package io.epmesh.node.handshake;

import io.epmesh.node.handshake.HandshakeResult.Accepts;
import io.epmesh.node.handshake.HandshakeResult.Refused;
import io.epmesh.node.handshake.HandshakeResult.Unasked;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Asks Erlang nodes who they are: connects to a node's distribution port, greets it as a hidden
/// node, reads the challenge, in which the node tells its full name and creation, and hangs up. The
/// cookie would be due only after that, so none is needed, and the node logs nothing.
///
/// Not so a node that distributes itself over TLS: it refuses the greeting with an alert, which
/// makes [HandshakeResult.Encrypted], and logs a notice each time (OTP 25). Do not ask such a node
/// twice, but [#reach] it.
///
/// Each greeting has a name of its own: two at once under one name would hinder each other, and the
/// target's own name is answered with an error in its log. But a node keeps each name it ever heard
/// as an atom until it ends, so the names of one instance are drawn in turn from a random family of
/// [#NAMES]: a node that is asked every few seconds for a year does not run out of atoms.
///
/// All connections live on one thread of this instance, named `handshake`. Any thread may ask.
public final class DistributionHandshake implements AutoCloseable {
    /// The time that a node is given when nothing else is said: two seconds, from the first packet
    /// to the challenge. A living node needs less than a millisecond on its own host.
    public static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(2);

    /// How many names one instance uses in turn: more than are ever asked of one node at a time.
    static final int NAMES = 1_024;

    private final EventLoopGroup group =
            new MultiThreadIoEventLoopGroup(
                    1, new DefaultThreadFactory("handshake", true), NioIoHandler.newFactory());
    private final Duration deadline;
    private final ChannelFactory<? extends Channel> sockets;
    private final String family;
    private final AtomicInteger turn = new AtomicInteger();

    /// Starts the thread.
    ///
    /// @param deadline total time for one node, from 1 ms; what is silent longer is not identified
    /// @throws IllegalArgumentException if the deadline is shorter
    public DistributionHandshake(Duration deadline) {
        this(deadline, NioSocketChannel::new);
    }

    DistributionHandshake(Duration deadline, ChannelFactory<? extends Channel> sockets) {
        if (deadline.toMillis() < 1) {
            throw new IllegalArgumentException("deadline: " + deadline + " (expected: >= 1 ms)");
        }
        this.deadline = deadline;
        this.sockets = sockets;
        byte[] random = new byte[8];
        new SecureRandom().nextBytes(random);
        this.family = "epmesh-" + HexFormat.of().formatHex(random);
    }

    /// Asks the node behind `address` who it is. Returns at once; the stage completes on the
    /// `handshake` thread within the deadline, or is complete if no socket can be had, and never
    /// exceptionally; whoever blocks there keeps all others waiting.
    ///
    /// @param address the resolved address of a distribution port
    /// @param highestVersion the node's `HighestVersion` as it told EPMD; below 6 it is greeted in
    ///   the way of OTP 22 and older and tells no creation
    /// @return what the port told; cancelling it has no effect
    /// @throws IllegalArgumentException if the address is not resolved
    /// @throws RejectedExecutionException after [#close]
    public CompletionStage<HandshakeResult> ask(InetSocketAddress address, int highestVersion) {
        CompletableFuture<HandshakeResult> result = new CompletableFuture<>();
        HandshakeDialogue dialogue = new HandshakeDialogue(nextName(), highestVersion, result);
        return talk(
                address,
                result,
                new TlsAlert(result),
                new LengthFieldBasedFrameDecoder(
                        HandshakeCodec.MESSAGE_LIMIT,
                        0,
                        HandshakeCodec.LENGTH_BYTES,
                        0,
                        HandshakeCodec.LENGTH_BYTES),
                dialogue);
    }

    /// Connects to `address` and hangs up without a word, which a node does not log: for one that
    /// is known to be [HandshakeResult.Encrypted]. As [#ask] else.
    ///
    /// @param address the resolved address of a distribution port
    /// @return [Accepts] or [Refused]
    /// @throws IllegalArgumentException if the address is not resolved
    /// @throws RejectedExecutionException after [#close]
    public CompletionStage<HandshakeResult> reach(InetSocketAddress address) {
        CompletableFuture<HandshakeResult> result = new CompletableFuture<>();
        return talk(
                address,
                result,
                new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelActive(ChannelHandlerContext context) {
                        result.complete(new Accepts());
                        ChannelFuture _ = context.close();
                    }
                });
    }

    private CompletionStage<HandshakeResult> talk(
            InetSocketAddress address,
            CompletableFuture<HandshakeResult> result,
            ChannelHandler... handlers) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("address: " + address + " (expected: resolved)");
        }
        if (group.isShuttingDown()) {
            throw new RejectedExecutionException("handshake with " + address + " after close");
        }
        ChannelFuture connecting = bootstrap(handlers).connect(address);
        if (connecting.cause() instanceof ChannelException noSocket) { // and its channel is none
            return CompletableFuture.completedStage(new Unasked(reason(noSocket)));
        }
        Channel channel = connecting.channel();
        connecting.addListener(connected -> {
            if (!connected.isSuccess()) {
                result.complete(new Refused(reason(connected.cause())));
            }
        });
        Future<?> timeout =
                channel.eventLoop()
                        .schedule(
                                () -> end(channel, result),
                                deadline.toMillis(),
                                TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(_ -> timeout.cancel(false));
        return result.minimalCompletionStage();
    }

    private Bootstrap bootstrap(ChannelHandler... handlers) {
        return new Bootstrap()
                .group(group)
                .channelFactory(sockets)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
                .handler(
                        new ChannelInitializer<>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                channel.pipeline().addLast(handlers);
                            }
                        });
    }

    private void end(Channel channel, CompletableFuture<HandshakeResult> result) {
        result.complete(
                channel.isActive()
                        ? new Accepts()
                        : new Refused("no connection within " + deadline.toMillis() + " ms"));
        Future<?> _ = channel.close();
    }

    private String nextName() {
        return family + "-" + Math.floorMod(turn.getAndIncrement(), NAMES) + "@probe";
    }

    private static String reason(Throwable thrown) {
        Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    /// Ends the thread and with it all talks; theirs end as if the other side had hung up. Returns
    /// at once. A second call does nothing.
    @Override
    public void close() {
        Future<?> _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
