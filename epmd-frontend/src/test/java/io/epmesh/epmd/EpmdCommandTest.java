package io.epmesh.epmd;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.epmd.CommandLine.Result;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `bin/epmd` and the C program, given the same arguments, against the same server.
@Timeout(240)
class EpmdCommandTest {
    private static final String ALIVE_X = "000e 78 9999 4d 00 0006 0005 0001 78 0000";
    private static final String NOBODY = "1";

    private RealEpmd server;
    private Wire node;

    @BeforeEach
    void start() throws Exception {
        RealEpmd.assumeInstalled();
        assertThat(Files.isExecutable(CommandLine.bin().resolve("epmd"))).isTrue();
        server = RealEpmd.start();
        node = new Contender("C epmd", server.port()).connect(Exchange.of(new byte[0]));
        node.send(ALIVE_X).read(6);
    }

    @AfterEach
    void end() throws Exception {
        if (server != null) {
            node.close();
            server.close();
        }
    }

    private static Result withoutUsage(Result result) {
        return result.error().startsWith("usage: epmd ")
                ? new Result(result.code(), result.output(), "usage")
                : result;
    }

    private void assertSame(String port, String... arguments) throws Exception {
        Result theirs = CommandLine.theirs().with("ERL_EPMD_PORT", port).run(arguments);
        Result ours = CommandLine.ours().with("ERL_EPMD_PORT", port).run(arguments);
        assertThat(withoutUsage(ours)).isEqualTo(withoutUsage(theirs));
    }

    static Stream<String> commandLines() {
        return Stream.of(
                "-names",
                "-dump",
                "-started",
                "-kill",
                "-stop x",
                "-stop nobody",
                "-stop " + "n".repeat(300),
                "-d -names",
                "-debug -d -d -names",
                "-daemon -names",
                "-systemd -names",
                "-relaxed_command_check -names",
                "-packet_timeout 5 -names",
                "-delay_accept 1 -delay_write 1 -names",
                "-address 127.0.0.1 -names",
                "-names more",
                "-names -d",
                "-dump more",
                "-started more",
                "-kill more",
                "-stop",
                "-stop x more",
                "-port",
                "-port 0",
                "-port abc",
                "-packet_timeout",
                "-packet_timeout 0",
                "-packet_timeout x",
                "-delay_accept",
                "-delay_accept x",
                "-delay_write 0",
                "-address",
                "-foo",
                "--help",
                "names");
    }

    @ParameterizedTest
    @MethodSource("commandLines")
    void command_withServer_doesAsTheCProgram(String arguments) throws Exception {
        assertSame(Integer.toString(server.port()), arguments.split(" ", -1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-names", "-dump", "-started", "-kill", "-stop x"})
    void command_withoutServer_doesAsTheCProgram(String arguments) throws Exception {
        assertSame(NOBODY, arguments.split(" ", -1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-daemon", "-d", "-daemon -relaxed_command_check"})
    void start_portInUse_isQuietSuccess(String arguments) throws Exception {
        String port = Integer.toString(server.port());
        String[] list = arguments.isEmpty() ? new String[0] : arguments.split(" ", -1);
        Result ours = CommandLine.ours().with("ERL_EPMD_PORT", port).run(list);
        assertThat(ours).isEqualTo(new Result(0, "", ""));
        // Not with -daemon: its child binds when it likes, and may find the port free again.
        if (!arguments.contains("-daemon")) {
            // With -d it tells why.
            Result theirs = CommandLine.theirs().with("ERL_EPMD_PORT", port).run(list);
            assertThat(theirs.code()).isZero();
        }
    }

    @Test
    void kill_noNode_ends() throws Exception {
        node.close();
        String port = Integer.toString(server.port());
        CommandLine ours = CommandLine.ours();
        assertThat(ours.run("-port", port, "-kill")).isEqualTo(new Result(0, "Killed\n", ""));
        assertThat(server.exitCode()).isZero();
    }

    @Test
    void stop_relaxedServer_doesAsTheCProgram() throws Exception {
        try (RealEpmd relaxed = RealEpmd.start("-relaxed_command_check");
                Wire one = new Contender("", relaxed.port()).connect(Exchange.of(new byte[0]))) {
            String port = Integer.toString(relaxed.port());
            one.send(ALIVE_X).read(6);
            assertThat(CommandLine.ours().run("-port", port, "-stop", "x"))
                    .isEqualTo(new Result(0, "STOPPED\n", ""));
            assertSame(port, "-stop", "x");
            assertThat(CommandLine.theirs().run("-port", port, "-stop", "x").output())
                    .isEqualTo("NOEXIST\n");
        }
    }

    @Test
    void start_delays_areRefusedInOneSentence() throws Exception {
        for (String flag : List.of("-delay_accept", "-delay_write")) {
            Result ours = CommandLine.ours().with("ERL_EPMD_PORT", NOBODY).run(flag, "1");
            assertThat(ours.code()).isEqualTo(1);
            assertThat(ours.error())
                    .startsWith(
                            "epmd: " + flag + ", the simulation of a busy server, is not there");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1,x", "1.2.3"})
    void start_addressThatIsNone_failsAsTheCProgram(String list) throws Exception {
        String bad = list.substring(list.indexOf(',') + 1);
        for (CommandLine each : List.of(CommandLine.theirs(), CommandLine.ours())) {
            Result result = each.with("ERL_EPMD_PORT", NOBODY).run("-address", list);
            assertThat(result.code()).isEqualTo(1);
            assertThat(result.error().strip()).endsWith("cannot parse IP address \"" + bad + "\"");
        }
    }

    @Test
    void systemd_noSockets_failsAsTheCProgram() throws Exception {
        for (CommandLine each : List.of(CommandLine.theirs(), CommandLine.ours())) {
            Result result = each.with("ERL_EPMD_PORT", NOBODY).run("-systemd");
            assertThat(result.code()).isEqualTo(1);
            assertThat(result.error().strip()).endsWith("systemd provides no sockets");
        }
    }

    @Test
    void interactiveCommands_startNoVirtualMachine() throws Exception {
        CommandLine noJava =
                CommandLine.ours().with("JAVA_HOME", "/nonexistent").with("PATH", "/usr/bin:/bin");
        Result names = noJava.with("ERL_EPMD_PORT", Integer.toString(server.port())).run("-names");
        assertThat(names.code()).isZero();
        assertThat(names.output()).endsWith("name x at port 39321\n");
    }

    /// As where a socket unit holds the port and no peer is there. The C program waits for ever.
    @Test
    void names_portThatNobodyServes_givesUp() throws Exception {
        try (ServerSocket held = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {
            Result names =
                    CommandLine.ours()
                            .with("ERL_EPMD_PORT", Integer.toString(held.getLocalPort()))
                            .run("-names");
            assertThat(names.code()).isEqualTo(1);
            assertThat(names.error()).isEqualTo("epmd: no answer from local epmd\n");
        }
    }
}
