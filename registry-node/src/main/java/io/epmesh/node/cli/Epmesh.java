package io.epmesh.node.cli;

import io.epmesh.node.Daemon;
import io.epmesh.node.EpmdImport;
import io.epmesh.node.config.SoftwareVersion;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The program `epmesh`.
public final class Epmesh {
    private static final String PROGRAM = "epmesh";
    private static final List<String> HELP = List.of("-h", "--help");
    private static final List<String> VERSION = List.of("-V", "--version");

    private final Terminal terminal;

    /// By name; that of a subcommand is two words.
    private final Map<String, Function<Terminal, Command>> commands;

    /// A command that was called, and what is behind its name.
    record Call(String name, Command command, List<String> words) {}

    Epmesh(Terminal terminal, Starter starter) {
        this.terminal = terminal;
        this.commands = commands(starter);
    }

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
        int code = new Epmesh(terminal, starter).run(List.of(arguments));
        terminal.out().flush();
        return code;
    }

    private int run(List<String> words) {
        Optional<Call> call = call(words);
        if (call.isPresent()) {
            return run(call.get());
        }
        String first = words.isEmpty() ? "" : words.getFirst();
        boolean isGroup = commands.keySet().stream().anyMatch(it -> it.startsWith(first + " "));
        String group = isGroup ? first + " " : "";
        List<String> rest = isGroup ? words.subList(1, words.size()) : words;
        if (isAsked(HELP, rest)) {
            terminal.out().print(help(group));
            return ExitCode.OK;
        }
        if (isAsked(VERSION, rest)) {
            return version();
        }
        return usage(
                rest.isEmpty()
                        ? "missing command"
                        : "unknown command '%s%s'".formatted(group, rest.getFirst()),
                (PROGRAM + " " + group).strip());
    }

    /// Finds the command of a command line; empty if it names none.
    Optional<Call> call(List<String> words) {
        for (int length = 1; length <= Math.min(2, words.size()); length++) {
            String name = String.join(" ", words.subList(0, length));
            Function<Terminal, Command> command = commands.get(name);
            if (command != null) {
                List<String> rest = words.subList(length, words.size());
                return Optional.of(new Call(name, command.apply(terminal), rest));
            }
        }
        return Optional.empty();
    }

    /// What each command takes, by name.
    Map<String, Usage> usages() {
        Map<String, Usage> usages = new LinkedHashMap<>();
        commands.forEach((name, command) -> usages.put(name, command.apply(terminal).usage()));
        return usages;
    }

    private int run(Call call) {
        String program = PROGRAM + " " + call.name();
        Usage usage = call.command().usage();
        if (isAsked(HELP, call.words())) {
            terminal.out().print(usage.help(program));
            return ExitCode.OK;
        }
        if (isAsked(VERSION, call.words())) {
            return version();
        }
        try {
            usage.read(call.words());
            return call.command().run();
        } catch (UsageException e) {
            return usage(String.valueOf(e.getMessage()), program);
        } catch (Exception bug) {
            bug.printStackTrace(terminal.err());
            return ExitCode.NO;
        }
    }

    private static boolean isAsked(List<String> spellings, List<String> words) {
        return spellings.stream().anyMatch(words::contains);
    }

    private int version() {
        terminal.out().println(PROGRAM + " " + SoftwareVersion.text());
        return ExitCode.OK;
    }

    /// What there is, of a group or of the whole program.
    private String help(String group) {
        HelpText text = new HelpText();
        usages().forEach((name, usage) -> {
            if (name.startsWith(group)) {
                text.row(name, usage.meaning());
            }
        });
        return """
        Usage: epmesh COMMAND [OPTION]...
        A decentralized port registry for distributed Erlang.

        %s
        'epmesh COMMAND --help' tells what a command takes, 'epmesh --version' the version.
        """
                .formatted(text);
    }

    private static Map<String, Function<Terminal, Command>> commands(Starter starter) {
        Map<String, Function<Terminal, Command>> commands = new LinkedHashMap<>();
        commands.put("start", terminal -> StartCommand.start(terminal, starter));
        commands.put("takeover", terminal -> StartCommand.takeover(terminal, starter));
        commands.put("import", terminal -> StartCommand.importing(terminal, EpmdImport::run));
        commands.put("names", NamesCommand::new);
        commands.put("lookup", LookupCommand::new);
        commands.put("peers", PeersCommand::new);
        commands.put("add-node", AddNodeCommand::new);
        commands.put("remove-node", RemoveNodeCommand::new);
        commands.put("mappings", MappingsCommand::new);
        commands.put("status", StatusCommand::new);
        commands.put("events", EventsCommand::new);
        commands.put("cut", CutCommand::new);
        commands.put("fix", FixCommand::new);
        commands.put("slow", SlowCommand::new);
        commands.put("cables", CablesCommand::new);
        commands.put("doctor", DoctorCommand::new);
        commands.put("forget", ForgetCommand::new);
        commands.put("leave", LeaveCommand::new);
        commands.put("config show", ConfigShowCommand::new);
        commands.put("keys new", KeysNewCommand::new);
        commands.put("version", VersionCommand::new);
        return commands;
    }

    /// One sentence instead of the whole usage text.
    private int usage(String sentence, String program) {
        terminal.error("%s; '%s --help' tells more".formatted(sentence, program));
        return ExitCode.USAGE;
    }

    private static PrintStream utf8(PrintStream stream) {
        return new PrintStream(stream, true, StandardCharsets.UTF_8);
    }
}
