package io.epmesh.node.cli;

import io.epmesh.node.config.Setting;
import io.epmesh.node.http.MeshJson;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "show",
        description = "Shows the asked peer's configuration, with the origin of each value.")
final class ConfigShowCommand implements Callable<Integer> {
    @Mixin private final PeerOptions peer;

    ConfigShowCommand(Terminal terminal) {
        peer = new PeerOptions(terminal);
    }

    @Override
    public Integer call() throws IOException {
        return peer.ask(client -> {
            List<Setting> settings = client.settings();
            Table table = new Table("KEY", "VALUE", "ORIGIN");
            settings.forEach(s -> table.row(s.key(), s.value(), s.origin()));
            peer.print(table, out -> MeshJson.settings(out, settings));
            return ExitCode.OK;
        });
    }
}
