package io.epmesh.node.cli;

import io.epmesh.node.session.MeshClient;
import java.io.IOException;

final class LeaveCommand implements Command {
    private final PeerOptions peer;

    LeaveCommand(Terminal terminal) {
        peer = new PeerOptions(terminal);
    }

    @Override
    public Usage usage() {
        return peer.usage("Makes the asked peer say goodbye and end.");
    }

    @Override
    public int run() throws IOException {
        return peer.write("left the mesh", MeshClient::leave);
    }
}
