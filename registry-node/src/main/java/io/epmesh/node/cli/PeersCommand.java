package io.epmesh.node.cli;

import io.epmesh.node.http.MeshJson;
import io.epmesh.node.naming.PeerEntry;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

final class PeersCommand implements Command {
    private final PeerOptions peer;

    PeersCommand(Terminal terminal) {
        peer = new PeerOptions(terminal);
    }

    @Override
    public Usage usage() {
        return peer.usage("Lists the peers of the mesh.");
    }

    @Override
    public int run() throws IOException {
        return peer.ask(client -> {
            List<PeerEntry> peers = client.peers();
            Table table =
                    new Table(
                            "PEER",
                            "HOST",
                            "STATE",
                            "ADVERTISE",
                            "EPMD",
                            "GOSSIP",
                            "VERSION",
                            "NAMES",
                            "HEARD",
                            "");
            for (PeerEntry entry : peers) {
                table.row(
                        entry.id().substring(0, 8),
                        entry.hosts().isEmpty() ? "?" : entry.hosts().getFirst(),
                        entry.state().name().toLowerCase(Locale.ROOT),
                        String.join(",", entry.advertise()),
                        entry.epmdPort() == 0 ? "" : "" + entry.epmdPort(),
                        entry.gossipAddress(),
                        entry.version(),
                        "" + entry.names(),
                        heard(entry),
                        entry.self() ? "(asked)" : "");
            }
            peer.print(table, out -> MeshJson.peers(out, peers));
            return ExitCode.OK;
        });
    }

    private static String heard(PeerEntry entry) {
        return entry.self()
                ? ""
                : entry.lastHeard().map(age -> age.toMillis() + " ms ago").orElse("never");
    }
}
