package io.epmesh.node.cli;

import java.io.IOException;

final class ForgetCommand implements Command {
    private final PeerOptions peer;
    private String forgotten = "";

    ForgetCommand(Terminal terminal) {
        peer = new PeerOptions(terminal);
    }

    @Override
    public Usage usage() {
        return peer.usage("Removes a peer that is gone for good, with its names.")
                .operand("PEER", "id, prefix of an id, or host name", text -> forgotten = text);
    }

    @Override
    public int run() throws IOException {
        return peer.write("forgot " + forgotten, client -> client.forget(forgotten));
    }
}
