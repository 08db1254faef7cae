package io.epmesh.node.cli;

import io.epmesh.node.naming.NodeName;
import java.io.IOException;

final class RemoveNodeCommand implements Command {
    private final PeerOptions peer;
    private String node = "";

    RemoveNodeCommand(Terminal terminal) {
        peer = new PeerOptions(terminal);
    }

    @Override
    public Usage usage() {
        return peer.usage("Removes a mapping from all peers.")
                .operand("NODE", "full name, as b@host", text -> node = text);
    }

    @Override
    public int run() throws IOException {
        NodeName name = Arguments.node(node);
        return peer.write("removed " + name, client -> client.removeMapping(name.toString()));
    }
}
