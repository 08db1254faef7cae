package io.epmesh.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class OneLineTest {
    @Test
    void format_message_isOneLine() {
        assertThat(new OneLine().format(entry(Level.FINE, "port 1\nERROR forged\t{0}")))
                .isEqualTo(
                        "2026-11-20T11:13:08.120Z DEBUG Peer "
                                + "port 1\\u000aERROR forged\\u0009{0}\n");
    }

    @Test
    void format_parameters_areFilledIn() {
        LogRecord entry = entry(Level.WARNING, "port {0}");
        entry.setParameters(new Object[] {"4369"});
        assertThat(new OneLine().format(entry)).endsWith(" WARNING Peer port 4369\n");
    }

    @Test
    void format_thrown_followsIndented() {
        LogRecord entry = entry(Level.SEVERE, "bug");
        entry.setThrown(new IllegalStateException("why"));
        assertThat(new OneLine().format(entry).lines())
                .startsWith(
                        "2026-11-20T11:13:08.120Z ERROR Peer bug",
                        "  java.lang.IllegalStateException: why");
    }

    private static LogRecord entry(Level level, String message) {
        LogRecord entry = new LogRecord(level, message);
        entry.setLoggerName("io.epmesh.node.Peer");
        entry.setInstant(Instant.parse("2026-11-20T11:13:08.120Z"));
        return entry;
    }
}
