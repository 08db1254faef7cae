package io.epmesh.node.http;

import io.epmesh.node.config.Operator;
import io.epmesh.node.naming.Mesh;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.IdleStateHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/// The HTTP server; one thread, named `http`, owns all of its connections.
public final class HttpInterface implements AutoCloseable {
    static final int MAX_LINE_BYTES = 4_096;
    static final int MAX_HEADER_BYTES = 8_192;

    /// Of an order for cables: a thousand names.
    static final int MAX_BODY_BYTES = 65_536;

    static final int MAX_CONNECTIONS = 64;
    private static final int IDLE_SECONDS = 30;

    private final EventLoopGroup group;
    private final Channel listener;

    private HttpInterface(EventLoopGroup group, Channel listener) {
        this.group = group;
        this.listener = listener;
    }

    /// Starts the server.
    ///
    /// @param address where to listen; port 0 takes any free one
    /// @param mesh what is shown
    /// @param operator who may write
    /// @param health of the peer itself
    /// @return the running server
    /// @throws IOException if the address cannot be bound
    public static HttpInterface start(
            InetSocketAddress address, Mesh mesh, Operator operator, Health health)
            throws IOException {
        EventLoopGroup group =
                new MultiThreadIoEventLoopGroup(
                        1,
                        Thread.ofPlatform().name("http").daemon().factory(),
                        NioIoHandler.newFactory());
        Connections connections =
                new Connections(
                        new Api(mesh, health),
                        new EventStreams(mesh),
                        new AllowedHosts(address.getAddress()),
                        new WriteGuard(operator));
        ChannelFuture bound =
                new ServerBootstrap()
                        .group(group)
                        .channel(NioServerSocketChannel.class)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childHandler(connections)
                        .bind(address)
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            shutDown(group);
            throw new IOException(
                    "http: %s:%d cannot be bound: %s"
                            .formatted(
                                    address.getAddress().getHostAddress(),
                                    address.getPort(),
                                    bound.cause() == null ? "?" : bound.cause().getMessage()),
                    bound.cause());
        }
        return new HttpInterface(group, bound.channel());
    }

    /// {@return where it listens}
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    @Override
    public void close() {
        shutDown(group);
    }

    private static void shutDown(EventLoopGroup group) {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2_000);
    }

    /// Sets up connections as far as there may be more; owned by the thread `http`.
    private static final class Connections extends ChannelInitializer<Channel> {
        private final Api api;
        private final EventStreams streams;
        private final AllowedHosts hosts;
        private final WriteGuard guard;
        private int open;

        Connections(Api api, EventStreams streams, AllowedHosts hosts, WriteGuard guard) {
            this.api = api;
            this.streams = streams;
            this.hosts = hosts;
            this.guard = guard;
        }

        @Override
        protected void initChannel(Channel channel) {
            if (open >= MAX_CONNECTIONS) {
                ChannelFuture _ = channel.close();
                return;
            }
            open++;
            channel.closeFuture().addListener(_ -> open--);
            ApiHandler handler = new ApiHandler(api, streams, hosts, guard);
            channel.pipeline()
                    .addLast(new IdleStateHandler(0, 0, IDLE_SECONDS))
                    .addLast(
                            new HttpServerCodec(
                                    new HttpDecoderConfig()
                                            .setMaxInitialLineLength(MAX_LINE_BYTES)
                                            .setMaxHeaderSize(MAX_HEADER_BYTES)))
                    .addLast(new BoundedBody(handler), handler);
        }
    }

    /// Makes whole requests, and refuses those with too long a body.
    private static final class BoundedBody extends HttpObjectAggregator {
        private final ApiHandler handler;

        BoundedBody(ApiHandler handler) {
            super(MAX_BODY_BYTES);
            this.handler = handler;
        }

        @Override
        protected void handleOversizedMessage(ChannelHandlerContext ctx, HttpMessage oversized) {
            boolean isPost =
                    oversized instanceof HttpRequest request
                            && request.method().equals(HttpMethod.POST);
            handler.refuseBody(ctx, isPost ? "at most %d bytes".formatted(MAX_BODY_BYTES) : "none");
        }
    }
}
