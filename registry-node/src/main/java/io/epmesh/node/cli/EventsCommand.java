package io.epmesh.node.cli;

import io.epmesh.node.http.EventJson;
import io.epmesh.node.naming.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "events", description = "Tells what the asked peer has seen to change.")
final class EventsCommand implements Callable<Integer> {
    @Mixin private final PeerOptions peer;

    @Option(
            names = {"-f", "--follow"},
            description = "go on with what comes, until interrupted")
    private boolean follow;

    EventsCommand(Terminal terminal) {
        peer = new PeerOptions(terminal);
    }

    @Override
    public Integer call() throws IOException {
        return peer.ask(client -> {
            if (follow) {
                client.events(this::print);
            } else {
                print(client.events());
            }
            return ExitCode.OK;
        });
    }

    /// One line each, in JSON too: a stream has no end at which a list could be closed.
    private boolean print(List<Event> events) {
        try {
            for (Event event : events) {
                peer.line(event.at() + " " + event, out -> EventJson.write(out, event));
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("writing to the terminal", e);
        }
    }
}
