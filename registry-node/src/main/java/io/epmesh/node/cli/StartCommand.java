package io.epmesh.node.cli;

import io.epmesh.node.config.Configuration;
import io.epmesh.node.config.ConfigurationException;
import io.epmesh.node.config.HostFacts;
import io.epmesh.node.config.Key;
import io.epmesh.node.config.Sources;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Runs a peer; its options are the configuration's keys, see [#addKeys].
@Command(name = "start", description = "Runs a peer in the foreground.", sortOptions = false)
final class StartCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Starter starter;

    @Option(names = "--config", paramLabel = "FILE", description = "file with key = value lines")
    private @Nullable Path config;

    @Spec private CommandSpec spec = CommandSpec.create();

    private final Map<Key, String> given;

    StartCommand(Terminal terminal, Starter starter) {
        this(terminal, starter, Map.of());
    }

    /// @param given values of keys that the command itself implies
    private StartCommand(Terminal terminal, Starter starter, Map<Key, String> given) {
        this.terminal = terminal;
        this.starter = starter;
        this.given = given;
    }

    /// The command `start`.
    static CommandLine command(Terminal terminal, Starter starter) {
        CommandLine command = new CommandLine(new StartCommand(terminal, starter));
        addKeys(command.getCommandSpec());
        return command;
    }

    /// The command `takeover`: a start that takes the place of another epmd.
    static CommandLine takeover(Terminal terminal, Starter starter) {
        CommandLine command =
                new CommandLine(new StartCommand(terminal, starter, Map.of(Key.TAKEOVER, "true")));
        command.getCommandSpec()
                .name("takeover")
                .usageMessage()
                .description(
                        "Runs a peer in the foreground, in place of an epmd that runs on this host."
                                + " Its names stay registered.");
        addKeys(command.getCommandSpec());
        return command;
    }

    /// The command `import`, which takes down what the next start adopts.
    static CommandLine importing(Terminal terminal, Starter starter) {
        CommandLine command = command(terminal, starter);
        command.getCommandSpec()
                .name("import")
                .usageMessage()
                .description(
                        "Takes the names of an epmd that runs on this host into data-dir, for the"
                                + " next start to adopt. With --takeover that epmd is ended.");
        return command;
    }

    private static void addKeys(CommandSpec spec) {
        for (Key key : Key.values()) {
            OptionSpec.Builder option =
                    OptionSpec.builder("--" + key.key())
                            .type(String.class)
                            .paramLabel(key.label())
                            .description(key.meaning());
            spec.addOption(
                    key.label().equals("BOOLEAN")
                            ? option.arity("0..1").fallbackValue("true").build()
                            : option.build());
        }
    }

    @Override
    public Integer call() throws Exception {
        Map<Key, String> flags = new EnumMap<>(Key.class);
        flags.putAll(given);
        for (Key key : Key.values()) {
            String value = spec.findOption("--" + key.key()).getValue();
            if (value != null) {
                flags.put(key, value);
            }
        }
        return start(terminal, starter, flags, Optional.ofNullable(config));
    }

    /// Runs a peer.
    static int start(
            Terminal terminal, Starter starter, Map<Key, String> flags, Optional<Path> config)
            throws Exception {
        Configuration configuration;
        try {
            configuration =
                    Configuration.of(
                            Sources.read(flags, config, terminal.environment()),
                            HostFacts.read(terminal.environment()));
        } catch (ConfigurationException e) {
            terminal.error(String.valueOf(e.getMessage()));
            return ExitCode.USAGE;
        }
        DaemonLog.setUp(configuration.logLevel(), configuration.logFormat());
        return starter.run(configuration);
    }
}
