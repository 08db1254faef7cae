package io.epmesh.node.cli;

import io.epmesh.node.naming.WriteResult;
import io.epmesh.node.session.MeshClient;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "leave", description = "Makes the asked peer say goodbye and end.")
final class LeaveCommand implements Callable<Integer> {
    @Mixin private final PeerOptions peer;

    LeaveCommand(Terminal terminal) {
        peer = new PeerOptions(terminal);
    }

    @Override
    public Integer call() throws IOException {
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
