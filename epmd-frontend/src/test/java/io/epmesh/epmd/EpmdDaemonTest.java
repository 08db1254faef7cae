package io.epmesh.epmd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.epmesh.epmd.CommandLine.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `bin/epmd` starting real peers, as `erl` does it. It runs what `bin/epmesh` has built last,
/// since the peer is built after this module.
@Timeout(480)
class EpmdDaemonTest {
    private static final String REGISTERED =
            "{ok, [{_, _}]} = erl_epmd:names(), io:format(\"registered\"), halt().";

    @TempDir private Path data;
    private CommandLine epmd;
    private String port;

    @BeforeEach
    void assumeBuilt() throws IOException {
        Path app = Path.of("..", "registry-node", "target", "run", "current").toAbsolutePath();
        assumeTrue(
                Files.isDirectory(app),
                "skipped: no peer is built (bin/verify builds one, or run bin/epmesh version)");
        try (ServerSocket probe = new ServerSocket(0)) {
            port = Integer.toString(probe.getLocalPort());
        }
        epmd =
                new CommandLine(
                        CommandLine.bin().resolve("epmd").toString(),
                        Map.of(
                                "EPMESH_APP",
                                app.toRealPath().toString(),
                                "EPMESH_DATA_DIR",
                                data.toString(),
                                "EPMESH_GOSSIP_PORT",
                                "0",
                                "EPMESH_HTTP",
                                "off",
                                "JAVA_HOME",
                                System.getProperty("java.home"),
                                "ERL_EPMD_PORT",
                                port,
                                "HOME",
                                data.toString()));
    }

    @AfterEach
    void kill() throws Exception {
        if (port != null) {
            // Once they are gone the data directory can be deleted.
            for (ProcessHandle peer : peers()) {
                peer.destroyForcibly();
                peer.onExit().get();
            }
        }
    }

    private List<ProcessHandle> peers() {
        return ProcessHandle.allProcesses()
                .filter(each ->
                        each.info().commandLine().orElse("").contains(" --epmd-port " + port))
                .toList();
    }

    @Test
    void daemon_withoutJavaHome_findsTheJdkThatEpmeshFinds() throws Exception {
        CommandLine bare = epmd.with("JAVA_HOME", "");
        String epmesh = CommandLine.bin().resolve("epmesh").toString();
        assumeTrue(
                new CommandLine(epmesh, bare.environment()).run("version").code() == 0,
                "skipped: no JDK is found but by JAVA_HOME");
        assertThat(bare.run("-daemon")).isEqualTo(new Result(0, "", ""));
    }

    private CommandLine erlang(Path program) {
        return new CommandLine(program.toString(), epmd.environment());
    }

    private static Path installedErl() {
        Path erl = Path.of("/usr/bin/erl");
        assumeTrue(Files.isExecutable(erl), "skipped: erl is not installed");
        return erl;
    }

    @Test
    void daemon_returns_whenThePortAnswers() throws Exception {
        assertThat(epmd.run("-daemon")).isEqualTo(new Result(0, "", ""));
        assertThat(epmd.run("-names"))
                .isEqualTo(
                        new Result(
                                0,
                                "epmd: up and running on port %s with data:\n".formatted(port),
                                ""));
        assertThat(epmd.run("-daemon")).isEqualTo(new Result(0, "", ""));
        assertThat(epmd.run("-kill")).isEqualTo(new Result(0, "Killed\n", ""));
    }

    @Test
    void daemon_flags_reachThePeer() throws Exception {
        assertThat(
                        epmd.run(
                                        "-daemon",
                                        "-relaxed_command_check",
                                        "-packet_timeout",
                                        "1",
                                        "-address",
                                        "127.0.0.1, 127.0.0.2")
                                .code())
                .isZero();
        int number = Integer.parseInt(port);
        try (Wire first = new Wire(InetAddress.ofLiteral("127.0.0.1"), number);
                Wire second = new Wire(InetAddress.ofLiteral("127.0.0.2"), number)) {
            // Ended by the packet timeout.
            assertThat(first.readUntilEnd(1)).isEmpty();
            assertThat(second.readUntilEnd(1)).isEmpty();
        }
        assertThat(epmd.run("-stop", "nobody")).isEqualTo(new Result(0, "NOEXIST\n", ""));
    }

    @Test
    void daemon_peerThatCannotStart_failsWithItsReason() throws Exception {
        Result result = epmd.with("EPMESH_MESH_NAME", "no good name").run("-daemon");
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.error())
                .startsWith("epmd: the peer ended before it answered, see ")
                .contains("no good name");
    }

    @Test
    void erl_withEpmdFlag_startsIt() throws Exception {
        Path erl = installedErl();
        String start = epmd.program() + " -daemon";
        Result node =
                erlang(erl).run("-epmd", start, "-sname", "a", "-noinput", "-eval", REGISTERED);
        assertThat(node.output()).isEqualTo("registered");
        assertThat(epmd.run("-started").code()).isZero();
    }

    /// `erl` runs the epmd of its own directory, whatever the PATH has.
    @Test
    void erl_inPlaceOfTheCProgram_startsIt() throws Exception {
        Path root = installedErl().toRealPath().resolve("../..").normalize();
        Path bin = data.resolve("bin");
        Files.createDirectory(bin);
        try (Stream<Path> versions = Files.list(root);
                Stream<Path> programs =
                        Files.list(
                                versions.filter(each -> each.toString().contains("/erts-"))
                                        .findFirst()
                                        .orElseThrow()
                                        .resolve("bin"))) {
            for (Path each : programs.toList()) {
                boolean isEpmd = each.endsWith("epmd");
                Files.createSymbolicLink(
                        bin.resolve(each.getFileName()), isEpmd ? Path.of(epmd.program()) : each);
            }
        }
        Result node =
                erlang(bin.resolve("erlexec"))
                        .with("BINDIR", bin.toString())
                        .with("ROOTDIR", root.toString())
                        .with("EMU", "beam")
                        .with("PROGNAME", "erl")
                        .run("-sname", "a", "-noinput", "-eval", REGISTERED);
        assertThat(node.output()).isEqualTo("registered");
        assertThat(epmd.run("-dump").output()).contains("old/unused name <a>, port = ");
    }

    @Test
    void systemd_socketHandedOver_isServed() throws Exception {
        List<String> command = List.of(epmd.program(), "-systemd");
        try (StandInManager manager = new StandInManager("6", command, epmd.environment())) {
            long first = manager.nextStart();
            String held = Integer.toString(manager.port());
            assertThat(epmd.run("-port", held, "-names").output())
                    .isEqualTo("epmd: up and running on port %s with data:\n".formatted(held));
            ProcessHandle peer = ProcessHandle.of(first).orElseThrow();
            assertThat(peer.destroyForcibly()).isTrue();
            peer.onExit().get();
            assertThat(epmd.run("-port", held, "-started").code()).isZero();
        }
    }
}
