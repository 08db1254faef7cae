package io.epmesh.node.cli;

import io.epmesh.node.naming.CutRequest;
import io.epmesh.node.naming.Effect;
import java.io.IOException;

final class SlowCommand implements Command {
    private final PeerOptions peer;
    private final IslandOptions islands = new IslandOptions();
    private String latency = "";
    private String jitter = "0ms";

    SlowCommand(Terminal terminal) {
        peer = new PeerOptions(terminal);
    }

    @Override
    public Usage usage() {
        return islands.addTo(peer.usage("Slows the cables between two groups of nodes."))
                .option(
                        "--latency",
                        "TIME",
                        "added to each way: 50ms, at most 60s",
                        text -> latency = text)
                .option(
                        "--jitter",
                        "TIME",
                        "longest random addition to the latency (0ms)",
                        text -> jitter = text);
    }

    @Override
    public int run() throws IOException {
        if (latency.isEmpty()) {
            throw new UsageException("missing --latency=TIME");
        }
        CutRequest request =
                islands.request(
                        () -> new Effect.Slow(CutRequest.delay(latency), CutRequest.delay(jitter)));
        return peer.order("slowed " + islands.text(request), client -> client.cut(request));
    }
}
