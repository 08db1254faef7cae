package io.epmesh.node.cli;

import io.epmesh.node.http.MeshJson;
import io.epmesh.node.naming.NodeEntry;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "lookup", description = "Shows one node.")
final class LookupCommand implements Callable<Integer> {
    @Mixin private final PeerOptions peer;

    @Parameters(paramLabel = "NODE", description = "full name, or short name of the peer's host")
    private String node = "";

    @Spec private CommandSpec spec = CommandSpec.create();

    LookupCommand(Terminal terminal) {
        peer = new PeerOptions(terminal);
    }

    @Override
    public Integer call() throws IOException {
        // A short name is judged as if it were of some host.
        var _ = Arguments.node(spec, node.contains("@") ? node : node + "@host");
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
