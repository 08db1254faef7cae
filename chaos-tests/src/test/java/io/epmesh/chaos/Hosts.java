package io.epmesh.chaos;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Hosts `h1`, `h2`, … on one wire, each a network namespace with the address 10.213.77.N.
///
/// The wire is a bridge in a namespace of its own, so that nothing of the machine's network, above
/// all its packet filter, has a part in it, and several wires do not know of each other. All that
/// is on one has names with one prefix, and a lock. What an earlier run left of it is removed at
/// the start. There are a few wires for tests of several processes at the same time; more of them
/// wait. On each host, the names of the mesh host are those of a loopback address.
final class Hosts implements AutoCloseable {
    private static final String TESTS = "epmeshchaos-";
    private static final int WIRES = 4;
    private static final String WIRE = "wire";
    private static final Path NAMESPACES = Path.of("/run/netns");
    private static final Path ETC = Path.of("/etc/netns");

    /// Why this machine has no hosts; empty where it can.
    private static final Optional<String> OBSTACLE = obstacle();

    private final String prefix;
    private final FileChannel lockFile;
    private final FileLock lock;
    private final Path directory;
    private final List<Host> hosts;

    private Hosts(
            String prefix, FileChannel lockFile, FileLock lock, Path directory, List<Host> hosts) {
        this.prefix = prefix;
        this.lockFile = lockFile;
        this.lock = lock;
        this.directory = directory;
        this.hosts = hosts;
    }

    /// Lays the wire and starts `count` hosts; skips the calling test, with the reason, where this
    /// machine does not allow it.
    static Hosts start(int count) throws IOException {
        assumePossible();
        for (int wire = 1; wire < WIRES; wire++) {
            FileChannel lockFile = lockFile(prefix(wire));
            FileLock lock = lockFile.tryLock();
            if (lock != null) {
                return start(prefix(wire), lockFile, lock, count);
            }
            lockFile.close();
        }
        FileChannel lockFile = lockFile(prefix(WIRES));
        return start(prefix(WIRES), lockFile, lockFile.lock(), count);
    }

    private static String prefix(int wire) {
        return TESTS + wire + "-";
    }

    private static FileChannel lockFile(String prefix) throws IOException {
        return FileChannel.open(
                Path.of(System.getProperty("java.io.tmpdir"), prefix + "lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
    }

    private static Hosts start(String prefix, FileChannel lockFile, FileLock lock, int count)
            throws IOException {
        Path directory = Files.createTempDirectory(prefix);
        List<Host> hosts =
                IntStream.rangeClosed(1, count)
                        .mapToObj(number ->
                                new Host(
                                        new NamespaceEntry(prefix + "h" + number, "h" + number),
                                        "h" + number,
                                        "10.213.77." + number,
                                        directory.resolve("h" + number)))
                        .toList();
        Hosts all = new Hosts(prefix, lockFile, lock, directory, hosts);
        try {
            all.removeNamespaces();
            all.layWire();
            return all;
        } catch (RuntimeException | Error | IOException failed) {
            all.close();
            throw failed;
        }
    }

    /// Skips the calling test, with the reason, where this machine has no hosts.
    static void assumePossible() {
        assumeTrue(OBSTACLE.isEmpty(), OBSTACLE.orElse(""));
    }

    private static Optional<String> obstacle() {
        if (!System.getProperty("user.name").equals("root")) {
            return Optional.of("network namespaces need root");
        }
        for (String tool :
                List.of("ip", "iptables", "unshare", "hostname", "bash", "erl", "epmd")) {
            if (Commands.run("sh", "-c", "command -v " + tool).exit() != 0) {
                return Optional.of(tool + " is not installed");
            }
        }
        String probe = TESTS + "probe" + ProcessHandle.current().pid();
        Finished added = Commands.run("ip", "netns", "add", probe);
        Finished filter = Commands.run("ip", "netns", "exec", probe, "iptables", "-w", "-S");
        Commands.run("ip", "netns", "delete", probe);
        if (added.exit() != 0) {
            return Optional.of("no network namespaces here: " + added.err().strip());
        }
        return filter.exit() == 0
                ? Optional.empty()
                : Optional.of("no iptables in a namespace: " + filter.err().strip());
    }

    private void layWire() throws IOException {
        String wire = prefix + "wire";
        Commands.run("ip", "netns", "add", wire).orFail();
        Commands.run("ip", "-n", wire, "link", "add", WIRE, "type", "bridge").orFail();
        Commands.run("ip", "-n", wire, "link", "set", WIRE, "up").orFail();
        StringBuilder names =
                new StringBuilder(
                        "127.0.0.1 localhost\n::1 localhost\n127.77.0.1 mesh mesh.local\n");
        hosts.forEach(host -> names.append(host.address() + " " + host.name() + "\n"));
        for (Host host : hosts) {
            String namespace = prefix + host.name();
            Path etc = Files.createDirectories(ETC.resolve(namespace));
            Files.writeString(etc.resolve("hosts"), names);
            Files.createDirectory(host.directory());
            plug(host, namespace, wire);
        }
    }

    private static void plug(Host host, String namespace, String wireNamespace) {
        ip("netns", "add", namespace);
        ip(
                "-n",
                wireNamespace,
                "link",
                "add",
                host.name(),
                "type",
                "veth",
                "peer",
                "name",
                "eth0",
                "netns",
                namespace);
        ip("-n", wireNamespace, "link", "set", host.name(), "master", WIRE, "up");
        ip("-n", namespace, "link", "set", "lo", "up");
        // No link-local IPv6 address, past which no cut would reach.
        ip("-n", namespace, "link", "set", "eth0", "addrgenmode", "none");
        ip("-n", namespace, "address", "add", host.address() + "/24", "dev", "eth0");
        ip("-n", namespace, "link", "set", "eth0", "up");
    }

    private static void ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        Commands.run(command.toArray(String[]::new)).orFail();
    }

    /// The host of this number, from 1.
    Host host(int number) {
        return hosts.get(number - 1);
    }

    List<Host> all() {
        return hosts;
    }

    /// Drops all packets between two hosts.
    void cut(Host a, Host b) {
        a.dropFrom(b);
        b.dropFrom(a);
    }

    /// Undoes every cut and every blocked port.
    void heal() {
        hosts.forEach(Host::dropNothing);
    }

    /// Copies the peers' logs to `target/logs/NAME`.
    ///
    /// @param name the test's
    void keepLogs(String name) throws IOException {
        Path logs = Files.createDirectories(Path.of("target", "logs", name));
        for (Host host : hosts) {
            host.keepLog(logs);
        }
    }

    /// Ends all that runs on the hosts, then removes them.
    @Override
    public void close() throws IOException {
        try {
            removeNamespaces();
            removeTree(directory);
        } finally {
            lock.release();
            lockFile.close();
        }
    }

    private void removeNamespaces() throws IOException {
        for (String namespace : ours(NAMESPACES)) {
            Commands.run("ip", "netns", "pids", namespace)
                    .out()
                    .lines()
                    .forEach(pid -> Commands.run("kill", "-9", pid));
            Commands.run("ip", "netns", "delete", namespace).orFail();
        }
        for (String namespace : ours(ETC)) {
            removeTree(ETC.resolve(namespace));
        }
    }

    private List<String> ours(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        try (var files = Files.newDirectoryStream(directory, prefix + "*")) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    static void removeTree(Path top) throws IOException {
        Files.walkFileTree(
                top,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path visited, @Nullable IOException failed) throws IOException {
                        if (failed != null) {
                            throw failed;
                        }
                        Files.delete(visited);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
