package io.epmesh.node.cli;

import io.epmesh.node.Daemon;
import io.epmesh.node.EpmdImport;
import io.epmesh.node.config.SoftwareVersion;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
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
        Optional<PlainStart> plain = PlainStart.read(arguments);
        if (plain.isPresent()) {
            try {
                return StartCommand.start(
                        terminal, starter, plain.get().flags(), plain.get().config());
            } catch (Exception bug) { // as picocli does
                bug.printStackTrace(terminal.err());
                return ExitCode.NO;
            }
        }
        int code = commandLine(terminal, starter, arguments).execute(arguments);
        terminal.out().flush();
        return code;
    }

    /// What understands these arguments; without any, all commands.
    static CommandLine commandLine(Terminal terminal, Starter starter, String... arguments) {
        CommandLine epmesh = new CommandLine(new Epmesh());
        Map<String, Supplier<Object>> commands = commands(terminal, starter);
        Optional<String> asked = Stream.of(arguments).findFirst().filter(commands::containsKey);
        // The model of a command costs milliseconds: one that is named needs no other.
        commands.forEach((name, command) -> {
            if (asked.isEmpty() || asked.get().equals(name)) {
                epmesh.addSubcommand(name, command.get());
            }
        });
        epmesh.setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8))
                .setParameterExceptionHandler((e, _) -> usage(terminal, e));
        epmesh.getCommandSpec().version("epmesh " + SoftwareVersion.text());
        return epmesh;
    }

    private static Map<String, Supplier<Object>> commands(Terminal terminal, Starter starter) {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("start", () -> StartCommand.command(terminal, starter));
        commands.put("takeover", () -> StartCommand.takeover(terminal, starter));
        commands.put("import", () -> StartCommand.importing(terminal, EpmdImport::run));
        commands.put("names", () -> new NamesCommand(terminal));
        commands.put("lookup", () -> new LookupCommand(terminal));
        commands.put("peers", () -> new PeersCommand(terminal));
        commands.put("add-node", () -> new AddNodeCommand(terminal));
        commands.put("remove-node", () -> new RemoveNodeCommand(terminal));
        commands.put("mappings", () -> new MappingsCommand(terminal));
        commands.put("status", () -> new StatusCommand(terminal));
        commands.put("events", () -> new EventsCommand(terminal));
        commands.put("cut", () -> new CutCommand(terminal));
        commands.put("fix", () -> new FixCommand(terminal));
        commands.put("slow", () -> new SlowCommand(terminal));
        commands.put("cables", () -> new CablesCommand(terminal));
        commands.put("doctor", () -> new DoctorCommand(terminal));
        commands.put("forget", () -> new ForgetCommand(terminal));
        commands.put("leave", () -> new LeaveCommand(terminal));
        commands.put(
                "config",
                () ->
                        new CommandLine(new ConfigCommand())
                                .addSubcommand(new ConfigShowCommand(terminal)));
        commands.put(
                "keys",
                () ->
                        new CommandLine(new KeysCommand())
                                .addSubcommand(new KeysNewCommand(terminal)));
        commands.put("version", () -> new VersionCommand(terminal));
        return commands;
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
