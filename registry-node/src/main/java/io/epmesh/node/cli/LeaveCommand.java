package io.epmesh.node.cli;

import io.epmesh.node.naming.WriteResult;
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
        return peer.write("left the mesh", LeaveCommand::leave);
    }

    /// Until the peer has closed its port an epmd that is started finds it taken, and ends.
    private static WriteResult leave(MeshClient client) {
        WriteResult result = client.leave();
        if (result instanceof WriteResult.Done) {
            client.awaitEnd();
        }
        return result;
    }
}
