package io.epmesh.epmd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Erlang's own programs against the server: the `epmd` command and real nodes.
@Timeout(240)
class ErlangInteropTest {
    private record Outcome(int code, String text) {}

    private final RecordingDirectory directory = new RecordingDirectory();
    private final EpmdServer server = start();
    private final List<Process> started = new ArrayList<>();

    private EpmdServer start() {
        EpmdSettings settings = EpmdSettings.DEFAULTS.withPort(0);
        return switch (EpmdServer.start(settings, directory, Map.of())) {
            case StartResult.Started(EpmdServer serving) -> serving;
            case StartResult.AddressInUse other -> throw new AssertionError(other);
            case StartResult.CannotListen other -> throw new AssertionError(other);
        };
    }

    @BeforeEach
    void assumeErlang() {
        String path = System.getenv().getOrDefault("PATH", "");
        for (String program : List.of("erl", "epmd")) {
            boolean found =
                    Arrays.stream(path.split(Pattern.quote(File.pathSeparator), -1))
                            .anyMatch(dir -> Files.isExecutable(Path.of(dir, program)));
            assumeTrue(found, "skipped: " + program + " is not on the PATH (install Erlang)");
        }
    }

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
        server.close();
    }

    private Process launch(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("ERL_EPMD_PORT", Integer.toString(server.port()));
        builder.environment().put("HOME", System.getProperty("java.io.tmpdir"));
        Process process = builder.start();
        started.add(process);
        process.getOutputStream().close();
        return process;
    }

    private Outcome run(String... command) throws IOException, InterruptedException {
        Process process = launch(command);
        String text = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), text);
    }

    private Outcome epmd(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("epmd", "-port", "" + server.port()));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    private Process node(String name, String expression) throws IOException {
        return launch(erl(name, expression));
    }

    private static String[] erl(String name, String expression) {
        return new String[] {
            "erl",
            "-start_epmd",
            "false",
            "-setcookie",
            "epmesh-test",
            "-sname",
            name + "@localhost",
            "-noinput",
            "-eval",
            expression
        };
    }

    @Test
    void epmdCommand_noNode_isContent() throws Exception {
        assertThat(epmd("-names"))
                .isEqualTo(
                        new Outcome(
                                0,
                                "epmd: up and running on port %d with data:\n"
                                        .formatted(server.port())));
        assertThat(epmd("-started").code()).isZero();
        assertThat(epmd("-stop", "x").text()).contains("local epmd responded with <>");
        assertThat(epmd("-kill")).isEqualTo(new Outcome(0, "Killed\n"));
        assertThat(directory.next()).isEqualTo("stop requested");
    }

    @Test
    void epmdCommand_livingNode_listsAndSparesIt() throws Exception {
        node("a", "ok");
        assertThat(directory.next()).isEqualTo("registered a /127.0.0.1");
        assertThat(epmd("-names").text()).containsPattern("\nname a at port \\d+\n$");
        assertThat(epmd("-dump").text()).containsPattern("active name +<a> at port \\d+, fd = ");
        Outcome kill = epmd("-kill");
        assertThat(kill.code()).isEqualTo(1);
        assertThat(kill.text()).contains("Killing not allowed - living nodes in database.");
    }

    @Test
    void node_killed_isUnregistered() throws Exception {
        Process node = node("a", "ok");
        assertThat(directory.next()).startsWith("registered a");
        node.toHandle().destroyForcibly();
        assertThat(directory.next()).isEqualTo("unregistered a");
    }

    @Test
    void node_nameTaken_isRefusedInErlangsOwnWords() throws Exception {
        node("a", "ok");
        assertThat(directory.next()).startsWith("registered a");
        Outcome second = run(erl("a", "halt()."));
        assertThat(second.code()).isNotZero();
        assertThat(second.text())
                .contains("the name a@localhost seems to be in use by another Erlang node");
    }

    @Test
    void nodes_two_findEachOther() throws Exception {
        node("a", "ok");
        assertThat(directory.next()).startsWith("registered a");
        Outcome ping = run(erl("b", "io:format(\"~p\", [net_adm:ping('a@localhost')]), halt()."));
        assertThat(ping).isEqualTo(new Outcome(0, "pong"));
    }

    @Test
    void node_restartedAtOnce_getsANewCreation() throws Exception {
        String creation = "io:format(\"~p\", [erlang:system_info(creation)]), halt().";
        long first = Long.parseLong(run(erl("a", creation)).text());
        long second = Long.parseLong(run(erl("a", creation)).text());
        assertThat(second).isEqualTo(first + 1);
    }
}
