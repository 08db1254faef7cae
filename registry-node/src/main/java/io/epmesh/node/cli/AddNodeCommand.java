package io.epmesh.node.cli;

import io.epmesh.node.naming.NodeName;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "add-node", description = "Adds or replaces a mapping on all peers.")
final class AddNodeCommand implements Callable<Integer> {
    @Mixin private final PeerOptions peer;

    @Parameters(index = "0", paramLabel = "NODE", description = "full name, as b@host")
    private String node = "";

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(
            index = "1",
            paramLabel = "[HOST:]PORT",
            description = "where the node listens; IPv6 addresses in brackets")
    private String endpoint = "";

    AddNodeCommand(Terminal terminal) {
        peer = new PeerOptions(terminal);
    }

    @Override
    public Integer call() throws IOException {
        NodeName name = Arguments.node(spec, node);
        PeerAddress address = Arguments.endpoint(spec, endpoint);
        return peer.write(
                "added %s at %s".formatted(name, endpoint),
                client ->
                        client.addMapping(
                                name.toString(), address.host(), address.port().orElseThrow()));
    }
}
