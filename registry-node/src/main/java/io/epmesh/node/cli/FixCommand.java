package io.epmesh.node.cli;

import io.epmesh.node.naming.Islands;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

final class FixCommand implements Command {
    private final PeerOptions peer;

    private List<String> left = List.of();
    private List<String> right = List.of();
    private boolean all;

    FixCommand(Terminal terminal) {
        peer = new PeerOptions(terminal);
    }

    @Override
    public Usage usage() {
        return peer.usage("Fixes cables that were cut or slowed.")
                .optionalOperand(
                        "A[,B...]",
                        "one side, so that whole cuts are named",
                        text -> left = IslandOptions.side(text))
                .optionalOperand(
                        "C[,D...]", "the other side", text -> right = IslandOptions.side(text))
                .flag(List.of("--all"), "everything that is cut or slowed", () -> all = true);
    }

    @Override
    public int run() throws IOException {
        if (all ? !left.isEmpty() : right.isEmpty()) {
            throw new UsageException("sides to fix (expected: two, or --all)");
        }
        Optional<Islands> islands =
                all
                        ? Optional.empty()
                        : Optional.of(Arguments.checked(() -> Islands.parse(left, right)));
        return peer.order(
                "fixed " + islands.map(Islands::toString).orElse("all"),
                client -> client.fix(islands));
    }
}
