package io.epmesh.node.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Reads `key = value` lines. A line that starts with `#` is a comment, as is the rest of a line
/// from a `#` behind white space on.
final class ConfigurationFile {
    private static final long MAX_BYTES = 1 << 20;

    private ConfigurationFile() {}

    static Map<Key, Setting> read(Path path) throws ConfigurationException {
        Map<Key, Setting> settings = new EnumMap<>(Key.class);
        List<String> lines = lines(path);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).replaceFirst("(^|\\s)#.*", "").strip();
            if (!line.isEmpty()) {
                add(settings, line, "file %s:%d".formatted(path, i + 1));
            }
        }
        return settings;
    }

    private static void add(Map<Key, Setting> settings, String line, String origin)
            throws ConfigurationException {
        int equals = line.indexOf('=');
        if (equals < 0) {
            throw new ConfigurationException(
                    "'%s' (expected: key = value; from %s)".formatted(line, origin));
        }
        String name = line.substring(0, equals).strip();
        Key key = Key.of(name).orElseThrow(() -> Sources.unknown("key '" + name + "'", origin));
        Setting setting = new Setting(name, line.substring(equals + 1).strip(), origin);
        Setting first = settings.putIfAbsent(key, setting);
        if (first != null) {
            throw new ConfigurationException(
                    "%s: given twice (expected: once; from %s and %s)"
                            .formatted(name, first.origin(), origin));
        }
    }

    private static List<String> lines(Path path) throws ConfigurationException {
        try {
            if (Files.size(path) > MAX_BYTES) {
                throw new ConfigurationException(
                        "configuration file %s: %d bytes (expected: at most %d)"
                                .formatted(path, Files.size(path), MAX_BYTES));
            }
            return Files.readAllLines(path);
        } catch (NoSuchFileException e) {
            throw new ConfigurationException(
                    "configuration file %s: no such file (from flag --config)".formatted(path));
        } catch (CharacterCodingException e) {
            throw new ConfigurationException(
                    "configuration file %s: not UTF-8 text".formatted(path));
        } catch (IOException e) {
            throw new ConfigurationException(
                    "configuration file %s: cannot be read: %s".formatted(path, e));
        }
    }
}
