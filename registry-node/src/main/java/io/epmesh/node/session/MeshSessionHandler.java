package io.epmesh.node.session;

import io.epmesh.epmd.Owner;
import io.epmesh.epmd.Registrar;
import io.epmesh.node.config.Setting;
import io.epmesh.node.naming.CutRequest;
import io.epmesh.node.naming.CutResult;
import io.epmesh.node.naming.Effect;
import io.epmesh.node.naming.Glob;
import io.epmesh.node.naming.Islands;
import io.epmesh.node.naming.Mesh;
import io.epmesh.node.naming.NameWatch;
import io.epmesh.node.naming.NodeEntry;
import io.epmesh.node.naming.NodeName;
import io.epmesh.node.naming.WriteResult;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One session behind its hello; owned by the event loop of its channel.
///
/// Requests beyond [#MAX_IN_FLIGHT], and all of them while the client does not read its answers,
/// wait undecoded; the channel is then not read, so that TCP holds the client back.
final class MeshSessionHandler extends ByteToMessageDecoder {
    static final int MAX_IN_FLIGHT = 16;

    /// A name takes at most 5 KiB, so that a part fits into a frame by far.
    private static final int NAMES_PER_PART = 100;

    private static final int OTHERS_PER_PART = 16;

    /// What is said of a cable or pair takes at most 5 KiB.
    private static final int CABLES_PER_PART = 100;

    private static final System.Logger LOG = System.getLogger(MeshSessionHandler.class.getName());

    private final Mesh mesh;
    private final List<Setting> settings;
    private final Rights rights;
    private final Wayfinder wayfinder;
    private final Registrar registrar;
    private final SessionOutput output;
    private final Watches watches;

    /// The client's registration, granted or not yet.
    private @Nullable SessionRegistration registration;

    /// Requests that are not answered yet, or not whole.
    private int working;

    private boolean ended;

    /// Number of the request that is being decoded, for the error that names it.
    private long decoding;

    MeshSessionHandler(
            Mesh mesh,
            List<Setting> settings,
            Rights rights,
            Wayfinder wayfinder,
            WatchBell bell,
            Registrar registrar,
            SessionOutput output) {
        this.mesh = mesh;
        this.settings = settings;
        this.rights = rights;
        this.wayfinder = wayfinder;
        this.registrar = registrar;
        this.output = output;
        this.watches = new Watches(mesh, bell, output);
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
            output.write(frame, Answer.Failure.of(ErrorCode.UNKNOWN_TYPE, text));
        } else {
            rights.objection(request.get())
                    .ifPresentOrElse(
                            text ->
                                    output.write(
                                            frame, Answer.Failure.of(ErrorCode.NOT_ALLOWED, text)),
                            () -> start(ctx, frame, request.get()));
        }
        ctx.channel().config().setAutoRead(!isFull(ctx));
    }

    private void start(ChannelHandlerContext ctx, Frame frame, Request request) {
        try {
            perform(ctx, frame, request);
        } catch (IllegalArgumentException e) {
            output.write(
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
                    output.write(frame, new Answer.Found(mesh.lookup(node)));
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
            case Request.Cut cut ->
                    order(
                            ctx,
                            frame,
                            mesh.cut(
                                    new CutRequest(
                                            islands(cut.sides()),
                                            switch (cut.treatment()) {
                                                case STALL -> Effect.stall();
                                                case RESET -> Effect.reset();
                                            },
                                            cut.oneWay(),
                                            cut.lastsMillis().map(Duration::ofMillis))));
            case Request.Slow slow ->
                    order(
                            ctx,
                            frame,
                            mesh.cut(
                                    new CutRequest(
                                            islands(slow.sides()),
                                            new Effect.Slow(
                                                    Duration.ofMillis(slow.latencyMillis()),
                                                    Duration.ofMillis(slow.jitterMillis())),
                                            slow.oneWay(),
                                            slow.lastsMillis().map(Duration::ofMillis))));
            case Request.Fix(var sides) ->
                    order(ctx, frame, mesh.fix(sides.map(MeshSessionHandler::islands)));
            case Request.Cables _ ->
                    awaitParts(
                            ctx,
                            frame,
                            mesh.cables(),
                            cables -> parts(CableRow.rows(cables), Answer.Cables::new));
            case Request.Ping _ -> output.write(frame, new Answer.Done());
            case Request.Watch(var glob, var since) ->
                    watches.begin(
                            frame,
                            names(new NameWatch(glob.map(Glob::parse), since)),
                            ctx.executor());
            case Request.Events(var since, boolean follow) -> {
                if (follow) {
                    watches.begin(frame, new EventWatch(since), ctx.executor());
                } else {
                    send(ctx, frame, EventWatch.parts(mesh.events().after(since)));
                }
            }
            case Request.Unwatch(long watch) -> {
                watches.end(watch);
                output.write(frame, new Answer.Done());
            }
            case Request.Register register -> register(frame, register, ctx);
            case Request.Way(String node, var family) ->
                    await(ctx, frame, wayfinder.to(node, family), Answer.WayIs::new);
        }
    }

    private static Watches.Watch names(NameWatch watch) {
        return mesh ->
                watch.news(mesh.history()).map(parts -> new Mapped<>(parts, Answer.Watched::new));
    }

    private static Islands islands(Request.Sides sides) {
        return Islands.parse(sides.left(), sides.right());
    }

    private void order(ChannelHandlerContext ctx, Frame frame, CompletionStage<CutResult> result) {
        awaitParts(
                ctx,
                frame,
                result,
                outcome ->
                        switch (outcome) {
                            case CutResult.Done(var remarks) -> parts(remarks, Answer.Ordered::new);
                            case CutResult.Refused(String reason) ->
                                    one(Answer.Failure.of(ErrorCode.REFUSED, reason));
                            case CutResult.Unknown(String reason) ->
                                    one(Answer.Failure.of(ErrorCode.OUTCOME_UNKNOWN, reason));
                        });
    }

    private static <T> Iterator<Answer> parts(
            List<T> all, BiFunction<Boolean, List<T>, Answer> answer) {
        return new Parts<>(all, _ -> true, CABLES_PER_PART, answer);
    }

    private static Iterator<Answer> one(Answer answer) {
        return List.of(answer).iterator();
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
                                    output.write(frame, failure == null ? answer : bug(failure));
                                    resume(ctx);
                                }));
    }

    /// The same with an answer in parts.
    private <T> void awaitParts(
            ChannelHandlerContext ctx,
            Frame frame,
            CompletionStage<T> stage,
            Function<T, Iterator<Answer>> toParts) {
        working++;
        stage.handle((value, failure) -> failure == null ? toParts.apply(value) : one(bug(failure)))
                .whenComplete((parts, failure) ->
                        ctx.executor()
                                .execute(() -> {
                                    working--;
                                    send(ctx, frame, failure == null ? parts : one(bug(failure)));
                                }));
    }

    private static Answer bug(Throwable failure) {
        LOG.log(Level.ERROR, "mesh session: a request failed", failure);
        return Answer.Failure.of(ErrorCode.INTERNAL, "the peer failed; its log says why");
    }

    /// Answers with a list, in parts.
    private void send(ChannelHandlerContext ctx, Frame frame, Iterator<Answer> parts) {
        working++;
        output.send(
                frame,
                parts,
                () -> {
                    working--;
                    resume(ctx);
                });
    }

    private void register(Frame frame, Request.Register request, ChannelHandlerContext ctx) {
        if (registration != null) {
            throw new IllegalArgumentException("registrations of this session: 1 (expected: none)");
        }
        SessionRegistration claim =
                new SessionRegistration(
                        request,
                        registrar,
                        new SessionRegistration.Client() {
                            @Override
                            public void answered(Answer answer) {
                                ctx.executor().execute(() -> registered(ctx, frame, answer));
                            }

                            @Override
                            public void ended() {
                                ChannelFuture _ = ctx.close();
                            }

                            @Override
                            public Optional<Owner.Connection> connection() {
                                return Owner.Connection.of(ctx.channel());
                            }
                        });
        registration = claim;
        working++;
        claim.claim();
    }

    private void registered(ChannelHandlerContext ctx, Frame frame, Answer answer) {
        working--;
        if (answer instanceof Answer.Failure) {
            registration = null;
        }
        output.write(frame, answer);
        resume(ctx);
    }

    private boolean isFull(ChannelHandlerContext ctx) {
        return working >= MAX_IN_FLIGHT || !ctx.channel().isWritable();
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
            output.schedule();
            // Not at once: a write inside of decode may have brought us here.
            ctx.executor().execute(() -> resume(ctx));
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        end();
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
        end();
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
        output.close(decoding, failure);
    }

    private void end() {
        ended = true;
        output.end();
        watches.close();
        if (registration != null) {
            registration.end();
        }
    }
}
