package io.epmesh.epmd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// How many connections leave this process enough file descriptors for all else: its files, the
/// sockets behind the server, the questions that it asks the system.
final class OpenFiles {
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String LIMIT = "Max open files";

    /// An eighth is kept back, but not less than what a peer needs for itself, nor more than it
    /// ever can.
    private static final int LEAST_KEPT = 128;

    private static final int MOST_KEPT = 1_024;
    private static final int LEAST_CONNECTIONS = 16;

    private OpenFiles() {}

    /// Connections to have at a time; so good as unbounded where the system does not tell.
    static int connections() {
        try {
            return Files.readAllLines(LIMITS).stream()
                    .filter(line -> line.startsWith(LIMIT))
                    .map(line -> line.substring(LIMIT.length()).strip().split("\\s+", -1)[0])
                    .filter(soft -> soft.matches("[0-9]{1,9}"))
                    .mapToInt(soft -> connections(Integer.parseInt(soft)))
                    .findFirst()
                    .orElse(Integer.MAX_VALUE);
        } catch (IOException notLinux) {
            return Integer.MAX_VALUE;
        }
    }

    static int connections(int files) {
        return Math.max(LEAST_CONNECTIONS, files - Math.clamp(files / 8, LEAST_KEPT, MOST_KEPT));
    }
}
