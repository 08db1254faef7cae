package io.epmesh.node.session;

import io.epmesh.epmd.Registrar;
import io.epmesh.epmd.SourceShares;
import io.epmesh.node.cables.Ways;
import io.epmesh.node.config.Operator;
import io.epmesh.node.config.Setting;
import io.epmesh.node.naming.Mesh;
import io.epmesh.node.naming.NodeName;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Takes over connections of the EPMD port that began with a hello, and serves the mesh there. On
/// one event loop, that of all its connections.
public final class MeshSessions {
    /// Opcode of the first frame, for the EPMD server's hook.
    public static final int OPCODE = MeshCodec.OPCODE;

    /// Sessions of this host; each Erlang node may hold one, so it is near what a process may open.
    private static final int MAX_LOCAL = 20_000;

    /// Sessions from where nodes may register: as many as may be registered from there.
    private static final int MAX_GUESTS = 8_192;

    private static final int MAX_GUESTS_OF_A_SOURCE = 1_024;

    /// Sessions from elsewhere, which only read.
    private static final int MAX_READERS = 256;

    private static final int MAX_READERS_OF_A_SOURCE = 64;

    private final Mesh mesh;
    private final Supplier<Welcome> welcome;
    private final List<Setting> settings;
    private final Predicate<Channel> local;
    private final Operator operator;
    private final Optional<Ways> ways;
    private final WatchBell bell;
    private final LongAdder open = new LongAdder();
    private final SourceShares guests = new SourceShares(MAX_GUESTS, MAX_GUESTS_OF_A_SOURCE);
    private final SourceShares readers = new SourceShares(MAX_READERS, MAX_READERS_OF_A_SOURCE);
    private int localSessions;

    /// Creates the service; nothing starts.
    ///
    /// @param mesh what is served
    /// @param peer id that this peer has now, 32 hexadecimal digits
    /// @param meshName name of the mesh
    /// @param software version of this software
    /// @param settings what `config show` tells
    /// @param local whether a connection comes from this host; called on its event loop
    /// @param operator who may write
    public MeshSessions(
            Mesh mesh,
            Supplier<String> peer,
            String meshName,
            String software,
            List<Setting> settings,
            Predicate<Channel> local,
            Operator operator) {
        this(
                mesh,
                () -> new Welcome(MeshCodec.VERSION, peer.get(), meshName, software, 0),
                List.copyOf(settings),
                local,
                operator,
                Optional.empty());
    }

    private MeshSessions(
            Mesh mesh,
            Supplier<Welcome> welcome,
            List<Setting> settings,
            Predicate<Channel> local,
            Operator operator,
            Optional<Ways> ways) {
        this.mesh = mesh;
        this.welcome = welcome;
        this.settings = settings;
        this.local = local;
        this.operator = operator;
        this.ways = ways;
        this.bell = new WatchBell(mesh, WatchBell.PAUSE_NANOS);
    }

    /// {@return the same service, whose clients are led through cables}
    ///
    /// @param relayed the ways through this peer's relay
    public MeshSessions ledBy(Ways relayed) {
        return new MeshSessions(
                mesh,
                () -> welcome.get().with(Welcome.ASK_THE_WAY),
                settings,
                local,
                operator,
                Optional.of(relayed));
    }

    /// Takes over a connection: answers the hello and serves requests until either side closes.
    /// Called on the connection's event loop.
    ///
    /// @param channel the connection, from now on closed by the session
    /// @param firstBody body of the first frame, its opcode first; not released and not kept
    /// @param registrar where clients register as nodes
    public void accepted(Channel channel, ByteBuf firstBody, Registrar registrar) {
        // The end of the input is the end of the session: its answers have no reader.
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
        channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
        channel.config().setOption(ChannelOption.TCP_NODELAY, true);
        Hello hello;
        try {
            hello = MeshCodec.decodeHello(firstBody.nioBuffer());
        } catch (MalformedException e) {
            refuse(channel, ErrorCode.MALFORMED, e.reason());
            return;
        }
        if (hello.minVersion() > MeshCodec.VERSION || hello.maxVersion() < MeshCodec.VERSION) {
            refuse(
                    channel,
                    ErrorCode.VERSION,
                    "protocol versions: %d..%d (expected: %d among them)"
                            .formatted(hello.minVersion(), hello.maxVersion(), MeshCodec.VERSION));
            return;
        }
        boolean fromHere = local.test(channel);
        Optional<String> crowd =
                fromHere
                        ? countLocal(channel)
                        : countRemote(channel, registrar.mayRegister() ? guests : readers);
        if (crowd.isPresent()) {
            refuse(channel, ErrorCode.BUSY, crowd.get());
            return;
        }
        open.increment();
        channel.closeFuture().addListener(_ -> open.decrement());
        channel.pipeline()
                .addLast(
                        new MeshSessionHandler(
                                mesh,
                                settings,
                                rights(fromHere, hello.token()),
                                wayfinder(fromHere, hello.node()),
                                bell,
                                registrar,
                                new SessionOutput(channel)));
        channel.writeAndFlush(
                        Unpooled.wrappedBuffer(MeshCodec.encodeWelcome(welcome.get()).encode()))
                .addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    }

    /// {@return how many sessions there are; any thread}
    public long open() {
        return open.sum();
    }

    /// Counts a session; or says why there are too many already.
    private Optional<String> countLocal(Channel channel) {
        if (localSessions >= MAX_LOCAL) {
            return Optional.of(
                    "sessions from this host: %d (expected: no more)".formatted(MAX_LOCAL));
        }
        localSessions++;
        channel.closeFuture().addListener(_ -> localSessions--);
        return Optional.empty();
    }

    private static Optional<String> countRemote(Channel channel, SourceShares shares) {
        InetAddress source = ((InetSocketAddress) channel.remoteAddress()).getAddress();
        if (!shares.hasRoom(source)) {
            return Optional.of(
                    "sessions from %s, or from all other hosts: as many as may be (expected: no"
                                    .formatted(source.getHostAddress())
                            + " more)");
        }
        shares.take(source);
        channel.closeFuture().addListener(_ -> shares.giveBack(source));
        return Optional.empty();
    }

    /// A token travels in clear text, so that it counts on this host alone.
    private Rights rights(boolean fromHere, String token) {
        if (!fromHere) {
            return Rights.READER;
        }
        return operator.admits(token) ? Rights.OPERATOR : Rights.LOCAL;
    }

    /// A client elsewhere could not dial this host's loopback.
    private Wayfinder wayfinder(boolean fromHere, String client) {
        if (ways.isEmpty() || !fromHere) {
            return (node, _) ->
                    CompletableFuture.completedFuture(mesh.lookup(node).flatMap(Ways::direct));
        }
        // One that is no name is told by the handshake.
        Optional<String> source = NodeName.read(client).map(NodeName::toString);
        return (node, family) ->
                ways.get().between(source, node, mesh.lookup(node), loopback(family));
    }

    private static InetAddress loopback(Request.Family family) {
        return switch (family) {
            case IPV4 -> InetAddress.ofLiteral("127.0.0.1");
            case IPV6 -> InetAddress.ofLiteral("::1");
        };
    }

    private static void refuse(Channel channel, ErrorCode code, String text) {
        Frame error = MeshCodec.encodeAnswer(0, 0, Answer.Failure.of(code, text));
        channel.writeAndFlush(Unpooled.wrappedBuffer(error.encode()))
                .addListener(ChannelFutureListener.CLOSE);
    }
}
