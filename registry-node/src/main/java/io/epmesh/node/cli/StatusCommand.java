package io.epmesh.node.cli;

import io.epmesh.node.http.MeshJson;
import io.epmesh.node.naming.Status;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

final class StatusCommand implements Command {
    private final PeerOptions peer;

    StatusCommand(Terminal terminal) {
        peer = new PeerOptions(terminal);
    }

    @Override
    public Usage usage() {
        return peer.usage("Tells whether all peers know the same.");
    }

    @Override
    public int run() throws IOException {
        return peer.ask(client -> {
            Status status = client.status();
            Table table = new Table("DIGEST", "PEERS");
            status.groups().forEach(g -> table.row(g.digest(), names(g.peers())));
            if (!status.silent().isEmpty()) {
                table.row("(silent)", names(status.silent()));
            }
            peer.print(table, out -> MeshJson.status(out, status));
            if (peer.format == Format.TABLE) {
                peer.terminal().out().println(status.converged() ? "converged" : "not converged");
            }
            return status.converged() ? ExitCode.OK : ExitCode.NO;
        });
    }

    private static String names(List<Status.PeerRef> peers) {
        return peers.stream()
                .map(p -> p.host().isEmpty() ? p.id() : p.host())
                .collect(Collectors.joining(" "));
    }
}
