package io.epmesh.node.cli;

import io.epmesh.node.http.StatusJson;
import io.epmesh.node.naming.Spells;
import io.epmesh.node.naming.Status;
import io.epmesh.node.naming.Status.Lag;
import io.epmesh.node.naming.Status.PeerRef;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

final class StatusCommand implements Command {
    private final PeerOptions peer;

    StatusCommand(Terminal terminal) {
        peer = new PeerOptions(terminal);
    }

    @Override
    public Usage usage() {
        return peer.usage(
                "Tells whether all peers know the same, who lacks what, and how they are.");
    }

    @Override
    public int run() throws IOException {
        return peer.ask(client -> {
            Status status = client.status();
            switch (peer.format) {
                case TABLE -> print(status);
                case JSON -> peer.json(out -> StatusJson.write(out, status));
            }
            return status.converged() ? ExitCode.OK : ExitCode.NO;
        });
    }

    private void print(Status status) {
        Table groups = new Table("DIGEST", "PEERS");
        status.groups().forEach(group -> groups.row(group.digest(), names(group.peers())));
        if (!status.silent().isEmpty()) {
            groups.row("(silent)", names(status.silent()));
        }
        groups.print(peer.terminal().out());
        List<PeerRef> peers =
                status.groups().stream().flatMap(group -> group.peers().stream()).toList();
        if (peers.stream().anyMatch(it -> it.told().isPresent())) {
            peer.terminal().out().println();
            vitals(status.self(), peers).print(peer.terminal().out());
            peer.terminal().out().println();
        }
        for (PeerRef each : peers) {
            each.lags().forEach(lag -> say(each.name() + " " + text(lag)));
        }
        say((status.converged() ? "converged" : "not converged") + text(status.spells()));
    }

    private static Table vitals(String self, List<PeerRef> peers) {
        Table table = new Table("PEER", "UP", "ROUND-TRIP", "MEMORY", "CLOCK");
        for (PeerRef each : peers) {
            boolean asked = each.id().equals(self);
            table.row(
                    each.name(),
                    each.told().map(it -> seconds(it.uptime())).orElse("?"),
                    asked ? "" : each.told().map(it -> millis(it.roundTrip())).orElse("?"),
                    each.told()
                            .filter(it -> it.residentBytes() > 0)
                            .map(it -> (it.residentBytes() >> 20) + " MiB")
                            .orElse("?"),
                    asked ? "" : each.told().map(it -> signed(it.clockAhead())).orElse("?"));
        }
        return table;
    }

    private static String text(Lag lag) {
        String what = lag.owner().isEmpty() ? "mappings and cuts" : "names of " + lag.name();
        if (lag.missing() == 0 && lag.ahead() == 0) {
            return "judges the " + what + " otherwise";
        }
        return (lag.missing() > 0 ? "lacks " + changes(lag.missing()) : "")
                + (lag.missing() > 0 && lag.ahead() > 0 ? " and " : "")
                + (lag.ahead() > 0 ? "is " + changes(lag.ahead()) + " ahead" : "")
                + " in the "
                + what;
    }

    private static String changes(long count) {
        return count == 1 ? "1 change" : count + " changes";
    }

    private static String text(Spells.Summary spells) {
        String now = spells.differing().map(it -> " for " + seconds(it)).orElse("");
        return spells.last().isEmpty()
                ? now
                : "%s; peers differed %d times before, the last time for %s, 99 %% for at most %s"
                        .formatted(
                                now,
                                spells.count(),
                                seconds(spells.last().get()),
                                seconds(spells.p99().orElseThrow()));
    }

    private static String seconds(Duration time) {
        return time.toSeconds() < 60
                ? String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3)
                : time.toHours() < 2
                        ? time.toMinutes() + " min"
                        : time.toDays() < 2 ? time.toHours() + " h" : time.toDays() + " d";
    }

    private static String millis(Duration time) {
        return String.format(Locale.ROOT, "%.1f ms", time.toNanos() / 1e6);
    }

    private static String signed(Duration time) {
        return "%+d ms".formatted(time.toMillis());
    }

    private void say(String line) {
        peer.terminal().out().println(Table.printable(line));
    }

    private static String names(List<PeerRef> peers) {
        return peers.stream().map(PeerRef::name).collect(Collectors.joining(" "));
    }
}
