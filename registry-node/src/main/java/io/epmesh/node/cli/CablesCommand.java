package io.epmesh.node.cli;

import io.epmesh.node.http.CableJson;
import io.epmesh.node.naming.CableEntry;
import io.epmesh.node.naming.CableList;
import io.epmesh.node.naming.CutEntry;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

final class CablesCommand implements Command {
    private final PeerOptions peer;

    CablesCommand(Terminal terminal) {
        peer = new PeerOptions(terminal);
    }

    @Override
    public Usage usage() {
        return peer.usage("Lists cables, and what is cut or slowed.");
    }

    @Override
    public int run() throws IOException {
        return peer.ask(client -> {
            CableList list = client.cables();
            switch (peer.format) {
                case TABLE -> tables(list, peer.terminal().out());
                case JSON -> peer.json(out -> CableJson.cables(out, list));
            }
            return ExitCode.OK;
        });
    }

    private static void tables(CableList list, PrintStream out) {
        Table cuts = new Table("ONE", "OTHER", "ONE SENDS", "OTHER SENDS", "REST", "BY", "WHEN");
        for (CutEntry cut : list.cuts()) {
            cuts.row(
                    cut.pair().low().toString(),
                    cut.pair().high().toString(),
                    cut.lowToHigh().toString(),
                    cut.highToLow().toString(),
                    cut.remaining().map(CablesCommand::seconds).orElse("ever"),
                    cut.writer(),
                    cut.when().truncatedTo(ChronoUnit.SECONDS).toString());
        }
        cuts.print(out);
        out.println();
        Table cables =
                new Table(
                        "RELAY",
                        "SOURCE",
                        "TARGET",
                        "STATE",
                        "TO TARGET",
                        "TO SOURCE",
                        "AGE",
                        "BYTES TO",
                        "BYTES FROM");
        for (CableEntry cable : list.cables()) {
            cables.row(
                    cable.peer(),
                    cable.source(),
                    cable.target(),
                    switch (cable.state()) {
                        case WAITING -> "waiting";
                        case JOINED -> "joined";
                        case BROKEN -> "broken";
                    },
                    cable.toTarget().toString(),
                    cable.toSource().toString(),
                    seconds(cable.age()),
                    Long.toString(cable.bytesToTarget()),
                    Long.toString(cable.bytesToSource()));
        }
        cables.print(out);
        list.silent().forEach(silent -> out.println("silent: " + Table.printable(silent)));
    }

    private static String seconds(Duration time) {
        return time.toSeconds() + "s";
    }
}
