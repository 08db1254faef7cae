package io.epmesh.epmd;

import io.epmesh.epmd.EpmdRequest.Alive2;
import io.epmesh.epmd.EpmdRequest.Dump;
import io.epmesh.epmd.EpmdRequest.Kill;
import io.epmesh.epmd.EpmdRequest.Names;
import io.epmesh.epmd.EpmdRequest.PortPlease2;
import io.epmesh.epmd.EpmdRequest.RefusedAlive2;
import io.epmesh.epmd.EpmdRequest.Stop;
import io.epmesh.epmd.EpmdRequest.StopNoName;
import io.epmesh.epmd.EpmdResponse.Alive2Result;
import io.epmesh.epmd.EpmdResponse.DumpListing;
import io.epmesh.epmd.EpmdResponse.NamesListing;
import io.epmesh.epmd.EpmdResponse.PortFound;
import io.epmesh.epmd.EpmdResponse.PortNotFound;
import io.epmesh.epmd.EpmdResponse.Word;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Answers the first request of a connection, or hands the connection over; one for all
/// connections, on the event loop. The handler that goes on with the connection takes its place.
@Sharable
final class RequestHandler extends ChannelInboundHandlerAdapter {
    private static final System.Logger LOG = System.getLogger(RequestHandler.class.getName());
    private static final long MOST_UNREAD_BYTES = 8 << 20;

    private final Registrations registrations;
    private final Claims claims;
    private final Directory directory;
    private final Admission admission;
    private final Counters counters;
    private final Map<Integer, Extension> extensions;
    private final boolean relaxed;
    private final Unread unread;

    RequestHandler(
            Registrations registrations,
            Claims claims,
            Directory directory,
            Admission admission,
            Counters counters,
            Map<Integer, Extension> extensions,
            boolean relaxed) {
        this.registrations = registrations;
        this.claims = claims;
        this.directory = directory;
        this.admission = admission;
        this.counters = counters;
        this.extensions = extensions;
        this.relaxed = relaxed;
        this.unread = new Unread(MOST_UNREAD_BYTES, counters);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf body = (ByteBuf) message;
        try {
            Extension extension = extensions.get((int) body.getUnsignedByte(body.readerIndex()));
            if (extension == null) {
                answer(ctx, RequestCodec.decode(body));
            } else {
                handOver(ctx, extension, body);
            }
        } finally {
            body.release();
        }
    }

    private void answer(ChannelHandlerContext ctx, EpmdRequest request) {
        switch (request) {
            case PortPlease2(NodeName name) when detours(ctx.channel()) -> detour(ctx, name);
            case PortPlease2(NodeName name) -> reply(ctx, lookup(ctx.channel(), name));
            case Names() -> reply(ctx, names(local(ctx.channel())));
            case Alive2 alive when admission.mayRegister(ctx.channel()) ->
                    AliveHandler.claim(
                            ctx,
                            alive,
                            remote(ctx.channel()),
                            directory.hostAt(local(ctx.channel()).getAddress()),
                            claims,
                            counters);
            case RefusedAlive2 refused when admission.mayRegister(ctx.channel()) ->
                    refuse(ctx, refused);
            case Dump() when isLocal(ctx) -> reply(ctx, dump(ctx.channel()));
            case Kill() when isLocal(ctx) -> kill(ctx);
            case Stop(NodeName name) when relaxed && isLocal(ctx) -> stop(ctx, name);
            case StopNoName() when relaxed && isLocal(ctx) -> reply(ctx, Word.NOEXIST);
            case Alive2 _, RefusedAlive2 _ -> close(ctx); // counted by the admission
            case Dump _, Kill _, Stop _, StopNoName _ -> notAllowed(ctx);
        }
    }

    /// Whether the reply to a look-up may come later than at once.
    boolean detours(Channel channel) {
        return directory.detours(remote(channel), local(channel).getAddress());
    }

    /// Replies when the directory knows the answer; meanwhile nothing is read.
    private void detour(ChannelHandlerContext ctx, NodeName name) {
        Channel channel = ctx.channel();
        channel.config().setAutoRead(false);
        directory
                .detour(
                        name,
                        name.isFull() ? Optional.empty() : registrations.find(name),
                        remote(channel),
                        local(channel).getAddress())
                .whenCompleteAsync(
                        (found, bug) -> {
                            if (!ctx.isRemoved() && bug == null) {
                                channel.config().setAutoRead(true);
                                reply(ctx, portOf(name, found));
                            } else if (!ctx.isRemoved()) {
                                LOG.log(Level.ERROR, "bug in the answer to a look-up", bug);
                                close(ctx);
                            }
                        },
                        ctx.executor());
    }

    /// The reply to a look-up; the channel need not be registered yet.
    EpmdResponse lookup(Channel channel, NodeName name) {
        Optional<PortInfo> own =
                name.isFull() ? Optional.empty() : registrations.find(name).map(Registration::info);
        return portOf(
                name,
                own.or(() -> directory.lookup(name, remote(channel), local(channel).getAddress())));
    }

    private EpmdResponse portOf(NodeName name, Optional<PortInfo> found) {
        counters.count(
                found.isPresent() ? Counters.Event.LOOKUP_FOUND : Counters.Event.LOOKUP_MISSING);
        return found.<EpmdResponse>map(info -> new PortFound(name, info))
                .orElseGet(PortNotFound::new);
    }

    private NamesListing names(InetSocketAddress local) {
        return new NamesListing(
                local.getPort(), directory.namesAt(local.getAddress()).orElseGet(this::names));
    }

    private List<NamedPort> names() {
        List<NamedPort> names = new ArrayList<>();
        for (Registration each : registrations.active()) {
            names.add(new NamedPort(each.name(), each.info().port()));
        }
        for (NamedPort added : directory.names()) {
            if (registrations.find(added.name()).isEmpty()) {
                names.add(added);
            }
        }
        return names;
    }

    private EpmdResponse dump(Channel channel) {
        return new DumpListing(
                local(channel).getPort(), registrations.active(), registrations.unused());
    }

    private void refuse(ChannelHandlerContext ctx, RefusedAlive2 refused) {
        LOG.log(Level.DEBUG, "registration refused, reason={0}", refused.reason());
        reply(ctx, Alive2Result.refused(refused.highestVersion()));
    }

    private void kill(ChannelHandlerContext ctx) {
        if (registrations.isEmpty() || relaxed) {
            ctx.channel().closeFuture().addListener(_ -> directory.stopRequested());
            reply(ctx, Word.OK);
        } else {
            reply(ctx, Word.NO);
        }
    }

    private void stop(ChannelHandlerContext ctx, NodeName name) {
        Optional<Owner> owner = registrations.owner(name);
        owner.ifPresent(Owner::stopped);
        reply(ctx, owner.isPresent() ? Word.STOPPED : Word.NOEXIST);
    }

    private void reply(ChannelHandlerContext ctx, EpmdResponse response) {
        FinalReply.send(ctx, response, counters);
        unread.add(ctx.channel());
    }

    private void notAllowed(ChannelHandlerContext ctx) {
        counters.count(Counters.Event.NOT_ALLOWED);
        close(ctx);
    }

    private static void close(ChannelHandlerContext ctx) {
        ChannelFuture _ = ctx.close();
    }

    private void handOver(ChannelHandlerContext ctx, Extension extension, ByteBuf body) {
        Channel channel = ctx.channel();
        Pipelines.leaveLobby(channel.pipeline());
        channel.pipeline().remove(FaultHandler.class);
        channel.pipeline().remove(this);
        counters.count(Counters.Event.HAND_OVER);
        if (!admission.isLocal(channel)) {
            Transport.probeWhenSilent(channel);
        }
        try {
            extension.accepted(channel, body, new ConnectionRegistrar(channel, admission, claims));
        } catch (RuntimeException bug) {
            LOG.log(Level.ERROR, "bug in an extension's hand-over", bug);
            ChannelFuture _ = channel.close();
        }
        // Last, so that the extension's handlers get the bytes behind the first frame.
        Pipelines.removeFrameDecoder(channel.pipeline());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            ChannelFuture _ = ctx.close();
        }
    }

    private boolean isLocal(ChannelHandlerContext ctx) {
        return admission.isLocal(ctx.channel());
    }

    private static InetAddress remote(Channel channel) {
        return ((InetSocketAddress) channel.remoteAddress()).getAddress();
    }

    private static InetSocketAddress local(Channel channel) {
        return (InetSocketAddress) channel.localAddress();
    }
}
