package io.epmesh.node.cli;

import io.epmesh.node.http.MeshJson;
import io.epmesh.node.naming.MappingEntry;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;

final class MappingsCommand implements Command {
    private final PeerOptions peer;

    MappingsCommand(Terminal terminal) {
        peer = new PeerOptions(terminal);
    }

    @Override
    public Usage usage() {
        return peer.usage("Lists the mappings of the mesh.");
    }

    @Override
    public int run() throws IOException {
        return peer.ask(client -> {
            List<MappingEntry> mappings = client.mappings();
            Table table = new Table("NODE", "ADDRESS", "GIVEN", "BY", "WHEN", "LOST CONFLICTS");
            for (MappingEntry mapping : mappings) {
                table.row(
                        mapping.node().toString(),
                        NodeTable.endpoint(mapping.address(), mapping.port()),
                        mapping.host().orElse(""),
                        mapping.writer().orElse(""),
                        mapping.when().truncatedTo(ChronoUnit.SECONDS).toString(),
                        mapping.conflicts().stream()
                                .map(r -> NodeTable.endpoint(r.address(), r.port()))
                                .collect(Collectors.joining(" ")));
            }
            peer.print(table, out -> MeshJson.mappings(out, mappings));
            return ExitCode.OK;
        });
    }
}
