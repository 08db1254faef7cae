package io.epmesh.node.cli;

import io.epmesh.node.naming.Islands;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "fix", description = "Fixes cables that were cut or slowed.")
final class FixCommand implements Callable<Integer> {
    @Mixin private final PeerOptions peer;

    @Parameters(
            index = "0",
            arity = "0..1",
            split = ",",
            paramLabel = "A[,B...]",
            description = "one side, so that whole cuts are named")
    private List<String> left = new ArrayList<>();

    @Parameters(
            index = "1",
            arity = "0..1",
            split = ",",
            paramLabel = "C[,D...]",
            description = "the other side")
    private List<String> right = new ArrayList<>();

    @Option(names = "--all", description = "everything that is cut or slowed")
    private boolean all;

    @Spec private CommandSpec spec = CommandSpec.create();

    FixCommand(Terminal terminal) {
        peer = new PeerOptions(terminal);
    }

    @Override
    public Integer call() throws IOException {
        if (all ? !left.isEmpty() : right.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "sides to fix (expected: two, or --all)");
        }
        Optional<Islands> islands =
                all
                        ? Optional.empty()
                        : Optional.of(
                                IslandOptions.checked(spec, () -> Islands.parse(left, right)));
        return peer.order(
                "fixed " + islands.map(Islands::toString).orElse("all"),
                client -> client.fix(islands));
    }
}
