package io.epmesh.node.cli;

import io.epmesh.node.config.Key;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// The command line of `start` as units and scripts write it: nothing but `--key=value` and `--key
/// value`, each once. It is read here, for picocli's classes and its model of a command take longer
/// to load than the rest of the peer; whatever is written otherwise, or wrong, is left to picocli,
/// which takes this form for the same.
///
/// @param flags values of keys
/// @param config the file of `--config`
record PlainStart(Map<Key, String> flags, Optional<Path> config) {
    private static final String PREFIX = "--";
    private static final String CONFIG = "config";

    /// Reads a command line.
    ///
    /// @return empty if it is another command or of another form
    static Optional<PlainStart> read(String... arguments) {
        if (arguments.length == 0 || !arguments[0].equals("start")) {
            return Optional.empty();
        }
        Map<Key, String> flags = new EnumMap<>(Key.class);
        Optional<Path> config = Optional.empty();
        for (int i = 1; i < arguments.length; i++) {
            if (!arguments[i].startsWith(PREFIX)) {
                return Optional.empty();
            }
            String[] flag = arguments[i].substring(PREFIX.length()).split("=", 2);
            String value = flag.length == 2 ? flag[1] : ++i < arguments.length ? arguments[i] : "";
            if (!isPlain(value)) {
                return Optional.empty();
            }
            Optional<Key> key = Key.of(flag[0]);
            if (key.isPresent() && flags.put(key.get(), value) == null) {
                continue;
            }
            if (!flag[0].equals(CONFIG) || config.isPresent()) {
                return Optional.empty();
            }
            config = path(value);
            if (config.isEmpty()) {
                return Optional.empty();
            }
        }
        return Optional.of(new PlainStart(flags, config));
    }

    /// Whether a value has nothing that may have a meaning of its own to picocli.
    private static boolean isPlain(String value) {
        return !value.isEmpty() && "-@\"'".indexOf(value.charAt(0)) < 0;
    }

    private static Optional<Path> path(String value) {
        try {
            return Optional.of(Path.of(value));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
