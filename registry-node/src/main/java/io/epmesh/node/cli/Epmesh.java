package io.epmesh.node.cli;

import io.epmesh.node.Daemon;
import io.epmesh.node.config.SoftwareVersion;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/// The program `epmesh`.
@Command(
        name = "epmesh",
        description = "A decentralized port registry for distributed Erlang.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT)
public final class Epmesh {
    private Epmesh() {}

    /// Runs one command and ends the program with its exit code.
    ///
    /// @param arguments command and options
    public static void main(String[] arguments) {
        System.exit(run(Daemon::run, arguments));
    }

    /// Runs one command.
    ///
    /// @param starter runs a peer for the command `start`
    /// @param arguments command and options
    /// @return its exit code: 0 success, 1 "no", 2 bad usage, 3 no peer answers
    public static int run(Starter starter, String... arguments) {
        return run(
                new Terminal(utf8(System.out), utf8(System.err), System.getenv()),
                starter,
                arguments);
    }

    static int run(Terminal terminal, Starter starter, String... arguments) {
        CommandLine config = new CommandLine(new ConfigCommand());
        config.addSubcommand(new ConfigShowCommand(terminal));
        CommandLine keys = new CommandLine(new KeysCommand());
        keys.addSubcommand(new KeysNewCommand(terminal));
        CommandLine start = new CommandLine(new StartCommand(terminal, starter));
        StartCommand.addKeys(start.getCommandSpec());
        CommandLine epmesh =
                new CommandLine(new Epmesh())
                        .addSubcommand(start)
                        .addSubcommand("takeover", StartCommand.takeover(terminal, starter))
                        .addSubcommand(new NamesCommand(terminal))
                        .addSubcommand(new LookupCommand(terminal))
                        .addSubcommand(new PeersCommand(terminal))
                        .addSubcommand(new AddNodeCommand(terminal))
                        .addSubcommand(new RemoveNodeCommand(terminal))
                        .addSubcommand(new MappingsCommand(terminal))
                        .addSubcommand(new StatusCommand(terminal))
                        .addSubcommand(new EventsCommand(terminal))
                        .addSubcommand(new CutCommand(terminal))
                        .addSubcommand(new FixCommand(terminal))
                        .addSubcommand(new SlowCommand(terminal))
                        .addSubcommand(new CablesCommand(terminal))
                        .addSubcommand(new ForgetCommand(terminal))
                        .addSubcommand(new LeaveCommand(terminal))
                        .addSubcommand(config)
                        .addSubcommand(keys)
                        .addSubcommand(new VersionCommand(terminal))
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8))
                        .setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8))
                        .setParameterExceptionHandler((e, _) -> usage(terminal, e));
        epmesh.getCommandSpec().version("epmesh " + SoftwareVersion.text());
        int code = epmesh.execute(arguments);
        terminal.out().flush();
        return code;
    }

    /// One sentence instead of the whole usage text.
    private static int usage(Terminal terminal, CommandLine.ParameterException e) {
        terminal.error(
                "%s; '%s --help' tells more"
                        .formatted(
                                String.valueOf(e.getMessage()),
                                e.getCommandLine().getCommandSpec().qualifiedName()));
        return ExitCode.USAGE;
    }

    private static PrintStream utf8(PrintStream stream) {
        return new PrintStream(stream, true, StandardCharsets.UTF_8);
    }

    @Command(name = "config", description = "Shows a peer's configuration.")
    private static final class ConfigCommand {}

    @Command(name = "keys", description = "Makes the shared identity of a mesh.")
    private static final class KeysCommand {}
}
