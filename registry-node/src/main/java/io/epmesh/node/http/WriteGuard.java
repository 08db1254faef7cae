package io.epmesh.node.http;

import io.epmesh.node.config.Operator;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Optional;

/// Which requests may change something. A page of another origin cannot send the header `X-Epmesh`
/// without asking, which is never granted; and a user without the operator's token may only read.
///
/// @param operator who may write
record WriteGuard(Operator operator) {
    private static final String HEADER = "X-Epmesh";
    private static final String BEARER = "Bearer ";

    /// Returns what is wrong with the headers of a request that writes; empty: nothing.
    Optional<String> objection(HttpHeaders headers) {
        if (!headers.getAll(HEADER).equals(List.of("1"))) {
            return Optional.of("a request that is no GET (expected: the header X-Epmesh: 1)");
        }
        List<String> shown = headers.getAll(HttpHeaderNames.AUTHORIZATION);
        String token =
                shown.size() == 1 && shown.getFirst().startsWith(BEARER)
                        ? shown.getFirst().substring(BEARER.length())
                        : "";
        return operator.admits(token)
                ? Optional.empty()
                : Optional.of(
                        "no operator (expected: the header Authorization: Bearer, and the token in"
                                + " the peer's operator-file)");
    }
}
