package io.epmesh.node.cli;

import io.epmesh.node.Daemon;
import io.epmesh.node.config.Configuration;
import io.epmesh.node.config.ConfigurationException;
import io.epmesh.node.config.HostFacts;
import io.epmesh.node.config.Key;
import io.epmesh.node.config.Sources;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Runs a peer; its options are the configuration's keys.
final class StartCommand implements Command {
    private final String meaning;
    private final Terminal terminal;
    private final Starter starter;
    private final Map<Key, String> flags = new EnumMap<>(Key.class);
    private @Nullable Path config;

    private StartCommand(String meaning, Terminal terminal, Starter starter) {
        this.meaning = meaning;
        this.terminal = terminal;
        this.starter = starter;
    }

    /// The command `start`.
    static Command start(Terminal terminal, Starter starter) {
        return new StartCommand("Runs a peer in the foreground.", terminal, starter);
    }

    /// The command `takeover`: a start that takes the place of another epmd.
    static Command takeover(Terminal terminal, Starter starter) {
        StartCommand command =
                new StartCommand(
                        "Runs a peer in the foreground, in place of an epmd that runs on this host."
                                + " Its names stay registered.",
                        terminal,
                        starter);
        command.flags.put(Key.TAKEOVER, "true");
        return command;
    }

    /// The command `import`, which takes down what the next start adopts.
    static Command importing(Terminal terminal, Starter starter) {
        return new StartCommand(
                "Takes the names of an epmd that runs on this host into data-dir, for the next"
                        + " start to adopt. With --takeover that epmd is ended.",
                terminal,
                starter);
    }

    @Override
    public Usage usage() {
        Usage usage = new Usage(meaning);
        usage.option(
                "--config",
                "FILE",
                "file with key = value lines",
                text -> config = Arguments.file("--config", text));
        for (Key key : Key.values()) {
            String name = "--" + key.key();
            if (key.label().equals("BOOLEAN")) {
                usage.optional(name, key.label(), key.meaning(), text -> flags.put(key, text));
            } else {
                usage.option(name, key.label(), key.meaning(), text -> flags.put(key, text));
            }
        }
        return usage;
    }

    @Override
    public int run() throws Exception {
        Daemon.load();
        Configuration configuration;
        try {
            configuration =
                    Configuration.of(
                            Sources.read(
                                    flags, Optional.ofNullable(config), terminal.environment()),
                            HostFacts.read(terminal.environment()));
        } catch (ConfigurationException e) {
            terminal.error(String.valueOf(e.getMessage()));
            return ExitCode.USAGE;
        }
        DaemonLog.setUp(configuration.logLevel(), configuration.logFormat());
        return starter.run(configuration);
    }
}
