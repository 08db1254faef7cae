package io.epmesh.node.cli;

import io.epmesh.node.http.MeshJson;
import io.epmesh.node.naming.NodeEntry;
import io.epmesh.node.naming.Scope;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

final class NamesCommand implements Command {
    private final PeerOptions peer;
    private @Nullable String match;
    private Scope scope = Scope.MESH;

    NamesCommand(Terminal terminal) {
        peer = new PeerOptions(terminal);
    }

    @Override
    public Usage usage() {
        return peer.usage("Lists nodes of the mesh.")
                .option("--match", "GLOB", "only these, as rabbit@*", text -> match = text)
                .option(
                        "--scope",
                        "SCOPE",
                        "mesh (default), or local: the asked peer's host",
                        text -> scope = Usage.choice(Scope.class, "--scope", text));
    }

    @Override
    public int run() throws IOException {
        return peer.ask(client -> {
            List<NodeEntry> names = client.names(scope, Optional.ofNullable(match));
            peer.print(NodeTable.of(names), out -> MeshJson.names(out, names));
            return ExitCode.OK;
        });
    }
}
