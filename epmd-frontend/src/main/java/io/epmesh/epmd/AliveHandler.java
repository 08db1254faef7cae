package io.epmesh.epmd;

import io.epmesh.epmd.EpmdRequest.Alive2;
import io.epmesh.epmd.EpmdResponse.Alive2Result;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The connection of a node that registers, and then owns its registration; one for each
/// connection.
///
/// Whatever comes after the request, a byte, the end of the stream or a reset, ends the
/// registration at once. Silence does not: such a connection has no timeout and is never written to
/// again; whether the host of a node elsewhere is still there, its kernel is asked.
final class AliveHandler extends ChannelInboundHandlerAdapter implements Owner {
    private static final System.Logger LOG = System.getLogger(AliveHandler.class.getName());

    private final ChannelHandlerContext request;
    private final Alive2 alive;
    private final Optional<String> host;
    private final Claims claims;
    private final Counters counters;

    /// Null until the name is granted.
    private @Nullable Registration registration;

    private boolean ended;

    private AliveHandler(
            ChannelHandlerContext request,
            Alive2 alive,
            Optional<String> host,
            Claims claims,
            Counters counters) {
        this.request = request;
        this.alive = alive;
        this.host = host;
        this.claims = claims;
        this.counters = counters;
    }

    /// Takes the place of the caller's handler and claims the name.
    ///
    /// @param host the host part of the node's name, if that is known
    static void claim(
            ChannelHandlerContext caller,
            Alive2 alive,
            InetAddress source,
            Optional<String> host,
            Claims claims,
            Counters counters) {
        AliveHandler handler = new AliveHandler(caller, alive, host, claims, counters);
        caller.pipeline().replace(caller.handler(), null, handler);
        claims.claim(alive, source, handler);
        // Last, so that bytes behind the request come after its reply.
        Pipelines.removeFrameDecoder(caller.pipeline());
    }

    @Override
    public void granted(Registration granted) {
        registration = granted;
        Pipelines.leaveLobby(request.pipeline());
        if (!granted.source().isLoopbackAddress()) {
            Transport.probeWhenSilent(request.channel());
        }
        ByteBuf bytes = request.alloc().ioBuffer(6);
        int highestVersion = granted.info().highestVersion();
        ResponseCodec.encode(new Alive2Result(highestVersion, 0, granted.creation()), bytes);
        counters.count(Counters.Event.REPLY);
        request.channel().writeAndFlush(bytes).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    @Override
    public void refused(Refusal reason) {
        refuse(reason.toString());
    }

    private void refuse(String reason) {
        LOG.log(Level.DEBUG, "registration refused, name={0} reason={1}", alive.name(), reason);
        ended = true;
        ChannelHandlerContext own = request.pipeline().context(this);
        if (own != null) {
            int highestVersion = alive.info().highestVersion();
            FinalReply.send(own, Alive2Result.refused(highestVersion), counters);
        }
    }

    @Override
    public void stopped() {
        end();
    }

    @Override
    public Optional<Owner.Connection> connection() {
        return Owner.Connection.of(request.channel());
    }

    @Override
    public Optional<String> host() {
        return host;
    }

    @Override
    public boolean hasHungUp() {
        return Transport.hasHungUp(request.channel());
    }

    @Override
    public void ended() {
        end();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ReferenceCountUtil.release(message);
        spoil();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            spoil();
        }
    }

    /// The client did what ends a registration; one that still waits for its name is answered.
    private void spoil() {
        if (registration == null && !ended) {
            claims.withdraw(alive.name(), this);
            refuse("more came, or the end, while it waited");
        } else {
            end();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end();
    }

    private void end() {
        if (ended) {
            return;
        }
        ended = true;
        ChannelFuture _ = request.channel().close();
        if (registration == null) {
            claims.withdraw(alive.name(), this);
        } else {
            claims.release(registration);
        }
    }
}
