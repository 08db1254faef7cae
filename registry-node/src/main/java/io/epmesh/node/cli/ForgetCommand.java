package io.epmesh.node.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "forget", description = "Removes a peer that is gone for good, with its names.")
final class ForgetCommand implements Callable<Integer> {
    @Mixin private final PeerOptions peer;

    @Parameters(paramLabel = "PEER", description = "id, prefix of an id, or host name")
    private String forgotten = "";

    ForgetCommand(Terminal terminal) {
        peer = new PeerOptions(terminal);
    }

    @Override
    public Integer call() throws IOException {
        return peer.write("forgot " + forgotten, client -> client.forget(forgotten));
    }
}
