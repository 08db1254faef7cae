package io.epmesh.node.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.epmesh.node.handshake.HandshakeResult.Accepts;
import io.epmesh.node.handshake.HandshakeResult.Identified;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The handshake against a node of the Erlang/OTP that is installed here, with an epmd of its own.
final class RealNodeTest {
    // Prints distribution port, node name and creation; after a line on standard input waits until
    // the node has forgotten all callers, and says so. Whatever it logs comes in between.
    private static final String PROGRAM =
            """
            ok = logger:set_primary_config(level, all),
            {port, Port, 6} = erl_epmd:port_please("probed", {127,0,0,1}),
            io:format("~b ~s ~b~n", [Port, node(), erlang:system_info(creation)]),
            io:get_line(""),
            Idle = fun Wait() -> case ets:info(sys_dist, size) of
                                     0 -> ok;
                                     _ -> timer:sleep(1), Wait()
                                 end
                   end,
            Idle(),
            io:format("forgot all callers~n").
            """;
    private static final int START_SECONDS = 120;

    private final DistributionHandshake handshake =
            new DistributionHandshake(Duration.ofMinutes(1));
    private @Nullable Process epmd;
    private @Nullable Process node;
    private String fullName = "";
    private long creation;
    private InetSocketAddress address = new InetSocketAddress(0);

    @BeforeEach
    void startNode() throws Exception {
        assumeTrue(isOnPath("erl") && isOnPath("epmd"), "erl and epmd are not installed");
        int epmdPort = freePort();
        epmd = new ProcessBuilder("epmd", "-port", "" + epmdPort).start();
        awaitListening(epmdPort);
        ProcessBuilder erl =
                new ProcessBuilder(
                        "erl",
                        "-sname",
                        "probed",
                        "-noshell",
                        "-start_epmd",
                        "false",
                        "-setcookie",
                        "unknown",
                        "-eval",
                        PROGRAM);
        erl.environment().put("ERL_EPMD_PORT", "" + epmdPort);
        node = erl.redirectErrorStream(true).start();
        String[] told = nextLine(node).split(" ", -1);
        assertThat(told).hasSize(3);
        address =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(told[0]));
        fullName = told[1];
        creation = Long.parseLong(told[2]);
    }

    @AfterEach
    void stop() throws Exception {
        handshake.close();
        for (Process process : Arrays.asList(node, epmd)) {
            if (process != null) {
                process.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void ask_livingNode_tellsNameAndCreationAndLogsNothing() throws Exception {
        Process asked = running();
        for (int i = 0; i < 20; i++) {
            assertThat(ask(handshake))
                    .isEqualTo(new Identified(fullName, OptionalLong.of(creation)));
        }

        asked.outputWriter().append("\n").flush();
        assertThat(nextLine(asked)).isEqualTo("forgot all callers");
    }

    @Test
    void ask_stoppedNode_accepts() throws Exception {
        signal("STOP");
        try (DistributionHandshake impatient = new DistributionHandshake(Duration.ofMillis(300))) {
            assertThat(ask(impatient)).isEqualTo(new Accepts());
        }

        signal("CONT");
        assertThat(ask(handshake)).isInstanceOf(Identified.class);
        running().outputWriter().append("\n").flush();
        assertThat(nextLine(running())).isEqualTo("forgot all callers");
    }

    private HandshakeResult ask(DistributionHandshake asking) throws Exception {
        return asking.ask(address, 6).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private void signal(String name) throws Exception {
        // `erl` replaces itself by the emulator, so the process that we started is the node.
        assertThat(new ProcessBuilder("kill", "-" + name, "" + running().pid()).start().waitFor())
                .isZero();
    }

    private Process running() {
        return Objects.requireNonNull(node);
    }

    private static String nextLine(Process process) throws Exception {
        return CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return "" + process.inputReader().readLine();
                            } catch (IOException broken) {
                                throw new UncheckedIOException(broken);
                            }
                        })
                .get(START_SECONDS, TimeUnit.SECONDS);
    }

    private static boolean isOnPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    private static int freePort() throws IOException {
        try (ServerSocket server = new ServerSocket(0)) {
            return server.getLocalPort();
        }
    }

    private static void awaitListening(int port) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(socket.isConnected()).isTrue();
                return;
            } catch (IOException notYet) {
                if (System.nanoTime() > end) {
                    throw notYet;
                }
                Thread.onSpinWait();
            }
        }
    }
}
