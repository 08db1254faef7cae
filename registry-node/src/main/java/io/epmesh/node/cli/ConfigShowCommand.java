package io.epmesh.node.cli;

import io.epmesh.node.config.Setting;
import io.epmesh.node.http.MeshJson;
import java.io.IOException;
import java.util.List;

final class ConfigShowCommand implements Command {
    private final PeerOptions peer;

    ConfigShowCommand(Terminal terminal) {
        peer = new PeerOptions(terminal);
    }

    @Override
    public Usage usage() {
        return peer.usage("Shows the asked peer's configuration, with the origin of each value.");
    }

    @Override
    public int run() throws IOException {
        return peer.ask(client -> {
            List<Setting> settings = client.settings();
            Table table = new Table("KEY", "VALUE", "ORIGIN");
            settings.forEach(s -> table.row(s.key(), s.value(), s.origin()));
            peer.print(table, out -> MeshJson.settings(out, settings));
            return ExitCode.OK;
        });
    }
}
