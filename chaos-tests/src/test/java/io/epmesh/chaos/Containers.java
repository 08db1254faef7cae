package io.epmesh.chaos;

import static java.util.Objects.requireNonNull;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Network.Ipam;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.utility.DockerImageName;

/// Hosts `h1`, `h2`, … of a run under faults: containers on a Docker network of their own, each
/// with the address that its number gives, its own directory, and its own disk for the peer's data.
///
/// Whatever belongs to a run has its prefix, and a lock: several go on side by side, and what one
/// that was killed left behind is removed by the next.
final class Containers implements AutoCloseable {
    private static final String LABEL = "io.epmesh.chaos";
    private static final int RUNS = 9;
    private static final String IMAGE = System.getenv().getOrDefault("CHAOS_IMAGE", "");
    private static final Path TEMPORARY = Path.of(System.getProperty("java.io.tmpdir"));

    /// What runs in them is this machine's, at the same place.
    private static final List<Path> MOUNTED =
            List.of(Path.of(System.getProperty("java.home")), Peer.ROOT, Peer.APP, Peer.NEXT);

    private final String prefix;
    private final FileChannel lockFile;
    private final Path directory;
    private final Network network;
    private final Map<Host, Container> containers = new LinkedHashMap<>();
    private final Map<Host, Disk> disks = new LinkedHashMap<>();

    private Containers(String prefix, int number, FileChannel lockFile) throws IOException {
        this.prefix = prefix;
        this.lockFile = lockFile;
        removeLeftOvers();
        this.directory = Files.createTempDirectory(TEMPORARY, prefix);
        String wire = wire(number);
        this.network =
                Network.builder()
                        .createNetworkCmdModifier(command ->
                                command.withName(prefix)
                                        .withLabels(new LinkedHashMap<>(Map.of(LABEL, prefix)))
                                        .withIpam(
                                                new Ipam()
                                                        .withConfig(
                                                                new Ipam.Config()
                                                                        .withSubnet(wire + "0/24")
                                                                        .withGateway(
                                                                                wire + "254"))))
                        .build();
    }

    /// Why there are none here; empty where there are.
    static Optional<String> obstacle() {
        return IMAGE.isEmpty()
                ? Optional.of("no containers: bin/chaos and bin/verify make an engine and an image")
                : Optional.empty();
    }

    /// Starts some.
    ///
    /// @throws IllegalStateException if too many runs are under way
    static Containers start(int count) throws IOException {
        for (int number = 1; number <= RUNS; number++) {
            String prefix = "epmeshrun" + number + "-";
            FileChannel lockFile =
                    FileChannel.open(
                            TEMPORARY.resolve(prefix + "lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            FileLock lock = lockFile.tryLock();
            if (lock == null) {
                lockFile.close();
                continue;
            }
            Containers all = new Containers(prefix, number, lockFile);
            try {
                all.create(wire(number), count);
                return all;
            } catch (RuntimeException | Error | IOException failed) {
                all.close();
                throw failed;
            }
        }
        throw new IllegalStateException(RUNS + " runs are under way already");
    }

    private static String wire(int number) {
        return "10.213.%d.".formatted(100 + number);
    }

    private void create(String wire, int count) throws IOException {
        List<String> names =
                IntStream.rangeClosed(1, count).mapToObj(i -> "h" + i + ":" + wire + i).toList();
        for (int i = 1; i <= count; i++) {
            String name = "h" + i;
            String address = wire + i;
            Path files = Files.createDirectory(directory.resolve(name));
            Container container =
                    new Container(
                            new GenericContainer<>(DockerImageName.parse(IMAGE))
                                    .withImagePullPolicy(_ -> false)
                                    .withNetwork(network)
                                    // It reaps what ends, and ends only when it is killed.
                                    .withCommand("sh", "-c", "while :; do sleep 3600 & wait; done")
                                    .withCreateContainerCmdModifier(
                                            command -> shape(command, name, address, names)));
            Host host = new Host(container, name, address, files);
            containers.put(host, container);
            if (Clock.canBeStepped()) {
                Clock.of(host).step(0);
            }
            disks.put(host, Disk.make(directory.resolve(name + ".disk"), files.resolve("data")));
        }
        containers.values().forEach(Container::create);
    }

    private void shape(
            CreateContainerCmd command, String name, String address, List<String> names) {
        List<Bind> binds = new ArrayList<>();
        Stream.concat(MOUNTED.stream(), elsewhere().stream())
                .distinct()
                .forEach(path -> binds.add(bind(path, AccessMode.ro)));
        binds.add(bind(directory, AccessMode.ro));
        binds.add(bind(directory.resolve(name), AccessMode.rw));
        List<String> hosts = new ArrayList<>(names);
        hosts.addAll(List.of("mesh:127.77.0.1", "mesh.local:127.77.0.1"));
        command.withName(prefix + name)
                .withHostName(name)
                .withIpv4Address(address)
                .withLabels(new LinkedHashMap<>(Map.of(LABEL, prefix)));
        requireNonNull(command.getHostConfig())
                .withBinds(binds)
                .withExtraHosts(hosts.toArray(String[]::new));
    }

    /// What is used beside those: directories outside of the JDK's own that files of it are in, as
    /// with Debian's, and the library of clocks.
    private static List<Path> elsewhere() {
        Path jdk = MOUNTED.getFirst();
        try (Stream<Path> files = Files.walk(jdk)) {
            List<Path> directories = new ArrayList<>();
            for (Path link : files.filter(Files::isSymbolicLink).filter(Files::exists).toList()) {
                Path target = link.toRealPath();
                if (!target.startsWith(jdk)) {
                    directories.add(target.getParent());
                }
            }
            if (Clock.canBeStepped()) {
                directories.add(Path.of(Clock.LIBRARY));
            }
            return directories.stream().distinct().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Bind bind(Path path, AccessMode mode) {
        return new Bind("" + path, new Volume("" + path), mode);
    }

    /// The host of this number, from 1.
    Host host(int number) {
        return all().get(number - 1);
    }

    List<Host> all() {
        return List.copyOf(containers.keySet());
    }

    /// Those that are not off.
    List<Host> running() {
        return all().stream().filter(host -> !container(host).isOff()).toList();
    }

    /// The container that is this host.
    Container container(Host host) {
        return requireNonNull(containers.get(host), host::name);
    }

    /// The disk under the data of this host's peer.
    Disk disk(Host host) {
        return requireNonNull(disks.get(host), host::name);
    }

    /// Ends all that runs in them, and removes them and their files.
    @Override
    public void close() throws IOException {
        try {
            containers.values().forEach(Container::remove);
            network.close();
            removeLeftOvers();
        } finally {
            lockFile.close();
        }
    }

    private void removeLeftOvers() throws IOException {
        DockerClient docker = DockerClientFactory.instance().client();
        docker.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(LABEL, prefix))
                .exec()
                .forEach(left -> docker.removeContainerCmd(left.getId()).withForce(true).exec());
        docker.listNetworksCmd()
                .withNameFilter(prefix)
                .exec()
                .forEach(left -> docker.removeNetworkCmd(left.getId()).exec());
        for (String line : Files.readAllLines(Path.of("/proc/mounts"))) {
            String mount = line.split(" ", 3)[1];
            if (mount.startsWith(TEMPORARY.resolve(prefix).toString())) {
                Commands.run("umount", mount).orFail();
            }
        }
        try (var files = Files.newDirectoryStream(TEMPORARY, prefix + "[0-9]*")) {
            for (Path left : files) {
                Hosts.removeTree(left);
            }
        }
    }
}
