package io.epmesh.node.session;

import io.epmesh.node.config.Setting;
import io.epmesh.node.naming.Glob;
import io.epmesh.node.naming.Mesh;
import io.epmesh.node.naming.NodeEntry;
import io.epmesh.node.naming.NodeName;
import io.epmesh.node.naming.WriteResult;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;

/// One session behind its hello; owned by the event loop of its channel.
///
/// Requests beyond [#MAX_IN_FLIGHT], and all of them while the client does not read its answers,
/// wait undecoded; the channel is then not read, so that TCP holds the client back.
final class MeshSessionHandler extends ByteToMessageDecoder {
    static final int MAX_IN_FLIGHT = 16;

    /// A name takes at most 5 KiB, so that a part fits into a frame by far.
    private static final int NAMES_PER_PART = 100;

    private static final int OTHERS_PER_PART = 16;

    private static final System.Logger LOG = System.getLogger(MeshSessionHandler.class.getName());

    private final Mesh mesh;
    private final List<Setting> settings;
    private final Rights rights;

    /// Lists that are being sent, part by part.
    private final Queue<Sending> lists = new ArrayDeque<>();

    /// Requests that the mesh works on.
    private int working;

    private boolean sendScheduled;
    private boolean ended;

    /// Number of the request that is being decoded, for the error that names it.
    private long decoding;

    MeshSessionHandler(Mesh mesh, List<Setting> settings, Rights rights) {
        this.mesh = mesh;
        this.settings = settings;
        this.rights = rights;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (ended) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (isFull(ctx)) {
            ctx.channel().config().setAutoRead(false);
            return;
        }
        if (in.readableBytes() < Frame.LENGTH_BYTES) {
            return;
        }
        decoding = 0;
        int length = Frame.checkLength(in.getInt(in.readerIndex()), Frame.MAX_REQUEST);
        if (in.readableBytes() < Frame.LENGTH_BYTES + length) {
            return;
        }
        in.skipBytes(Frame.LENGTH_BYTES);
        Frame frame = Frame.decode(in.readSlice(length).nioBuffer());
        decoding = frame.request();
        Optional<Request> request = MeshCodec.decodeRequest(frame);
        if (request.isEmpty()) {
            String text = "request type: %d (expected: one of version 1)".formatted(frame.type());
            write(ctx, frame, Answer.Failure.of(ErrorCode.UNKNOWN_TYPE, text));
        } else {
            rights.objection(request.get())
                    .ifPresentOrElse(
                            text ->
                                    write(
                                            ctx,
                                            frame,
                                            Answer.Failure.of(ErrorCode.NOT_ALLOWED, text)),
                            () -> start(ctx, frame, request.get()));
        }
        ctx.channel().config().setAutoRead(!isFull(ctx));
    }

    private void start(ChannelHandlerContext ctx, Frame frame, Request request) {
        try {
            perform(ctx, frame, request);
        } catch (IllegalArgumentException e) {
            write(
                    ctx,
                    frame,
                    Answer.Failure.of(ErrorCode.BAD_ARGUMENT, String.valueOf(e.getMessage())));
        }
    }

    /// @throws IllegalArgumentException if an argument is not what it should be
    private void perform(ChannelHandlerContext ctx, Frame frame, Request request) {
        switch (request) {
            case Request.Names(var scope, var glob) -> {
                Optional<Glob> pattern = glob.map(Glob::parse);
                Predicate<NodeEntry> wanted =
                        entry -> pattern.isEmpty() || pattern.get().matches(entry.node());
                send(
                        ctx,
                        frame,
                        new Parts<>(mesh.names(scope), wanted, NAMES_PER_PART, Answer.Nodes::new));
            }
            case Request.Lookup(String node) ->
                    write(ctx, frame, new Answer.Found(mesh.lookup(node)));
            case Request.Peers _ ->
                    send(
                            ctx,
                            frame,
                            new Parts<>(
                                    mesh.peers(), _ -> true, OTHERS_PER_PART, Answer.Peers::new));
            case Request.Mappings _ ->
                    send(
                            ctx,
                            frame,
                            new Parts<>(
                                    mesh.mappings(),
                                    _ -> true,
                                    OTHERS_PER_PART,
                                    Answer.Mappings::new));
            case Request.ShowConfig _ ->
                    send(
                            ctx,
                            frame,
                            new Parts<>(
                                    settings, _ -> true, OTHERS_PER_PART, Answer.Settings::new));
            case Request.AddMapping(String node, Optional<String> host, int port) -> {
                NodeName name = NodeName.parse(node);
                // A host to be dialled is no longer and no stranger than that of a name.
                Optional<String> dialled = host.map(h -> new NodeName("x", h).host());
                if (port == 0) {
                    throw new IllegalArgumentException("port: 0 (expected: 1..65535)");
                }
                await(
                        ctx,
                        frame,
                        mesh.addMapping(name.toString(), dialled, port),
                        MeshSessionHandler::answer);
            }
            case Request.RemoveMapping(String node) ->
                    await(
                            ctx,
                            frame,
                            mesh.removeMapping(NodeName.parse(node).toString()),
                            MeshSessionHandler::answer);
            case Request.Forget(String peer) -> {
                if (peer.isBlank()) {
                    throw new IllegalArgumentException(
                            "peer: '' (expected: an id, a prefix of an id, or a host name)");
                }
                await(ctx, frame, mesh.forget(peer), MeshSessionHandler::answer);
            }
            case Request.Leave _ -> await(ctx, frame, mesh.leave(), MeshSessionHandler::answer);
            case Request.AskStatus _ -> await(ctx, frame, mesh.status(), Answer.StatusIs::new);
            case Request.Ping _ -> write(ctx, frame, new Answer.Done());
            case Request.Watch _, Request.Unwatch _, Request.Register _ ->
                    write(
                            ctx,
                            frame,
                            Answer.Failure.of(
                                    ErrorCode.UNKNOWN_TYPE,
                                    "request type: %d (expected: one of version 1)"
                                            .formatted(frame.type())));
        }
    }

    private static Answer answer(WriteResult result) {
        return switch (result) {
            case WriteResult.Done _ -> new Answer.Done();
            case WriteResult.Refused(String reason) -> Answer.Failure.of(ErrorCode.REFUSED, reason);
            case WriteResult.Unknown(String reason) ->
                    Answer.Failure.of(ErrorCode.OUTCOME_UNKNOWN, reason);
        };
    }

    /// Answers when the mesh is done; always through the loop's queue, never from inside of
    /// [#decode], even where the stage is complete.
    private <T> void await(
            ChannelHandlerContext ctx,
            Frame frame,
            CompletionStage<T> stage,
            Function<T, Answer> toAnswer) {
        working++;
        stage.handle((value, failure) -> failure == null ? toAnswer.apply(value) : bug(failure))
                .whenComplete((answer, failure) ->
                        ctx.executor()
                                .execute(() -> {
                                    working--;
                                    write(ctx, frame, failure == null ? answer : bug(failure));
                                    resume(ctx);
                                }));
    }

    private static Answer bug(Throwable failure) {
        LOG.log(Level.ERROR, "mesh session: a request failed", failure);
        return Answer.Failure.of(ErrorCode.INTERNAL, "the peer failed; its log says why");
    }

    private void send(ChannelHandlerContext ctx, Frame frame, Iterator<Answer> parts) {
        lists.add(new Sending(frame, parts));
        scheduleSend(ctx);
    }

    private void scheduleSend(ChannelHandlerContext ctx) {
        if (!sendScheduled && !lists.isEmpty() && ctx.channel().isWritable()) {
            sendScheduled = true;
            ctx.executor()
                    .execute(() -> {
                        sendScheduled = false;
                        sendPart(ctx);
                    });
        }
    }

    /// Sends one part and lets the loop serve others before the next.
    private void sendPart(ChannelHandlerContext ctx) {
        Sending sending = lists.peek();
        if (ended || sending == null || !ctx.channel().isWritable()) {
            return;
        }
        boolean fitted = write(ctx, sending.frame(), sending.parts().next());
        if (!fitted || !sending.parts().hasNext()) {
            lists.remove();
        }
        scheduleSend(ctx);
        resume(ctx);
    }

    /// Returns whether the answer fitted into a frame; else an error went out in its place.
    private boolean write(ChannelHandlerContext ctx, Frame request, Answer answer) {
        if (ended) {
            return true;
        }
        Frame frame = MeshCodec.encodeAnswer(request.type(), request.request(), answer);
        boolean fits = frame.fits();
        if (!fits) {
            String text =
                    "answer of %d bytes (expected: at most %d)"
                            .formatted(frame.body().remaining(), Frame.MAX_ANSWER);
            frame =
                    MeshCodec.encodeAnswer(
                            request.type(),
                            request.request(),
                            Answer.Failure.of(ErrorCode.TOO_LARGE, text));
        }
        ctx.writeAndFlush(Unpooled.wrappedBuffer(frame.encode()))
                .addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
        return fits;
    }

    private boolean isFull(ChannelHandlerContext ctx) {
        return working + lists.size() >= MAX_IN_FLIGHT || !ctx.channel().isWritable();
    }

    /// Decodes what waited, and reads on.
    private void resume(ChannelHandlerContext ctx) {
        if (!ended && !isFull(ctx) && !ctx.channel().config().isAutoRead()) {
            ctx.channel().config().setAutoRead(true);
            try {
                super.channelRead(ctx, Unpooled.EMPTY_BUFFER);
            } catch (Exception e) {
                exceptionCaught(ctx, e);
            }
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            scheduleSend(ctx);
            // Not at once: a write inside of decode may have brought us here.
            ctx.executor().execute(() -> resume(ctx));
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        ended = true;
        lists.clear();
        super.channelInactive(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
        Throwable cause =
                thrown instanceof DecoderException && thrown.getCause() != null
                        ? thrown.getCause()
                        : thrown;
        if (ended) {
            return;
        }
        ended = true;
        lists.clear();
        Answer.Failure failure;
        if (cause instanceof MalformedException malformed) {
            failure = Answer.Failure.of(ErrorCode.MALFORMED, malformed.reason());
        } else if (cause instanceof IOException) {
            LOG.log(Level.DEBUG, "mesh session with {0} broke: {1}", ctx.channel(), cause);
            ChannelFuture _ = ctx.close();
            return;
        } else {
            failure = (Answer.Failure) bug(cause);
        }
        Frame error = MeshCodec.encodeAnswer(0, decoding, failure);
        ctx.writeAndFlush(Unpooled.wrappedBuffer(error.encode()))
                .addListener(ChannelFutureListener.CLOSE);
    }

    /// @param frame the request
    /// @param parts what is still to be sent
    private record Sending(Frame frame, Iterator<Answer> parts) {}
}
