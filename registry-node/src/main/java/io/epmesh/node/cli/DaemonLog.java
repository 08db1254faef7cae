package io.epmesh.node.cli;

import io.epmesh.node.config.LogFormat;
import java.lang.System.Logger;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;

/// Sets up the daemon's log: one line each on standard error.
final class DaemonLog {
    /// Held, because the log manager forgets loggers that nobody holds, and their levels.
    private static final java.util.logging.Logger OURS =
            java.util.logging.Logger.getLogger("io.epmesh");

    private DaemonLog() {}

    /// Replaces whatever the log manager had. Libraries tell warnings and errors only, unless
    /// everything is asked for.
    static void setUp(Logger.Level level, LogFormat format) {
        LogManager.getLogManager().reset();
        Handler handler = new ConsoleHandler();
        handler.setFormatter(
                switch (format) {
                    case TEXT -> new OneLine();
                    case JSON -> new JsonLine();
                });
        handler.setLevel(Level.ALL);
        java.util.logging.Logger root = java.util.logging.Logger.getLogger("");
        root.addHandler(handler);
        root.setLevel(
                switch (level) {
                    case TRACE, ALL -> Level.FINER;
                    case DEBUG, INFO, WARNING -> Level.WARNING;
                    case ERROR, OFF -> Level.SEVERE;
                });
        OURS.setLevel(level(level));
    }

    static Level level(Logger.Level level) {
        return switch (level) {
            case ALL -> Level.ALL;
            case TRACE -> Level.FINER;
            case DEBUG -> Level.FINE;
            case INFO -> Level.INFO;
            case WARNING -> Level.WARNING;
            case ERROR -> Level.SEVERE;
            case OFF -> Level.OFF;
        };
    }
}
