package io.epmesh.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A real Erlang node as a child process. It evaluates expressions, one a line, and distributes
/// itself at a port that the test chose, so that the test knows the right answer.
final class ErlangNode implements AutoCloseable {
    private static final String ANSWER = "=> ";
    private static final int ANSWER_SECONDS = 60;
    private static final String PROGRAM =
            """
            Loop = fun Next() ->
                case io:get_line("") of
                    eof -> halt(0);
                    Line ->
                        Result = (catch begin
                            {ok, Tokens, _} = erl_scan:string(Line),
                            {ok, Expressions} = erl_parse:parse_exprs(Tokens),
                            {value, Value, _} = erl_eval:exprs(Expressions, []),
                            Value
                        end),
                        io:format("=> ~0tp~n", [Result]),
                        Next()
                end
            end,
            spawn(fun() -> io:format("=> ~p~n", [node()]), Loop() end).
            """;

    private final Host host;
    private final Process process;
    private final String name;
    private final int port;
    private String fullName = "";
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> said = new ArrayList<>();

    private ErlangNode(Host host, Process process, String name, int port) {
        this.host = host;
        this.process = process;
        this.name = name;
        this.port = port;
        // Reading from a pipe would pin a virtual thread's carrier, of which there is one a core.
        Thread.ofPlatform().name("erl-output").daemon().start(this::read);
    }

    /// Starts `name@HOST` on a host whose EPMD runs, and waits until it is registered.
    ///
    /// @param flags more of them for `erl`
    static ErlangNode start(Host host, String name, int port, String... flags) throws Exception {
        ErlangNode node = launch(host, name, port, flags);
        node.awaitStart();
        return node;
    }

    /// Starts one without waiting for it.
    static ErlangNode launch(Host host, String name, int port, String... flags) throws IOException {
        return launchWith(List.of("erl"), host, name, port, flags);
    }

    /// Starts one of another Erlang; with long names where its own has a dot in its host part.
    ///
    /// @param erl its `erl`
    static ErlangNode launchWith(
            List<String> erl, Host host, String name, int port, String... flags)
            throws IOException {
        List<String> command = new ArrayList<>(erl);
        command.addAll(
                List.of(
                        "-noshell",
                        "-start_epmd",
                        "false",
                        name.matches(".*@.*\\..*") ? "-name" : "-sname",
                        name,
                        "-setcookie",
                        "chaos",
                        "-kernel",
                        "inet_dist_listen_min",
                        "" + port,
                        "inet_dist_listen_max",
                        "" + port,
                        "-eval",
                        PROGRAM));
        command.addAll(List.of(flags));
        ProcessBuilder builder = host.process(command.toArray(String[]::new));
        builder.directory(host.directory().toFile());
        return new ErlangNode(host, builder.redirectErrorStream(true).start(), name, port);
    }

    /// Starts what a command line for `erl` says, as somebody at a terminal would.
    static ErlangNode shell(Workplace workplace, String command, String name) throws IOException {
        String whole = command + " -noshell -setcookie chaos -eval \"$PROGRAM\"";
        ProcessBuilder builder = workplace.shell(whole).redirectErrorStream(true);
        builder.environment().put("PROGRAM", PROGRAM);
        return new ErlangNode(workplace.host(), builder.start(), name, 0);
    }

    /// Waits until it is registered, after [#launch].
    void awaitStart() throws InterruptedException {
        fullName = answer();
    }

    /// The value of an expression, as Erlang prints it. Any thread, one after the other.
    ///
    /// @param expression on one line, ended with a dot
    synchronized String eval(String expression) throws IOException, InterruptedException {
        process.outputWriter().append(expression).append("\n").flush();
        return answer();
    }

    /// Whether `net_adm:ping` of the node is answered.
    boolean reaches(String node) throws IOException, InterruptedException {
        return eval("net_adm:ping('" + node + "').").equals("pong");
    }

    /// The name as the node itself tells it.
    String fullName() {
        return fullName;
    }

    /// Its short name.
    String name() {
        return name;
    }

    /// Its distribution port.
    int port() {
        return port;
    }

    /// Its process.
    Process process() {
        return process;
    }

    /// The id of its process.
    long pid() {
        return process.pid();
    }

    /// Sends it SIGKILL and waits for its end.
    void kill() {
        host.kill(process);
    }

    @Override
    public void close() {
        kill();
    }

    private String answer() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ANSWER_SECONDS);
        while (true) {
            String line = lines.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (line == null || line.isEmpty()) {
                throw new AssertionError(
                        (line == null ? "no answer from" : "end of")
                                + " the node, it said: "
                                + said);
            }
            said.add(line);
            if (line.startsWith(ANSWER)) {
                return line.substring(ANSWER.length());
            }
        }
    }

    // Hands on all lines that are not empty, and an empty one at the end.
    private void read() {
        try (BufferedReader reader = process.inputReader()) {
            reader.lines().filter(line -> !line.isEmpty()).forEach(lines::add);
        } catch (IOException | UncheckedIOException ended) {
            lines.add("(" + ended.getMessage() + ")");
        }
        lines.add("");
    }
}
