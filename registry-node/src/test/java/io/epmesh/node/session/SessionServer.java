package io.epmesh.node.session;

import io.epmesh.node.config.Operator;
import io.epmesh.node.config.Setting;
import io.epmesh.node.naming.Mesh;
import io.epmesh.node.naming.Samples;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Stands for the EPMD server: reads the first frame and hands the connection over, as its hook
/// does.
public final class SessionServer implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel listener;

    /// Listens on a free port of loopback.
    ///
    /// @param mesh what is served
    /// @param settings what `config show` tells
    public SessionServer(Mesh mesh, List<Setting> settings) {
        this(mesh, settings, Operator.ANY_USER);
    }

    /// Listens on a free port of loopback.
    ///
    /// @param mesh what is served
    /// @param settings what `config show` tells
    /// @param operator who may write
    public SessionServer(Mesh mesh, List<Setting> settings, Operator operator) {
        MeshSessions sessions =
                new MeshSessions(
                        mesh, () -> Samples.ID_1, "epmesh", "0.1.0", settings, _ -> true, operator);
        listener =
                new ServerBootstrap()
                        .group(group)
                        .channel(NioServerSocketChannel.class)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        channel.pipeline().addLast(new FirstFrame(sessions));
                                    }
                                })
                        .bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))
                        .syncUninterruptibly()
                        .channel();
    }

    /// {@return its port}
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /// Ends it when what is asked now has been answered.
    public void endSoon() {
        Runnable end =
                () -> {
                    var _ = listener.close();
                    var _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
                };
        var _ = group.schedule(end, 300, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static final class FirstFrame extends ByteToMessageDecoder {
        private final MeshSessions sessions;

        FirstFrame(MeshSessions sessions) {
            this.sessions = sessions;
        }

        @Override
        protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
            if (in.readableBytes() < 2
                    || in.readableBytes() < 2 + in.getUnsignedShort(in.readerIndex())) {
                return;
            }
            ByteBuf body = in.readRetainedSlice(in.readUnsignedShort());
            if (body.getByte(body.readerIndex()) == MeshSessions.OPCODE) {
                sessions.accepted(ctx.channel(), body, new FakeRegistrar());
                ctx.pipeline().remove(this);
            } else {
                ChannelFuture _ = ctx.close();
            }
            body.release();
        }
    }
}
