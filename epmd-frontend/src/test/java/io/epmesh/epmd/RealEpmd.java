package io.epmesh.epmd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// The C program, in the foreground on a port that was free; ended with its process.
final class RealEpmd implements AutoCloseable {
    private static final int ATTEMPTS = 10;

    private final Process process;
    private final int port;

    private RealEpmd(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /// Where it is installed, if it is.
    static Optional<Path> installed() {
        String path = System.getenv().getOrDefault("PATH", "");
        return Arrays.stream(path.split(Pattern.quote(File.pathSeparator), -1))
                .map(directory -> Path.of(directory, "epmd"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /// Skips the test that calls it where there is no epmd.
    static void assumeInstalled() {
        assumeTrue(installed().isPresent(), "skipped: epmd is not on the PATH (install Erlang)");
    }

    /// Starts one that answers when this returns.
    static RealEpmd start(String... flags) throws IOException, InterruptedException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = freePort();
            List<String> command = new ArrayList<>(List.of("epmd", "-port", "" + port));
            command.addAll(List.of(flags));
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().keySet().removeIf(name -> name.startsWith("ERL_EPMD"));
            builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
            Process process = builder.start();
            if (answers(process, port)) {
                return new RealEpmd(process, port);
            }
        }
        throw new AssertionError("epmd ended at once, %d times".formatted(ATTEMPTS));
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0)) {
            return probe.getLocalPort();
        }
    }

    /// False if it ended, since another program took the port meanwhile.
    private static boolean answers(Process process, int port)
            throws IOException, InterruptedException {
        while (!process.waitFor(5, TimeUnit.MILLISECONDS)) {
            try (Wire wire = new Wire(InetAddress.getLoopbackAddress(), port)) {
                assertThat(wire.send("0001 6e").readAll()).isEqualTo("%08x".formatted(port));
                return true;
            } catch (ConnectException notYet) {
                assertThat(notYet).hasMessageContaining("refused");
            }
        }
        return false;
    }

    int port() {
        return port;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// Waits for its end, a minute at most.
    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
