package io.epmesh.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.DecoderException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.Executor;

/// Takes connections of other relays, and joins each to the node of this host that it asks for, or
/// tells it the cables. Owned by the event loop.
final class TunnelPort extends ChannelInitializer<Channel> {
    /// Connections that have not made their request; beyond, the oldest gives way to the newest.
    static final int MAX_STRANGERS = 256;

    private static final long REQUEST_NANOS = 5_000_000_000L;

    private final TunnelSettings settings;
    private final TunnelVersions versions;
    private final Cables cables;
    private final Connector connector;
    private final Executor computing;
    private final SequencedSet<Channel> strangers = new LinkedHashSet<>();

    TunnelPort(
            TunnelSettings settings,
            TunnelVersions versions,
            Cables cables,
            Connector connector,
            Executor computing) {
        this.settings = settings;
        this.versions = versions;
        this.cables = cables;
        this.connector = connector;
        this.computing = computing;
    }

    @Override
    protected void initChannel(Channel channel) {
        if (strangers.size() >= MAX_STRANGERS) {
            var _ = strangers.removeFirst().close();
        }
        strangers.add(channel);
        settings.tls()
                .get()
                .ifPresent(tls ->
                        channel.pipeline()
                                .addLast(tls.server().newHandler(channel.alloc(), computing)));
        channel.pipeline().addLast(new Deadline(REQUEST_NANOS), new RequestReader());
    }

    private void join(Channel channel, TunnelRequest.Join request) {
        if (!cables.admit(channel)) {
            return;
        }
        channel.config().setAutoRead(false);
        Optional<Place.Near> place = settings.targets().find(request.target());
        if (place.isEmpty()) {
            answer(channel, TunnelAnswer.NO_SUCH_NODE);
            return;
        }
        cables.add(
                        channel,
                        request.source(),
                        request.target(),
                        cable -> connector.connect(cable, place.get(), new Answering()))
                .ifPresent(Cable::seekTarget);
    }

    private void list(Channel channel) {
        ByteBuf listing = channel.alloc().buffer();
        ListingCodec.encode(cables.views(), listing);
        channel.pipeline().addLast(new Deadline(REQUEST_NANOS)); // to read it
        var _ = channel.writeAndFlush(listing).addListener(ChannelFutureListener.CLOSE);
    }

    /// Says no, and closes.
    private static void answer(Channel channel, TunnelAnswer why) {
        answer(channel, new byte[] {why.code()});
    }

    private static void answer(Channel channel, byte[] bytes) {
        var _ =
                channel.writeAndFlush(Unpooled.wrappedBuffer(bytes))
                        .addListener(ChannelFutureListener.CLOSE);
    }

    private static final class Answering implements Connector.Listener {
        @Override
        public void joining(Cable cable) {
            Channel channel = cable.sourceEnd();
            var _ =
                    channel.writeAndFlush(
                            Unpooled.wrappedBuffer(new byte[] {TunnelAnswer.JOINED.code()}),
                            channel.voidPromise());
            channel.pipeline()
                    .addBefore(
                            channel.pipeline().context(CableEnd.class).name(),
                            null,
                            new TunnelFrames());
        }

        @Override
        public void failed(Cable cable, TunnelAnswer why) {
            answer(cable.sourceEnd(), why);
        }
    }

    private final class RequestReader extends ByteToMessageDecoder {
        @Override
        protected void handlerRemoved0(ChannelHandlerContext context) {
            strangers.remove(context.channel());
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            Optional<TunnelRequest> request = TunnelCodec.decode(in, versions);
            if (request.isPresent()) {
                if (in.isReadable()) {
                    throw new CorruptedFrameException(
                            "tunnel: %d bytes before the answer".formatted(in.readableBytes()));
                }
                context.pipeline().remove(Deadline.class);
                context.pipeline().remove(this);
                switch (request.get()) {
                    case TunnelRequest.Join join -> join(context.channel(), join);
                    case TunnelRequest.ListCables() -> list(context.channel());
                }
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                var _ = context.close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            switch (cause) {
                case TunnelCodec.VersionException _ ->
                        answer(
                                context.channel(),
                                new byte[] {
                                    TunnelAnswer.VERSION.code(),
                                    (byte) versions.least(),
                                    (byte) versions.highest()
                                });
                case DecoderException malformed when malformed.getCause() == null ->
                        answer(context.channel(), TunnelAnswer.MALFORMED);
                default -> {
                    var _ = context.close(); // a reset, or a stranger to the mesh
                }
            }
        }
    }
}
