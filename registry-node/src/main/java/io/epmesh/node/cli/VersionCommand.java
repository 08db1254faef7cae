package io.epmesh.node.cli;

import io.epmesh.node.config.ConfigurationException;
import io.epmesh.node.config.SoftwareVersion;
import io.epmesh.node.http.MeshJson;
import io.epmesh.node.session.MeshClient;
import io.epmesh.node.session.MeshClientException;
import io.epmesh.node.session.Welcome;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

final class VersionCommand implements Command {
    private final PeerOptions peer;

    VersionCommand(Terminal terminal) {
        peer = new PeerOptions(terminal);
    }

    @Override
    public Usage usage() {
        return peer.usage("Shows the version of this command, and of the peer if one answers.");
    }

    @Override
    public int run() throws IOException {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("version", SoftwareVersion.text());
        Optional<Welcome> welcome;
        try {
            welcome = welcome();
        } catch (ConfigurationException e) {
            peer.terminal().error(String.valueOf(e.getMessage()));
            return ExitCode.USAGE;
        }
        welcome.ifPresent(w -> {
            versions.put("peer", w.peer());
            versions.put("peerVersion", w.software());
            versions.put("mesh", w.mesh());
        });
        Table table = new Table("", "VERSION", "PEER", "MESH");
        table.row("epmesh", SoftwareVersion.text(), "", "");
        welcome.ifPresent(w -> table.row("peer", w.software(), w.peer(), w.mesh()));
        peer.print(table, out -> MeshJson.texts(out, versions));
        return ExitCode.OK;
    }

    /// A peer that does not answer is no error here: its version is only left out.
    private Optional<Welcome> welcome() throws ConfigurationException {
        try (MeshClient client = peer.connect()) {
            return Optional.of(client.welcome());
        } catch (MeshClientException noPeer) {
            return Optional.empty();
        }
    }
}
