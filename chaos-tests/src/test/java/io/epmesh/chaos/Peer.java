package io.epmesh.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/// The peer of a host, started as its operator would: `bin/epmesh start --config FILE`.
final class Peer implements AutoCloseable {
    /// The source tree.
    static final Path ROOT = Path.of(System.getProperty("epmesh.root")).normalize();

    /// The program, and its next version.
    static final Path APP =
            Path.of(System.getProperty("epmesh.app", ROOT + "/registry-node/target/app"))
                    .normalize();

    static final Path NEXT = Path.of(System.getProperty("epmesh.next", "" + APP));

    private static final Duration START = Duration.ofSeconds(30);

    private final Host host;
    private Process process;
    private Path program = APP;

    private Peer(Host host, Process process) {
        this.host = host;
        this.process = process;
    }

    /// Starts a peer that waits for others to join it; [#awaitEpmd] tells when it is there.
    static Peer first(Host host) throws IOException {
        return start(host, "gossip-address = " + host.address());
    }

    /// Starts a peer that joins another host's.
    static Peer joining(Host host, Host other) throws IOException {
        return start(host, "join = " + other.name());
    }

    /// Starts a peer without a key, with a line of configuration.
    static Peer start(Host host, String setting) throws IOException {
        configure(host, setting + "\ninsecure-gossip = true");
        return new Peer(host, launch(host));
    }

    /// Starts a peer that shares a key with the others, and asks all of them for the mesh.
    ///
    /// @param more lines of configuration
    static Peer withKey(Host host, Path key, List<Host> mesh, String... more) throws IOException {
        String join = mesh.stream().map(Host::name).collect(Collectors.joining(","));
        String lines = String.join("\n", more);
        configure(host, "join = %s\nkey-file = %s\n%s".formatted(join, key, lines));
        return new Peer(host, launch(host));
    }

    /// Opens the port of a host for a peer that is to be started on it.
    static SocketUnit held(Host host) throws IOException {
        configure(host, "gossip-address = %s\ninsecure-gossip = true".formatted(host.address()));
        return SocketUnit.open(host, startCommand(host));
    }

    private static void configure(Host host, String settings) throws IOException {
        Files.writeString(
                host.directory().resolve("epmesh.conf"),
                """
                # written by a test
                %s
                data-dir = %s
                """
                        .formatted(settings, host.directory().resolve("data")));
    }

    private static void checkPackaged() {
        String jar = "epmesh-registry-node-*.jar";
        boolean packaged = false;
        if (Files.isDirectory(APP)) {
            try (var jars = Files.newDirectoryStream(APP, jar)) {
                for (Path found : jars) {
                    try (ZipFile classes = new ZipFile(found.toFile())) {
                        packaged |= classes.getEntry("io/epmesh/node/cli/Epmesh.class") != null;
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        if (!packaged) {
            throw new AssertionError(
                    "no command line in %s/%s: run mvn verify, not mvn test".formatted(APP, jar));
        }
    }

    private static Process launch(Host host) throws IOException {
        return log(host, host.process(startCommand(host)));
    }

    private static String[] startCommand(Host host) {
        String[] start =
                commandLine("start", "--config", "" + host.directory().resolve("epmesh.conf"));
        return Stream.concat(host.clock().stream(), Stream.of(start)).toArray(String[]::new);
    }

    private static Process log(Host host, ProcessBuilder builder) throws IOException {
        return appendLog(host, withApp(builder));
    }

    private static Process appendLog(Host host, ProcessBuilder builder) throws IOException {
        return builder.redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(host.directory().resolve("log").toFile()))
                .start();
    }

    /// `bin/epmesh` of the source tree with these arguments.
    static String[] commandLine(String... arguments) {
        List<String> command = new ArrayList<>(List.of(ROOT.resolve("bin/epmesh").toString()));
        command.addAll(List.of(arguments));
        return command.toArray(String[]::new);
    }

    /// `builder`, told to run what this build packaged.
    ///
    /// @throws AssertionError if this build has not packaged it
    static ProcessBuilder withApp(ProcessBuilder builder) {
        checkPackaged();
        builder.environment().put("EPMESH_APP", APP.toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder;
    }

    /// Waits until it answers as epmd.
    ///
    /// @throws AssertionError if it ends, or does not answer
    void awaitEpmd() {
        await(() -> host.epmdOf("127.0.0.1").names());
    }

    /// Waits until it answers over HTTP: behind a takeover, while somebody else may still be epmd.
    ///
    /// @throws AssertionError if it ends, or does not answer
    void awaitHttp() {
        await(() -> host.api("peers"));
    }

    private void await(Await.Assertion answer) {
        try {
            Await.within(
                    START,
                    () -> {
                        if (process.isAlive()) {
                            answer.check();
                        }
                    });
        } catch (AssertionError silent) {
            throw new AssertionError(silent.getMessage() + ", its log: " + logged(), silent);
        }
        if (!process.isAlive()) {
            throw new AssertionError("the peer ended: " + logged());
        }
    }

    private String logged() {
        try {
            return log();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What it has logged.
    String log() throws IOException {
        return Files.readString(host.directory().resolve("log"));
    }

    /// The arguments of its process.
    String commandLine() throws IOException {
        return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")).replace('\0', ' ');
    }

    /// Sends SIGKILL and waits for its end.
    void kill() {
        host.kill(process);
    }

    /// Freezes it (SIGSTOP): it accepts connections, and says nothing.
    void freeze() {
        host.signal("STOP", process);
    }

    /// Lets it go on after [#freeze].
    void thaw() {
        host.signal("CONT", process);
    }

    /// Asks it to end (SIGTERM), as a service manager does, and waits for it.
    void stop() {
        host.signal("TERM", process);
        process.onExit().orTimeout(20, TimeUnit.SECONDS).join();
    }

    /// Starts it again with the same configuration and data, after [#kill] or [#stop].
    void restart() throws IOException {
        ProcessBuilder builder = withApp(host.process(startCommand(host)));
        builder.environment().put("EPMESH_APP", program.toString());
        process = appendLog(host, builder);
    }

    /// Has the next [#restart] run the other version of the program.
    void exchange() {
        program = program.equals(APP) ? NEXT : APP;
    }

    /// Starts it again as after a reboot: the kernel tells another boot id.
    void restartInAnotherBoot() throws IOException {
        Path bootId = host.directory().resolve("boot_id");
        Files.writeString(bootId, UUID.randomUUID() + "\n");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "sh",
                                "-c",
                                // the mount is this process' own, as `ip netns exec` made it
                                "mount --bind \"$0\" /proc/sys/kernel/random/boot_id"
                                        + " && exec \"$@\"",
                                bootId.toString()));
        command.addAll(List.of(startCommand(host)));
        process = log(host, host.process(command.toArray(String[]::new)));
    }

    /// Its process, until the next [#restart].
    Process process() {
        return process;
    }

    /// Whether its process is still there.
    boolean isRunning() {
        return process.isAlive();
    }

    @Override
    public void close() {
        kill();
    }
}
