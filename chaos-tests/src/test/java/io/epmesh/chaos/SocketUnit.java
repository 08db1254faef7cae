package io.epmesh.chaos;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Holds the EPMD port of a host as systemd's socket unit does, and starts a peer on it.
final class SocketUnit implements AutoCloseable {
    private static final Path PERL = Path.of("/usr/bin/perl");

    private final Process process;
    private final BufferedReader output;
    private long peer;

    private SocketUnit(Process process) {
        this.process = process;
        this.output = process.inputReader();
    }

    /// Opens the port; skips the calling test where what stands in for systemd cannot run.
    ///
    /// @param command starts the peer
    static SocketUnit open(Host host, String... command) throws IOException {
        assumeTrue(Files.isExecutable(PERL), "perl is not installed");
        String script =
                Peer.ROOT.resolve("epmd-frontend/src/test/resources/service-manager.pl").toString();
        List<String> all = new ArrayList<>(List.of(PERL.toString(), script, "6:4369"));
        all.addAll(List.of(command));
        SocketUnit unit =
                new SocketUnit(
                        Peer.withApp(host.process(all.toArray(String[]::new)))
                                .redirectError(
                                        ProcessBuilder.Redirect.appendTo(
                                                host.directory().resolve("log").toFile()))
                                .start());
        unit.next("port ");
        return unit;
    }

    /// Starts the peer on the socket that is held.
    void startPeer() throws IOException {
        process.outputWriter().append("\n").flush();
        peer = Long.parseLong(next("started "));
    }

    /// Sends the peer SIGKILL, and waits for its end.
    void killPeer() throws IOException {
        Commands.run("kill", "-KILL", "" + peer).orFail();
        next("ended ");
    }

    /// The process of the peer that runs.
    long peerPid() {
        return peer;
    }

    private String next(String prefix) throws IOException {
        String line = String.valueOf(output.readLine());
        if (!line.startsWith(prefix)) {
            throw new AssertionError("not \"" + prefix + "…\": " + line);
        }
        return line.substring(prefix.length());
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close(); // it kills the peer first
    }
}
