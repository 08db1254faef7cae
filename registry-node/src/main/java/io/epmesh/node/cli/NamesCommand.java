package io.epmesh.node.cli;

import io.epmesh.node.http.MeshJson;
import io.epmesh.node.naming.NodeEntry;
import io.epmesh.node.naming.Scope;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "names", description = "Lists nodes of the mesh.")
final class NamesCommand implements Callable<Integer> {
    @Mixin private final PeerOptions peer;

    @Option(names = "--match", paramLabel = "GLOB", description = "only these, as rabbit@*")
    private @Nullable String match;

    @Option(
            names = "--scope",
            paramLabel = "SCOPE",
            description = "mesh (default), or local: the asked peer's host",
            defaultValue = "MESH")
    private Scope scope = Scope.MESH;

    NamesCommand(Terminal terminal) {
        peer = new PeerOptions(terminal);
    }

    @Override
    public Integer call() throws IOException {
        return peer.ask(client -> {
            List<NodeEntry> names = client.names(scope, Optional.ofNullable(match));
            peer.print(NodeTable.of(names), out -> MeshJson.names(out, names));
            return ExitCode.OK;
        });
    }
}
