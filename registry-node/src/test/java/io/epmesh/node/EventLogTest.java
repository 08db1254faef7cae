package io.epmesh.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.node.naming.Event.Draft;
import io.epmesh.node.naming.Event.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventLogTest {
    private static final Logger LOGGER = Logger.getLogger("io.epmesh.node.events");

    private final List<String> lines = new ArrayList<>();
    private final Handler handler =
            new Handler() {
                @Override
                public void publish(LogRecord line) {
                    lines.add(line.getLevel() + " " + new SimpleFormatter().formatMessage(line));
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };
    private final EventLog log = new EventLog(7);

    @BeforeEach
    void listen() {
        LOGGER.setLevel(Level.ALL);
        LOGGER.setUseParentHandlers(false);
        LOGGER.addHandler(handler);
    }

    @AfterEach
    void stop() {
        LOGGER.removeHandler(handler);
        LOGGER.setUseParentHandlers(true);
        LOGGER.setLevel(null);
    }

    @Test
    void events_areLogged_thoseOfSingleNodesQuietly() {
        log.add(
                List.of(
                        Draft.of(Kind.PEER_UP).with("host", "h2"),
                        Draft.of(Kind.REGISTERED).with("node", "{0}@h1")));
        assertThat(lines)
                .containsExactly(
                        "INFO peer-up host=h2 id=00000007-1",
                        "FINE registered node={0}@h1 id=00000007-2");
    }

    @Test
    void followers_areCalled_whenTheHistoryHasIt_untilTheyEnd() {
        List<Integer> seen = new ArrayList<>();
        Runnable end = log.onChange(() -> seen.add(log.history().after(Optional.empty()).size()));
        log.add(List.of(Draft.of(Kind.LOST), Draft.of(Kind.LOST)));
        log.add(List.of());
        end.run();
        log.add(List.of(Draft.of(Kind.LOST)));
        assertThat(seen).containsExactly(2);
    }
}
