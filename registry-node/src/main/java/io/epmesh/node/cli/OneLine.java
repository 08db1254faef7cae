package io.epmesh.node.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/// `time LEVEL source message`, with control characters escaped so that no value can forge a line;
/// a stack trace follows, indented.
final class OneLine extends Formatter {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    @Override
    public String format(LogRecord entry) {
        StringBuilder line =
                new StringBuilder()
                        .append(TIME.format(Instant.ofEpochMilli(entry.getMillis())))
                        .append(' ')
                        .append(level(entry.getLevel()))
                        .append(' ')
                        .append(source(entry))
                        .append(' ');
        String message = formatMessage(entry);
        (message == null ? "" : message).codePoints().forEach(c -> append(line, c));
        line.append('\n');
        if (entry.getThrown() != null) {
            trace(entry.getThrown()).lines().forEach(l -> line.append("  ").append(l).append('\n'));
        }
        return line.toString();
    }

    private static void append(StringBuilder line, int codePoint) {
        if (Character.isISOControl(codePoint)) {
            line.append("\\u%04x".formatted(codePoint));
        } else {
            line.appendCodePoint(codePoint);
        }
    }

    static String trace(Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        return trace.toString();
    }

    /// JGroups' records name no logger, only the class.
    static String source(LogRecord entry) {
        String source = entry.getLoggerName();
        if (source == null) {
            source = entry.getSourceClassName();
        }
        return source == null ? "-" : source.substring(source.lastIndexOf('.') + 1);
    }

    static String level(Level level) {
        int value = level.intValue();
        if (value >= Level.SEVERE.intValue()) {
            return "ERROR";
        } else if (value >= Level.WARNING.intValue()) {
            return "WARNING";
        } else if (value >= Level.INFO.intValue()) {
            return "INFO";
        } else if (value >= Level.FINE.intValue()) {
            return "DEBUG";
        }
        return "TRACE";
    }
}
