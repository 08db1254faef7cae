package io.epmesh.node.cli;

import io.epmesh.node.naming.CutRequest;
import io.epmesh.node.naming.Effect;
import io.epmesh.node.naming.Islands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/// What `cut` and `slow` have in common: between whom, and how long.
final class IslandOptions {
    @Parameters(
            index = "0",
            split = ",",
            paramLabel = "A[,B...]",
            description = "one side: full names, patterns as *@h1, or hosts")
    private List<String> left = new ArrayList<>();

    @Parameters(index = "1", split = ",", paramLabel = "C[,D...]", description = "the other side")
    private List<String> right = new ArrayList<>();

    @Option(names = "--one-way", description = "only what A and B send to C and D")
    private boolean oneWay;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            description = "how long: 90s, 10m (default), 2h, 1d, or ever",
            defaultValue = CutRequest.USUAL)
    private String lasts = CutRequest.USUAL;

    /// The request of these options; what is wrong with them is bad usage.
    CutRequest request(CommandSpec spec, Supplier<Effect> effect) {
        return checked(
                spec,
                () ->
                        new CutRequest(
                                Islands.parse(left, right),
                                effect.get(),
                                oneWay,
                                CutRequest.lasts(lasts)));
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

    static <T> T checked(CommandSpec spec, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
