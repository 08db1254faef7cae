package io.epmesh.node.cli;

import io.epmesh.node.naming.NodeName;
import java.io.IOException;

final class AddNodeCommand implements Command {
    private final PeerOptions peer;
    private String node = "";
    private String endpoint = "";

    AddNodeCommand(Terminal terminal) {
        peer = new PeerOptions(terminal);
    }

    @Override
    public Usage usage() {
        return peer.usage("Adds or replaces a mapping on all peers.")
                .operand("NODE", "full name, as b@host", text -> node = text)
                .operand(
                        "[HOST:]PORT",
                        "where the node listens; IPv6 addresses in brackets",
                        text -> endpoint = text);
    }

    @Override
    public int run() throws IOException {
        NodeName name = Arguments.node(node);
        PeerAddress address = Arguments.endpoint(endpoint);
        return peer.write(
                "added %s at %s".formatted(name, endpoint),
                client ->
                        client.addMapping(
                                name.toString(), address.host(), address.port().orElseThrow()));
    }
}
