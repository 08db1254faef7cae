package io.epmesh.node.cli;

import io.epmesh.node.naming.CutRequest;
import io.epmesh.node.naming.Effect;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "slow", description = "Slows the cables between two groups of nodes.")
final class SlowCommand implements Callable<Integer> {
    @Mixin private final PeerOptions peer;
    @Mixin private final IslandOptions islands = new IslandOptions();

    @Option(
            names = "--latency",
            required = true,
            paramLabel = "TIME",
            description = "added to each way: 50ms, at most 60s")
    private String latency = "";

    @Option(
            names = "--jitter",
            paramLabel = "TIME",
            description = "longest random addition to the latency (0ms)",
            defaultValue = "0ms")
    private String jitter = "0ms";

    @Spec private CommandSpec spec = CommandSpec.create();

    SlowCommand(Terminal terminal) {
        peer = new PeerOptions(terminal);
    }

    @Override
    public Integer call() throws IOException {
        CutRequest request =
                islands.request(
                        spec,
                        () -> new Effect.Slow(CutRequest.delay(latency), CutRequest.delay(jitter)));
        return peer.order("slowed " + islands.text(request), client -> client.cut(request));
    }
}
