package io.epmesh.node.cli;

import io.epmesh.node.naming.NodeName;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "remove-node", description = "Removes a mapping from all peers.")
final class RemoveNodeCommand implements Callable<Integer> {
    @Mixin private final PeerOptions peer;

    @Parameters(index = "0", paramLabel = "NODE", description = "full name, as b@host")
    private String node = "";

    @Spec private CommandSpec spec = CommandSpec.create();

    RemoveNodeCommand(Terminal terminal) {
        peer = new PeerOptions(terminal);
    }

    @Override
    public Integer call() throws IOException {
        NodeName name = Arguments.node(spec, node);
        return peer.write("removed " + name, client -> client.removeMapping(name.toString()));
    }
}
