package io.epmesh.node.http;

import io.epmesh.node.naming.CutRequest;
import io.epmesh.node.naming.CutResult;
import io.epmesh.node.naming.Effect;
import io.epmesh.node.naming.Islands;
import io.epmesh.node.naming.Mesh;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/// The resources that order something for cables; safe from any thread.
///
/// @param mesh where it is ordered
record CableOrders(Mesh mesh) {
    static final String CUT = "/api/v1/cables/cut";
    static final String FIX = "/api/v1/cables/fix";
    static final String SLOW = "/api/v1/cables/slow";

    /// Whether a path is one of these.
    static boolean isResource(String path) {
        return path.equals(CUT) || path.equals(FIX) || path.equals(SLOW);
    }

    /// @throws IllegalArgumentException if the body is not what the resource takes
    CompletionStage<Reply> post(String path, String body) {
        CompletionStage<CutResult> result =
                switch (path) {
                    case CUT -> mesh.cut(cut(body));
                    case SLOW -> mesh.cut(slow(body));
                    default -> mesh.fix(fix(body));
                };
        return result.thenApply(CableOrders::reply);
    }

    private static CutRequest cut(String text) {
        OrderBody body =
                OrderBody.parse(text, Set.of("left", "right", "oneWay", "treatment", "for"));
        String treatment = body.text("treatment", "stall");
        return request(
                body,
                switch (treatment) {
                    case "stall" -> Effect.stall();
                    case "reset" -> Effect.reset();
                    default ->
                            throw new IllegalArgumentException(
                                    "treatment: %s (expected: stall or reset)"
                                            .formatted(treatment));
                });
    }

    private static CutRequest slow(String text) {
        OrderBody body =
                OrderBody.parse(
                        text, Set.of("left", "right", "oneWay", "latency", "jitter", "for"));
        return request(
                body,
                new Effect.Slow(
                        CutRequest.delay(body.text("latency", "")),
                        CutRequest.delay(body.text("jitter", "0ms"))));
    }

    private static CutRequest request(OrderBody body, Effect effect) {
        return new CutRequest(
                islands(body),
                effect,
                body.flag("oneWay"),
                CutRequest.lasts(body.text("for", CutRequest.USUAL)));
    }

    private static Optional<Islands> fix(String text) {
        OrderBody body = OrderBody.parse(text, Set.of("left", "right", "all"));
        if (body.flag("all") && (body.has("left") || body.has("right"))) {
            throw new IllegalArgumentException("left, right and all (expected: two sides, or all)");
        }
        return body.flag("all") ? Optional.empty() : Optional.of(islands(body));
    }

    private static Islands islands(OrderBody body) {
        return Islands.parse(body.list("left"), body.list("right"));
    }

    private static Reply reply(CutResult result) {
        return switch (result) {
            case CutResult.Done(var remarks) -> Reply.ok(out -> CableJson.done(out, remarks));
            case CutResult.Refused(String reason) ->
                    Reply.error(HttpResponseStatus.CONFLICT, reason);
            case CutResult.Unknown(String reason) ->
                    Reply.error(
                            HttpResponseStatus.GATEWAY_TIMEOUT, "it may have happened: " + reason);
        };
    }
}
