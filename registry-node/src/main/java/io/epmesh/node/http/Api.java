package io.epmesh.node.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.epmesh.node.metrics.Exposition;
import io.epmesh.node.naming.Glob;
import io.epmesh.node.naming.Mesh;
import io.epmesh.node.naming.NodeEntry;
import io.epmesh.node.naming.Scope;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/// Which resource answers what; safe from any thread.
final class Api {
    private static final String NODES = "/api/v1/nodes/";

    /// What the threads of gossip and of the relay bring is written by others.
    private static final Executor WRITER = Thread.ofVirtual().name("http-writer")::start;

    private final Mesh mesh;
    private final CableOrders orders;
    private final Health health;

    Api(Mesh mesh, Health health) {
        this.mesh = mesh;
        this.orders = new CableOrders(mesh);
        this.health = health;
    }

    /// @param body of a POST; else empty
    CompletionStage<Reply> answer(HttpMethod method, String uri, String body) {
        try {
            QueryStringDecoder query = new QueryStringDecoder(uri);
            String path = query.path();
            if (!isResource(path)) {
                return done(error(HttpResponseStatus.NOT_FOUND, path, "a path of this interface"));
            }
            HttpMethod expected = method(path);
            if (!method.equals(expected)) {
                return done(
                        error(HttpResponseStatus.METHOD_NOT_ALLOWED, method.name(), expected.name())
                                .with(HttpHeaderNames.ALLOW, expected.name()));
            }
            if (expected.equals(HttpMethod.POST)) {
                check(query.parameters());
                return orders.post(path, body);
            }
            return get(path, query.parameters());
        } catch (IllegalArgumentException e) {
            return done(
                    Reply.error(HttpResponseStatus.BAD_REQUEST, String.valueOf(e.getMessage())));
        }
    }

    /// The one method of a path.
    static HttpMethod method(String path) {
        return CableOrders.isResource(path) ? HttpMethod.POST : HttpMethod.GET;
    }

    private static boolean isResource(String path) {
        return switch (path) {
            case "/livez",
                    "/readyz",
                    "/metrics",
                    "/api/v1/names",
                    "/api/v1/peers",
                    "/api/v1/mappings",
                    "/api/v1/cables",
                    "/api/v1/status",
                    EventStreams.PATH ->
                    true;
            default ->
                    CableOrders.isResource(path)
                            || Page.has(path)
                            || (path.startsWith(NODES) && path.length() > NODES.length());
        };
    }

    /// @throws IllegalArgumentException on a query that the resource does not have
    private CompletionStage<Reply> get(String path, Map<String, List<String>> query) {
        if (path.equals("/api/v1/names")) {
            check(query, "scope", "match");
        } else {
            check(query);
        }
        return switch (path) {
            case "/livez" -> done(Reply.ok(out -> MeshJson.flag(out, "live", true)));
            case "/readyz" -> {
                boolean now = health.isReady();
                yield done(
                        Reply.of(
                                now
                                        ? HttpResponseStatus.OK
                                        : HttpResponseStatus.SERVICE_UNAVAILABLE,
                                out -> MeshJson.flag(out, "ready", now)));
            }
            case "/metrics" ->
                    health.metrics()
                            .thenApply(text ->
                                    Reply.of(
                                            HttpResponseStatus.OK,
                                            text.getBytes(UTF_8),
                                            Exposition.CONTENT_TYPE));
            case "/api/v1/names" -> done(names(query));
            case "/api/v1/peers" -> done(Reply.ok(out -> MeshJson.peers(out, mesh.peers())));
            case "/api/v1/mappings" ->
                    done(Reply.ok(out -> MeshJson.mappings(out, mesh.mappings())));
            case "/api/v1/cables" ->
                    mesh.cables()
                            .thenApplyAsync(
                                    list -> Reply.ok(out -> CableJson.cables(out, list)), WRITER);
            case "/api/v1/status" ->
                    mesh.status()
                            .thenApplyAsync(
                                    status -> Reply.ok(out -> StatusJson.write(out, status)),
                                    WRITER);
            default ->
                    done(
                            path.startsWith(NODES)
                                    ? node(path.substring(NODES.length()))
                                    : Page.reply(path));
        };
    }

    private Reply names(Map<String, List<String>> query) {
        Scope scope = one(query, "scope").map(Api::scope).orElse(Scope.MESH);
        Optional<Glob> glob = one(query, "match").map(Glob::parse);
        List<NodeEntry> names =
                mesh.names(scope).stream()
                        .filter(entry -> glob.isEmpty() || glob.get().matches(entry.node()))
                        .toList();
        return Reply.ok(out -> MeshJson.names(out, names));
    }

    private Reply node(String node) {
        return mesh.lookup(node)
                .map(entry -> Reply.ok(out -> MeshJson.node(out, entry)))
                .orElseGet(() -> error(HttpResponseStatus.NOT_FOUND, node, "a node of the mesh"));
    }

    private static Scope scope(String text) {
        for (Scope scope : Scope.values()) {
            if (scope.name().toLowerCase(Locale.ROOT).equals(text)) {
                return scope;
            }
        }
        throw new IllegalArgumentException("scope: %s (expected: mesh or local)".formatted(text));
    }

    /// @throws IllegalArgumentException on a query that has others, or one twice
    static void check(Map<String, List<String>> query, String... keys) {
        query.forEach((key, values) -> {
            if (!List.of(keys).contains(key)) {
                throw new IllegalArgumentException(
                        "query key: %s (expected: %s)"
                                .formatted(
                                        key,
                                        keys.length == 0 ? "none" : String.join(" or ", keys)));
            }
            if (values.size() > 1) {
                throw new IllegalArgumentException(
                        "query key: %s is given %d times (expected: once)"
                                .formatted(key, values.size()));
            }
        });
    }

    private static Optional<String> one(Map<String, List<String>> query, String key) {
        return query.getOrDefault(key, List.of()).stream().findFirst();
    }

    private static Reply error(HttpResponseStatus status, String value, String expected) {
        return Reply.error(status, "%s (expected: %s)".formatted(value, expected));
    }

    private static CompletionStage<Reply> done(Reply reply) {
        return CompletableFuture.completedStage(reply);
    }
}
