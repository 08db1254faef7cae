package io.epmesh.node.http;

import io.epmesh.node.naming.EventId;
import io.epmesh.node.naming.Mesh;
import io.epmesh.node.naming.NameVersion;
import io.epmesh.node.naming.NameWatch;
import io.epmesh.node.session.WatchBell;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The server-sent events of all connections; owned by the thread `http`.
final class EventStreams {
    static final String PATH = "/api/v1/events";

    /// Half of the connections that are served: the others must get answers.
    static final int MAX = HttpInterface.MAX_CONNECTIONS / 2;

    /// What comes within this time goes out together.
    static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Mesh mesh;
    private final WatchBell bell;
    private int open;

    EventStreams(Mesh mesh) {
        this.mesh = mesh;
        this.bell = new WatchBell(mesh, PAUSE_NANOS);
    }

    /// Makes the connection of a request a stream, instead of `handler`; or says what is wrong.
    ///
    /// @throws IllegalArgumentException on a query or header that the resource does not have
    Optional<Reply> begin(
            ChannelHandlerContext ctx, String uri, HttpHeaders headers, ApiHandler handler) {
        boolean names = withNames(new QueryStringDecoder(uri).parameters());
        Optional<EventId> since =
                Optional.ofNullable(headers.get("Last-Event-ID")).map(EventStreams::id);
        if (open >= MAX) {
            return Optional.of(
                    Reply.error(
                            HttpResponseStatus.SERVICE_UNAVAILABLE,
                            "event streams: %d (expected: no more)".formatted(MAX)));
        }
        open++;
        ctx.channel().closeFuture().addListener(_ -> open--);
        ctx.pipeline().remove(IdleStateHandler.class);
        EventStream stream =
                new EventStream(
                        mesh,
                        bell,
                        since,
                        names
                                ? Optional.of(
                                        new NameWatch(
                                                Optional.empty(), Optional.<NameVersion>empty()))
                                : Optional.empty());
        ctx.pipeline().replace(handler, "events", stream);
        return Optional.empty();
    }

    private static boolean withNames(Map<String, List<String>> query) {
        Api.check(query, "names");
        return switch (query.getOrDefault("names", List.of("false")).getFirst()) {
            case "true" -> true;
            case "false" -> false;
            case String other ->
                    throw new IllegalArgumentException(
                            "names: %s (expected: true or false)".formatted(other));
        };
    }

    private static EventId id(String text) {
        return EventId.parse(text)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "Last-Event-ID: %s (expected: the id of an event)"
                                        .formatted(text)));
    }
}
