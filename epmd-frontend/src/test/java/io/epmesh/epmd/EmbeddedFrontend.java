package io.epmesh.epmd;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The server's handlers on two connections without sockets, with all rules relaxed. Closing it
/// checks that nothing is left.
final class EmbeddedFrontend implements AutoCloseable {
    private static final int PORT = 4369;

    /// A connection that came from this host.
    private static final class LocalChannel extends EmbeddedChannel {
        @Override
        protected SocketAddress localAddress0() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT);
        }

        @Override
        protected SocketAddress remoteAddress0() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 50_000);
        }
    }

    /// Stands before the fault handler, which would only log a bug.
    private final class BugTrap extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (!(cause instanceof ProtocolViolation)) {
                bugs.add(cause);
            }
            ctx.fireExceptionCaught(cause);
        }
    }

    private final List<Throwable> bugs = new ArrayList<>();
    private final List<ByteBuf> sent = new ArrayList<>();
    private final List<LocalChannel> channels = List.of(new LocalChannel(), new LocalChannel());
    private final Counters counters = new Counters();
    private final Lobby lobby = new Lobby(EpmdLimits.DEFAULTS, counters, System::nanoTime);
    private final Registrations registrations = Tables.local(InstantSource.system(), 10, 0);

    EmbeddedFrontend() {
        RecordingDirectory directory = new RecordingDirectory();
        Claims claims =
                new Claims(
                        registrations,
                        directory,
                        channels.getFirst().eventLoop(),
                        Duration.ZERO,
                        new HalfOpen(Runnable::run, Runnable::run, Path.of("/nonexistent")));
        RequestHandler requests =
                new RequestHandler(
                        registrations,
                        claims,
                        directory,
                        new Admission(new Locality(System::nanoTime), Access.AS_EPMD, counters),
                        counters,
                        Map.of(),
                        true);
        for (LocalChannel channel : channels) {
            Lobby.Guest guest =
                    lobby.enter(channel, InetAddress.getLoopbackAddress(), true).orElseThrow();
            channel.pipeline()
                    .addLast(
                            new LobbyHandler(lobby, guest),
                            new FrameDecoder(_ -> false),
                            requests,
                            new BugTrap(),
                            new FaultHandler(counters));
        }
    }

    void send(int connection, byte[] bytes, int at, int length) {
        LocalChannel channel = channels.get(connection);
        if (channel.isOpen()) {
            ByteBuf piece = Unpooled.copiedBuffer(bytes, at, length);
            sent.add(piece);
            channel.writeInbound(piece);
            runTasks();
        }
    }

    void halfClose(int connection) {
        LocalChannel channel = channels.get(connection);
        if (channel.isOpen()) {
            channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            runTasks();
        }
    }

    private void runTasks() {
        for (LocalChannel channel : channels) {
            channel.runPendingTasks();
            for (ByteBuf reply = channel.readOutbound();
                    reply != null;
                    reply = channel.readOutbound()) {
                assertIsReply(reply);
                reply.release();
            }
        }
    }

    private static void assertIsReply(ByteBuf reply) {
        int size = reply.readableBytes();
        switch (reply.getByte(0)) {
            case 118 -> assertThat(size).isEqualTo(6);
            case 121 -> assertThat(size).isEqualTo(4);
            case 119 -> assertThat(size == 2 || size >= 14).isTrue();
            case 'O', 'N', 'S' -> assertThat(size).isBetween(2, 7);
            default -> assertThat(reply.getInt(0)).isEqualTo(PORT);
        }
    }

    @Override
    public void close() {
        for (LocalChannel channel : channels) {
            channel.close().syncUninterruptibly();
            runTasks();
            assertThat(channel.finish()).isFalse();
        }
        assertThat(bugs).isEmpty();
        assertThat(registrations.isEmpty()).isTrue();
        assertThat(lobby.size()).isZero();
        assertThat(sent).allMatch(piece -> piece.refCnt() == 0);
    }
}
