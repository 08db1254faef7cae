package io.epmesh.node.cli;

import io.epmesh.node.http.EventJson;
import io.epmesh.node.naming.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

final class EventsCommand implements Command {
    private final PeerOptions peer;
    private boolean follow;

    EventsCommand(Terminal terminal) {
        peer = new PeerOptions(terminal);
    }

    @Override
    public Usage usage() {
        return peer.usage("Tells what the asked peer has seen to change.")
                .flag(
                        List.of("-f", "--follow"),
                        "go on with what comes, until interrupted",
                        () -> follow = true);
    }

    @Override
    public int run() throws IOException {
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
