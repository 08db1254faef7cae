package io.epmesh.node.cli;

import io.epmesh.node.naming.CutRequest;
import io.epmesh.node.naming.Effect;
import io.epmesh.node.naming.Islands;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// What `cut` and `slow` have in common: between whom, and how long.
final class IslandOptions {
    private List<String> left = List.of();
    private List<String> right = List.of();
    private boolean oneWay;
    private String lasts = CutRequest.USUAL;

    Usage addTo(Usage usage) {
        return usage.operand(
                        "A[,B...]",
                        "one side: full names, patterns as *@h1, or hosts",
                        text -> left = side(text))
                .operand("C[,D...]", "the other side", text -> right = side(text))
                .flag(
                        List.of("--one-way"),
                        "only what A and B send to C and D",
                        () -> oneWay = true)
                .option(
                        "--for",
                        "TIME",
                        "how long: 90s, 10m (default), 2h, 1d, or ever",
                        text -> lasts = text);
    }

    static List<String> side(String text) {
        return List.of(text.split(","));
    }

    /// The request of these options; what is wrong with them is bad usage.
    CutRequest request(Supplier<Effect> effect) {
        return Arguments.checked(() ->
                new CutRequest(
                        Islands.parse(left, right), effect.get(), oneWay, CutRequest.lasts(lasts)));
    }

    /// As people read it.
    String text(CutRequest request) {
        int pairs = request.islands().pairs().size();
        Optional<Duration> time = request.lasts();
        return "%d %s%s"
                .formatted(
                        pairs,
                        pairs == 1 ? "pair" : "pairs",
                        time.isPresent() ? " for " + lasts : " until it is fixed");
    }
}
