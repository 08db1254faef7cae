package io.epmesh.node.cli;

import io.epmesh.node.http.MeshJson;
import io.epmesh.node.naming.NodeEntry;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

final class LookupCommand implements Command {
    private final PeerOptions peer;
    private String node = "";

    LookupCommand(Terminal terminal) {
        peer = new PeerOptions(terminal);
    }

    @Override
    public Usage usage() {
        return peer.usage("Shows one node.")
                .operand(
                        "NODE", "full name, or short name of the peer's host", text -> node = text);
    }

    @Override
    public int run() throws IOException {
        // A short name is judged as if it were of some host.
        var _ = Arguments.node(node.contains("@") ? node : node + "@host");
        return peer.ask(client -> {
            Optional<NodeEntry> found = client.lookup(node);
            if (found.isEmpty()) {
                peer.terminal().error("no node %s is known".formatted(node));
                return ExitCode.NO;
            }
            NodeEntry entry = found.get();
            peer.print(NodeTable.of(List.of(entry)), out -> MeshJson.node(out, entry));
            return ExitCode.OK;
        });
    }
}
