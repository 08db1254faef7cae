package io.epmesh.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Peers with a key on loopback, the first of which is the others' seed. One thread.
final class MeshOfThree implements AutoCloseable {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final int SIZE = 3;
    private static final Duration SETTLED = Duration.ofSeconds(30);

    private static final Pattern LAST_HEARD = Pattern.compile("\"lastHeardMs\":([0-9]+)");

    private final Path epmesh;
    private final Path directory;
    private final List<NameServer> peers = new ArrayList<>();

    private MeshOfThree(Path epmesh, Path directory) {
        this.epmesh = epmesh;
        this.directory = directory;
    }

    static MeshOfThree start(Path epmesh) throws IOException, InterruptedException {
        MeshOfThree mesh = new MeshOfThree(epmesh, Files.createTempDirectory("epmesh-bench"));
        mesh.newKey("key");
        for (int number = 1; number <= SIZE; number++) {
            mesh.peers.add(mesh.startPeer(number, "key", gossip(1)));
        }
        mesh.awaitAllUp(SIZE);
        return mesh;
    }

    /// Makes a key file of this name.
    Path newKey(String name) throws IOException, InterruptedException {
        Path file = directory.resolve(name);
        int exit =
                new ProcessBuilder(epmesh.toString(), "keys", "new", file.toString())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start()
                        .waitFor();
        if (exit != 0) {
            throw new IOException("keys new: exit code " + exit);
        }
        return file;
    }

    /// Starts one more peer.
    ///
    /// @param number from 1
    /// @param seed whom it asks for the mesh
    NameServer startPeer(int number, String key, InetSocketAddress seed)
            throws IOException, InterruptedException {
        return NameServer.start(
                List.of(
                        epmesh.toString(),
                        "start",
                        "--epmd-port=" + (14_400 + number),
                        "--gossip-address=127.0.0.1",
                        "--gossip-port=" + gossip(number).getPort(),
                        "--http=127.0.0.1:" + http(number),
                        "--join=127.0.0.1:" + seed.getPort(),
                        "--key-file=" + directory.resolve(key),
                        "--data-dir=" + directory.resolve("data" + number)),
                14_400 + number,
                directory.resolve("log" + number + ".txt"));
    }

    List<NameServer> peers() {
        return List.copyOf(peers);
    }

    /// Where the peer of this number listens for gossip.
    static InetSocketAddress gossip(int number) {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 14_500 + number);
    }

    private static int http(int number) {
        return 14_600 + number;
    }

    /// Waits until the three see as many peers up.
    void awaitAllUp(int count) throws IOException, InterruptedException {
        for (int number = 1; number <= SIZE; number++) {
            awaitUp(number, count);
        }
    }

    /// Waits until one peer sees as many up.
    void awaitUp(int number, int count) throws IOException, InterruptedException {
        await(count + " peers up at peer " + number, () -> up(number) == count);
    }

    /// Waits until every peer lists that many names.
    void awaitNames(int count) throws IOException, InterruptedException {
        for (int number = 1; number <= SIZE; number++) {
            int asked = number;
            await(
                    count + " names at peer " + number,
                    () -> occurrences(get(asked, "names?scope=mesh"), "\"node\":") == count);
        }
    }

    /// How many peers are up, as the peer of a number sees it.
    static long up(int number) {
        return occurrences(get(number, "peers"), "\"state\":\"up\"");
    }

    /// The longest time, in ms, for which that peer has not heard another that it takes for alive.
    static long longestSilenceMillis(int number) {
        return Stream.of(get(number, "peers").split("\\{"))
                .filter(peer -> peer.contains("\"state\":\"up\""))
                .flatMap(peer -> LAST_HEARD.matcher(peer).results())
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .max()
                .orElse(0);
    }

    private void await(String what, BooleanSupplier condition)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + SETTLED.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IOException("not within %s: %s%n%s".formatted(SETTLED, what, logs()));
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private String logs() throws IOException {
        StringBuilder logs = new StringBuilder();
        for (int number = 1; number <= SIZE; number++) {
            logs.append(Files.readString(directory.resolve("log" + number + ".txt")));
        }
        return logs.toString();
    }

    private static long occurrences(String text, String part) {
        return text.split(part, -1).length - 1L;
    }

    /// The body of an answer of a peer's HTTP interface; empty while there is none.
    static String get(int number, String path) {
        try (Socket socket = new Socket(LOOPBACK, http(number))) {
            socket.getOutputStream()
                    .write(
                            "GET /api/v1/%s HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n"
                                    .formatted(path)
                                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException notYet) {
            return "";
        }
    }

    @Override
    public void close() throws IOException {
        for (NameServer each : peers) {
            each.close();
        }
        Leftovers.remove(directory);
    }
}
