package io.epmesh.epmd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A stand-in for systemd, which holds a listening socket and keeps a command running on it: the
/// script `service-manager.pl`, since Java cannot hand descriptors to a child.
final class StandInManager implements AutoCloseable {
    private static final Path PERL = Path.of("/usr/bin/perl");

    private final Process process;
    private final BufferedReader output;
    private final int port;

    /// @param family `4` for loopback, `6` for all addresses of both families
    StandInManager(String family, List<String> command, Map<String, String> environment)
            throws IOException {
        assumeTrue(Files.isExecutable(PERL), "skipped: perl is not installed");
        List<String> all = new ArrayList<>(List.of(PERL.toString(), script(), family));
        all.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(all);
        builder.environment().putAll(environment);
        process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        port = Integer.parseInt(next("port "));
    }

    private static String script() {
        return Path.of("src/test/resources/service-manager.pl").toAbsolutePath().toString();
    }

    private String next(String prefix) throws IOException {
        String line = output.readLine();
        assertThat(line).startsWith(prefix);
        return line.substring(prefix.length());
    }

    int port() {
        return port;
    }

    /// The process id of the command, once it is started the next time.
    long nextStart() throws IOException {
        return Long.parseLong(next("started "));
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        // It ends the command first; the end of its output is its own.
        while (output.readLine() != null) {}
    }
}
