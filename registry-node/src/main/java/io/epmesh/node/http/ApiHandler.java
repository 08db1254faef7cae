package io.epmesh.node.http;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// Answers the requests of one connection, one after the other; owned by the loop of its channel.
/// While one is being answered, a few more may wait, so that answers keep the order of their
/// requests.
final class ApiHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final System.Logger LOG = System.getLogger(ApiHandler.class.getName());

    /// More pipelined requests than a client sends that waits for answers at all; a client with
    /// still more is cut off.
    private static final int MAX_WAITING = 16;

    private final Api api;
    private final EventStreams streams;
    private final AllowedHosts hosts;
    private final WriteGuard guard;
    private final Queue<FullHttpRequest> waiting = new ArrayDeque<>();
    private boolean busy;

    ApiHandler(Api api, EventStreams streams, AllowedHosts hosts, WriteGuard guard) {
        this.api = api;
        this.streams = streams;
        this.hosts = hosts;
        this.guard = guard;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (waiting.size() >= MAX_WAITING) {
            ChannelFuture _ = ctx.close();
            return;
        }
        waiting.add(request.retain());
        next(ctx);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        waiting.forEach(FullHttpRequest::release);
        waiting.clear();
    }

    private void next(ChannelHandlerContext ctx) {
        FullHttpRequest request = busy ? null : waiting.poll();
        if (request != null) {
            busy = true;
            try {
                answer(ctx, request);
            } finally {
                request.release();
            }
        }
    }

    private void answer(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (request.decoderResult().isFailure()) {
            reply(ctx, malformed(request.decoderResult().cause()), false);
            return;
        }
        boolean isPost = request.method().equals(HttpMethod.POST);
        if (request.content().isReadable() && !isPost) {
            refuseBody(ctx, "none");
            return;
        }
        boolean keepAlive = HttpUtil.isKeepAlive(request);
        Optional<String> objection =
                hosts.objection(request.headers())
                        .or(() ->
                                request.method().equals(HttpMethod.GET)
                                        ? Optional.empty()
                                        : guard.objection(request.headers()));
        if (objection.isPresent()) {
            reply(ctx, Reply.error(HttpResponseStatus.FORBIDDEN, objection.get()), keepAlive);
            return;
        }
        if (isStream(request)) {
            stream(ctx, request, keepAlive);
            return;
        }
        String body = request.content().toString(StandardCharsets.UTF_8);
        api.answer(request.method(), request.uri(), body)
                .whenComplete((reply, failure) ->
                        ctx.executor()
                                .execute(() ->
                                        reply(
                                                ctx,
                                                failure == null ? reply : bug(failure),
                                                keepAlive)));
    }

    private static boolean isStream(FullHttpRequest request) {
        return request.method().equals(HttpMethod.GET)
                && new QueryStringDecoder(request.uri()).rawPath().equals(EventStreams.PATH);
    }

    private void stream(ChannelHandlerContext ctx, FullHttpRequest request, boolean keepAlive) {
        Optional<Reply> objection;
        try {
            objection = streams.begin(ctx, request.uri(), request.headers(), this);
        } catch (IllegalArgumentException e) {
            objection =
                    Optional.of(
                            Reply.error(
                                    HttpResponseStatus.BAD_REQUEST,
                                    String.valueOf(e.getMessage())));
        }
        objection.ifPresent(reply -> reply(ctx, reply, keepAlive));
    }

    private static Reply malformed(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return Reply.error(
                    HttpResponseStatus.REQUEST_URI_TOO_LONG,
                    "request line (expected: at most %d bytes)"
                            .formatted(HttpInterface.MAX_LINE_BYTES));
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return Reply.error(
                    HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                    "headers (expected: at most %d bytes)"
                            .formatted(HttpInterface.MAX_HEADER_BYTES));
        }
        return Reply.error(HttpResponseStatus.BAD_REQUEST, "not HTTP/1.1 (expected: a request)");
    }

    private static Reply bug(@Nullable Throwable failure) {
        LOG.log(Level.ERROR, "http: a request failed", failure);
        return Reply.error(
                HttpResponseStatus.INTERNAL_SERVER_ERROR, "the peer failed; its log says why");
    }

    private void reply(ChannelHandlerContext ctx, Reply reply, boolean keepAlive) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, reply.status(), reply.body());
        response.headers()
                .set("X-Content-Type-Options", "nosniff")
                .setInt(HttpHeaderNames.CONTENT_LENGTH, reply.body().readableBytes());
        reply.headers().forEach((name, value) -> response.headers().set(name, value));
        if (!keepAlive) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        ChannelFuture written = ctx.writeAndFlush(response);
        if (keepAlive) {
            written.addListener(result -> {
                if (result.isSuccess()) {
                    busy = false;
                    next(ctx);
                } else {
                    ctx.close().addListener(_ -> {});
                }
            });
        } else {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    void refuseBody(ChannelHandlerContext ctx, String expected) {
        reply(
                ctx,
                Reply.error(
                        HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
                        "body (expected: %s)".formatted(expected)),
                false);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof IdleStateEvent) {
            ChannelFuture _ = ctx.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.log(Level.DEBUG, "http: {0} broke: {1}", ctx.channel(), cause);
            ChannelFuture _ = ctx.close();
        } else {
            reply(ctx, bug(cause), false);
        }
    }
}
