package io.epmesh.node.config;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What flags, environment and file give, each key's strongest value with its origin; not yet
/// parsed.
public final class Sources {
    /// Variables that begin like those of keys and belong to clients.
    private static final Set<String> CLIENT_VARIABLES = Set.of("EPMESH_PEER");

    private static final String PREFIX = "EPMESH_";

    private final Map<Key, Setting> given = new EnumMap<>(Key.class);

    private Sources() {}

    /// Collects the values.
    ///
    /// @param flags values of flags
    /// @param file the file of `--config`
    /// @param environment all environment variables
    /// @return what is given
    /// @throws ConfigurationException on an unknown key or variable, a key given twice, or a file
    ///   that cannot be read
    public static Sources read(
            Map<Key, String> flags, Optional<Path> file, Map<String, String> environment)
            throws ConfigurationException {
        Sources sources = new Sources();
        if (file.isPresent()) {
            sources.given.putAll(ConfigurationFile.read(file.get()));
        }
        sources.environment(environment);
        flags.forEach((key, value) -> sources.put(key, value, "flag --" + key.key()));
        return sources;
    }

    /// Parses the value of a key.
    ///
    /// @param <T> type of the value
    /// @param key the key
    /// @param byDefault its default as text, which must parse
    /// @param syntax how to parse
    /// @return the value
    /// @throws ConfigurationException if the syntax does not accept it
    public <T> T value(Key key, String byDefault, Syntax<T> syntax) throws ConfigurationException {
        Setting setting = setting(key, byDefault);
        return syntax.read(setting.value())
                .orElseThrow(() ->
                        new ConfigurationException(
                                "%s: %s (expected: %s; from %s)"
                                        .formatted(
                                                key.key(),
                                                setting.value().isEmpty() ? "''" : setting.value(),
                                                syntax.expected(),
                                                setting.origin())));
    }

    boolean has(Key key) {
        return given.containsKey(key);
    }

    Setting setting(Key key, String byDefault) {
        return given.getOrDefault(key, new Setting(key.key(), byDefault, "default"));
    }

    private void environment(Map<String, String> environment) throws ConfigurationException {
        Set<String> known = new HashSet<>(CLIENT_VARIABLES);
        for (Key key : Key.values()) {
            known.add(key.variable());
            key.alias().ifPresent(known::add);
        }
        Optional<String> unknown =
                environment.keySet().stream()
                        .filter(name -> name.startsWith(PREFIX) && !known.contains(name))
                        .min(Comparator.naturalOrder());
        if (unknown.isPresent()) {
            throw unknown("variable '" + unknown.get() + "'", "the environment");
        }
        for (Key key : Key.values()) {
            key.alias().ifPresent(alias -> alias(key, alias, environment));
            String value = environment.get(key.variable());
            if (value != null) {
                put(key, value, "environment " + key.variable());
            }
        }
    }

    private void alias(Key key, String alias, Map<String, String> environment) {
        String value = environment.get(alias);
        if (value == null) {
            return;
        }
        String meant =
                switch (key) {
                    // As in epmd, where being set is enough, whatever the value.
                    case RELAXED_COMMAND_CHECK -> "true";
                    // As in epmd, where a list of nothing means all addresses.
                    case EPMD_ADDRESS ->
                            value.replaceAll("[,\\s]", "").isEmpty() ? Syntax.ALL : value;
                    case EPMD_PORT,
                            EPMD_ALLOW,
                            REGISTER_ALLOW,
                            PACKET_TIMEOUT,
                            TAKEOVER,
                            HOST_NAME,
                            ADVERTISE,
                            MESH_NAME,
                            GOSSIP_ADDRESS,
                            GOSSIP_PORT,
                            GOSSIP_ADVERTISE,
                            JOIN,
                            KEY_FILE,
                            INSECURE_GOSSIP,
                            OPERATOR_FILE,
                            DATA_DIR,
                            HTTP,
                            STATIC_PORT,
                            RELAY,
                            MESH_HOST,
                            RELAY_PORT,
                            LOG_LEVEL,
                            LOG_FORMAT ->
                            value;
                };
        put(key, meant, "environment " + alias);
    }

    private void put(Key key, String value, String origin) {
        given.put(key, new Setting(key.key(), value.strip(), origin));
    }

    static ConfigurationException unknown(String what, String origin) {
        String keys = Arrays.stream(Key.values()).map(Key::key).collect(Collectors.joining(", "));
        return new ConfigurationException(
                "unknown %s (expected: one of %s; from %s)".formatted(what, keys, origin));
    }
}
