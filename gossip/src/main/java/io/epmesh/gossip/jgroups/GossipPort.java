package io.epmesh.gossip.jgroups;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/// Frames between peers over TCP, best effort: each peer opens one connection to each that it sends
/// to. Knows nothing of JGroups. One event loop, `gossip-io`, owns all connections; any thread may
/// send. Handshakes are computed on a thread of their own, `gossip-tls`.
///
/// On the wire a connection is a [Hello], then frames `length:4 payload:length`; a frame of length
/// 0 is a goodbye, without which the end of a connection makes JGroups suspect the peer.
final class GossipPort implements AutoCloseable {
    /// Longest frame in bytes.
    static final int MAX_FRAME_BYTES = 1 << 20;

    /// Peers and seeds that this peer has connections to, or lately tried.
    static final int MAX_DESTINATIONS = 4_096;

    private static final int CONNECT_MILLIS = 300;
    private static final long MAX_HANDED_OVER_BYTES = Outbound.MAX_BULK_BYTES;

    /// What the kernel keeps unsent of a connection: all of it stands before a beat.
    private static final long UNSENT_BYTES = 128 << 10;

    private static final WriteBufferWaterMark WATER_MARK =
            new WriteBufferWaterMark(MAX_FRAME_BYTES / 2, MAX_FRAME_BYTES);

    /// Members send heartbeats far more often; who is silent for this long is no member.
    private static final int IDLE_SECONDS = 30;

    private static final long SHUTDOWN_MILLIS = 1_000;
    private static final int MAX_UNFLUSHED = 256;

    /// What comes in, told on the event loop: must not block.
    interface Listener {
        /// A frame arrived.
        void received(byte[] frame);

        /// A connection that a peer opened ended without a goodbye.
        void closed(Hello peer);

        /// A connection to an address ended, or could not be opened: the process may be gone, or
        /// have given this peer up, or the network may be broken.
        void unreachable(InetSocketAddress address);

        /// A connection was refused: nobody listens there any more.
        void gone(InetSocketAddress address);

        /// A connection was closed for what came over it.
        void refused();
    }

    private final MultiThreadIoEventLoopGroup group;
    private final EventLoop loop;
    private final ExecutorService computing;
    private final Hello hello;
    private final Channel server;
    private final Bootstrap connector;
    private final Strangers strangers = new Strangers(System::nanoTime);
    private final Mismatches mismatches = new Mismatches(System::nanoTime);
    private final Map<InetSocketAddress, Outbound> outbound = new HashMap<>(); // by the loop
    private final AtomicLong handedOver = new AtomicLong(); // bytes on their way to the loop
    private final LongAdder dropped = new LongAdder();
    private final ChannelGroup accepted;
    private volatile Listener listener = new Deaf();
    private volatile Optional<Tls> tls;

    private GossipPort(
            MultiThreadIoEventLoopGroup group,
            ExecutorService computing,
            Hello hello,
            InetSocketAddress bind,
            Optional<Tls> tls) {
        this.group = group;
        this.computing = computing;
        this.tls = tls;
        this.loop = group.next();
        this.accepted = new DefaultChannelGroup(loop);
        this.hello = hello;
        boolean epoll = Epoll.isAvailable();
        this.connector =
                new Bootstrap()
                        .group(loop)
                        .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                        .localAddress(bind.getAddress(), 0)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
        if (epoll) {
            connector.option(EpollChannelOption.TCP_NOTSENT_LOWAT, UNSENT_BYTES);
        }
        this.server =
                new ServerBootstrap()
                        .group(loop)
                        .channel(
                                epoll
                                        ? EpollServerSocketChannel.class
                                        : NioServerSocketChannel.class)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .option(ChannelOption.AUTO_READ, false)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(new Accepted())
                        .bind(bind)
                        .syncUninterruptibly()
                        .channel();
    }

    /// Binds the port; connections wait until [#accept].
    ///
    /// @param hello what this peer says of itself
    /// @param key without one nothing is encrypted or authenticated
    /// @throws Exception what binding failed with
    static GossipPort bind(Hello hello, InetSocketAddress address, Optional<MeshKey> key)
            throws Exception {
        ExecutorService computing = computing();
        Optional<Tls> tls =
                key.isPresent() ? Optional.of(Tls.of(key.get(), computing)) : Optional.empty();
        MultiThreadIoEventLoopGroup group =
                new MultiThreadIoEventLoopGroup(
                        1,
                        new DefaultThreadFactory("gossip-io", true),
                        Epoll.isAvailable()
                                ? EpollIoHandler.newFactory()
                                : NioIoHandler.newFactory());
        try {
            return new GossipPort(group, computing, hello, address, tls);
        } catch (Exception e) {
            computing.shutdown();
            group.shutdownGracefully(0, SHUTDOWN_MILLIS, TimeUnit.MILLISECONDS)
                    .awaitUninterruptibly(SHUTDOWN_MILLIS);
            throw e;
        }
    }

    /// One thread, `gossip-tls`, that is there while there are handshakes.
    private static ExecutorService computing() {
        ThreadPoolExecutor made =
                new ThreadPoolExecutor(
                        1,
                        1,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        new DefaultThreadFactory("gossip-tls", true));
        made.allowCoreThreadTimeOut(true);
        return made;
    }

    /// Where it listens.
    InetSocketAddress address() {
        return (InetSocketAddress) server.localAddress();
    }

    /// Frames dropped since the start.
    long dropped() {
        return dropped.sum();
    }

    /// Begins to accept connections, and to tell of them.
    void accept(Listener told) {
        listener = told;
        server.config().setAutoRead(true);
    }

    /// Goes over to another key. Connections are opened anew with it; those of peers whose key is
    /// not trusted any more are closed.
    void use(MeshKey key) throws IOException {
        Tls fresh = Tls.of(key, computing);
        tls = Optional.of(fresh);
        try {
            loop.execute(() -> {
                outbound.values().forEach(Outbound::close);
                outbound.clear();
                accepted.forEach(channel -> {
                    if (!fresh.trusts(channel)) {
                        var _ = channel.close();
                    }
                });
            });
        } catch (RejectedExecutionException _) {
            // closed meanwhile
        }
    }

    /// Sends one frame to each address; never blocks. What cannot be sent is dropped and counted.
    void send(Collection<InetSocketAddress> to, byte[] data, int offset, int length) {
        if (length > MAX_FRAME_BYTES
                || handedOver.addAndGet(length) - length > MAX_HANDED_OVER_BYTES) {
            drop(to.size(), length > MAX_FRAME_BYTES ? 0 : length);
            return;
        }
        byte[] frame =
                ByteBuffer.allocate(Integer.BYTES + length)
                        .putInt(length)
                        .put(data, offset, length)
                        .array();
        try {
            loop.execute(() -> {
                handedOver.addAndGet(-length);
                to.forEach(address -> write(address, frame));
            });
        } catch (RejectedExecutionException _) {
            drop(to.size(), length); // closed meanwhile
        }
    }

    /// Closes the connections to some addresses, which may no longer answer. Those that are sent to
    /// again are opened anew, rather than waiting for TCP to try again after a partition.
    void abandon(Collection<InetSocketAddress> addresses) {
        try {
            loop.execute(() ->
                    addresses.stream()
                            .flatMap(address -> Stream.ofNullable(outbound.remove(address)))
                            .forEach(Outbound::abandon));
        } catch (RejectedExecutionException _) {
            // closed meanwhile, with all its connections
        }
    }

    /// Lets an address be tried at once that could not be reached a moment ago.
    void retry(InetSocketAddress address) {
        try {
            loop.execute(
                    () -> outbound.computeIfPresent(address, (_, it) -> it.isOver() ? null : it));
        } catch (RejectedExecutionException _) {
            // closed meanwhile
        }
    }

    private void drop(int frames, long bytes) {
        handedOver.addAndGet(-bytes);
        dropped.add(frames);
    }

    private void write(InetSocketAddress address, byte[] frame) {
        Outbound known = outbound.get(address);
        if (known == null || known.isExpired()) {
            if (outbound.size() >= MAX_DESTINATIONS) {
                outbound.values().removeIf(Outbound::isExpired);
            }
            if (outbound.size() >= MAX_DESTINATIONS) {
                dropped.increment();
                return;
            }
            known = connect(address);
        }
        if (!known.write(Unpooled.wrappedBuffer(frame))) {
            dropped.increment();
        }
    }

    private Outbound connect(InetSocketAddress address) {
        Outbound fresh = new Outbound(hello, mismatches, how -> ended(address, how));
        outbound.put(address, fresh);
        fresh.follow(connector.clone().handler(new Opened(fresh)).connect(address));
        return fresh;
    }

    /// What was of use and ended is opened again at once: if the process is gone, that is refused.
    private void ended(InetSocketAddress address, Outbound.End how) {
        switch (how) {
            case REFUSED -> listener.gone(address);
            case UNREACHABLE -> listener.unreachable(address);
            case CLOSED -> {
                listener.unreachable(address);
                connect(address);
            }
        }
    }

    /// Says goodbye to everyone, and frees everything, within about a second.
    @Override
    public void close() {
        listener = new Deaf();
        computing.shutdown();
        server.close().awaitUninterruptibly(SHUTDOWN_MILLIS);
        try {
            // Waited for: a loop that is told to shut down cuts its connections before it runs
            // tasks.
            loop.submit(() -> outbound.values().forEach(Outbound::close))
                    .awaitUninterruptibly(SHUTDOWN_MILLIS);
        } catch (RejectedExecutionException _) {
            return; // closed before
        }
        group.shutdownGracefully(0, SHUTDOWN_MILLIS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(SHUTDOWN_MILLIS);
    }

    /// The pipeline of a connection that another opened.
    private final class Accepted extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            accepted.add(channel);
            channel.pipeline()
                    .addLast(new FirstBytes())
                    .addLast(new HelloDecoder(hello.mesh()))
                    .addLast(
                            new LengthFieldBasedFrameDecoder(
                                    MAX_FRAME_BYTES, 0, Integer.BYTES, 0, Integer.BYTES))
                    .addLast(new IdleStateHandler(2 * IDLE_SECONDS, 0, 0))
                    .addLast(new Inbound(strangers, mismatches, listener));
        }
    }

    /// Notes that a connection has sent something, lets TLS have it, and goes: one that stays
    /// silent never costs the state of a handshake.
    private final class FirstBytes extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            Channel channel = context.channel();
            strangers.spoke(channel);
            tls.ifPresent(now ->
                    channel.pipeline().addAfter(context.name(), null, now.accepting(channel)));
            context.fireChannelRead(bytes);
            context.pipeline().remove(this);
        }
    }

    /// The pipeline of a connection that this peer opened.
    private final class Opened extends ChannelInitializer<Channel> {
        private final Outbound outbound;

        Opened(Outbound outbound) {
            this.outbound = outbound;
        }

        @Override
        protected void initChannel(Channel channel) {
            tls.ifPresent(now -> channel.pipeline().addLast(now.opening(channel)));
            channel.pipeline()
                    .addLast(new FlushConsolidationHandler(MAX_UNFLUSHED, true))
                    .addLast(new IdleStateHandler(0, IDLE_SECONDS, 0))
                    .addLast(outbound);
        }
    }

    /// Hears nothing: before the port accepts, and after it closed.
    private static final class Deaf implements Listener {
        @Override
        public void received(byte[] frame) {}

        @Override
        public void closed(Hello peer) {}

        @Override
        public void unreachable(InetSocketAddress address) {}

        @Override
        public void gone(InetSocketAddress address) {}

        @Override
        public void refused() {}
    }
}
