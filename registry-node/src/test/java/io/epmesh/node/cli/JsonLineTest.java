package io.epmesh.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.node.naming.EventHistory;
import io.epmesh.node.naming.Samples;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class JsonLineTest {
    @Test
    void format_message_isOneObjectInOneLine() {
        LogRecord entry = entry("port {0}\n\"");
        entry.setParameters(new Object[] {"4369"});
        assertThat(new JsonLine().format(entry))
                .isEqualTo(
                        "{\"at\":\"2026-11-20T11:13:08.120Z\",\"level\":\"INFO\","
                                + "\"source\":\"Peer\",\"message\":\"port 4369\\n\\\"\"}\n");
    }

    @Test
    void format_event_hasItsFields() {
        LogRecord entry = entry("{0}");
        entry.setParameters(
                EventHistory.begin(7)
                        .next(Samples.AT, List.of(Samples.REGISTERED))
                        .after(Optional.empty())
                        .toArray());
        assertThat(new JsonLine().format(entry))
                .isEqualTo(
                        "{\"level\":\"INFO\",\"source\":\"Peer\",\"id\":\"00000007-1\","
                                + "\"at\":\"2025-11-20T11:13:08.123Z\",\"kind\":\"registered\","
                                + "\"node\":\"a@h1\",\"port\":\"40001\"}\n");
    }

    @Test
    void format_thrown_staysInTheLine() {
        LogRecord entry = entry("bug");
        entry.setThrown(new IllegalStateException("why"));
        String line = new JsonLine().format(entry);
        assertThat(line.lines()).hasSize(1);
        assertThat(line).contains("\"thrown\":\"java.lang.IllegalStateException: why\\n");
    }

    private static LogRecord entry(String message) {
        LogRecord entry = new LogRecord(Level.INFO, message);
        entry.setLoggerName("io.epmesh.node.Peer");
        entry.setInstant(Instant.parse("2026-11-20T11:13:08.120Z"));
        return entry;
    }
}
