package io.epmesh.node.cli;

import io.epmesh.node.naming.CutRequest;
import io.epmesh.node.naming.Effect;
import java.io.IOException;
import java.util.List;

final class CutCommand implements Command {
    private final PeerOptions peer;
    private final IslandOptions islands = new IslandOptions();
    private boolean stall;
    private boolean reset;

    CutCommand(Terminal terminal) {
        peer = new PeerOptions(terminal);
    }

    @Override
    public Usage usage() {
        return islands.addTo(peer.usage("Cuts the cables between two groups of nodes."))
                .flag(
                        List.of("--stall"),
                        "nothing passes, and nobody is told (default)",
                        () -> stall = true)
                .flag(
                        List.of("--reset"),
                        "both ends are reset, and so are new cables",
                        () -> reset = true);
    }

    @Override
    public int run() throws IOException {
        if (stall && reset) {
            throw new UsageException("--stall --reset (expected: one of them)");
        }
        CutRequest request = islands.request(() -> reset ? Effect.reset() : Effect.stall());
        return peer.order("cut " + islands.text(request), client -> client.cut(request));
    }
}
