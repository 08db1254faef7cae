package io.epmesh.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/// Files of a benchmark that has ended.
final class Leftovers {
    private Leftovers() {}

    /// Removes a directory with all that is in it.
    static void remove(Path directory) throws IOException {
        try (Stream<Path> left = Files.walk(directory)) {
            for (Path each : left.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
