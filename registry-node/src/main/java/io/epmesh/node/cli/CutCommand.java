package io.epmesh.node.cli;

import io.epmesh.node.naming.CutRequest;
import io.epmesh.node.naming.Effect;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

final class CutCommand implements Command {
    private final PeerOptions peer;
    private final IslandOptions islands = new IslandOptions();
    private @Nullable Effect chosen;

    CutCommand(Terminal terminal) {
        peer = new PeerOptions(terminal);
    }

    @Override
    public Usage usage() {
        return islands.addTo(peer.usage("Cuts the cables between two groups of nodes."))
                .flag(
                        List.of("--stall"),
                        "nothing passes, and nobody is told (default)",
                        () -> choose(Effect.stall()))
                .flag(
                        List.of("--reset"),
                        "both ends are reset, and so are new cables",
                        () -> choose(Effect.reset()));
    }

    private void choose(Effect effect) {
        if (chosen != null) {
            throw new UsageException("--stall --reset (expected: one of them)");
        }
        chosen = effect;
    }

    @Override
    public int run() throws IOException {
        Effect effect = chosen == null ? Effect.stall() : chosen;
        CutRequest request = islands.request(() -> effect);
        return peer.order("cut " + islands.text(request), client -> client.cut(request));
    }
}
