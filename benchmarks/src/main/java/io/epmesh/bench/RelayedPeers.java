package io.epmesh.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Two peers with relays and a key, h1 and h2, on one core of this host. A node `b` is registered
/// with each, and both are at the same port: through `b` of h1 leads a cable of one relay, through
/// `b@h2` a tunnel. One thread.
final class RelayedPeers implements AutoCloseable {
    /// HTTP of h1.
    static final int HTTP_PORT = 14_011;

    private static final int EPMD_PORT = 14_001;
    private static final int GOSSIP_PORT = 14_021;
    private static final int RELAY_PORT = 14_031;
    private static final byte PORT_PLEASE2_REQ = 122;
    private static final long JOIN_NANOS = 60_000_000_000L;

    private final List<NameServer> peers = new ArrayList<>();

    private RelayedPeers() {}

    /// Makes a key for a mesh.
    static Path key(Path epmesh, Path directory) throws IOException, InterruptedException {
        Path key = directory.resolve("key.pem");
        Process made =
                new ProcessBuilder(epmesh.toString(), "keys", "new", key.toString())
                        .inheritIO()
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        if (made.waitFor() != 0) {
            throw new IOException("no key was made");
        }
        return key;
    }

    /// Starts both, and waits until they know each other's node.
    ///
    /// @param target port of the nodes
    static RelayedPeers start(Path directory, String core, Path epmesh, Path key, int target)
            throws IOException, InterruptedException {
        RelayedPeers both = new RelayedPeers();
        try {
            for (int i = 0; i < 2; i++) {
                NameServer peer =
                        NameServer.start(
                                command(directory, core, epmesh, key, i),
                                EPMD_PORT + i,
                                directory.resolve("peer" + i + ".log"));
                both.peers.add(peer);
                peer.register(new byte[] {'b'}, target);
            }
            long deadline = System.nanoTime() + JOIN_NANOS;
            while (find("b@h2") == 0) {
                if (System.nanoTime() > deadline) {
                    throw new IOException("the peers have not met");
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
            return both;
        } catch (IOException | InterruptedException | RuntimeException e) {
            both.close();
            throw e;
        }
    }

    private static List<String> command(
            Path directory, String core, Path epmesh, Path key, int number) {
        return List.of(
                "taskset",
                "-c",
                core,
                epmesh.toString(),
                "start",
                "--epmd-port=" + (EPMD_PORT + number),
                "--http=127.0.0.1:" + (HTTP_PORT + number),
                "--host-name=h" + (number + 1),
                "--relay=all",
                "--relay-port=" + (RELAY_PORT + number),
                "--key-file=" + key,
                "--gossip-address=127.0.0.1",
                "--gossip-port=" + (GOSSIP_PORT + number),
                "--join=127.0.0.1:" + GOSSIP_PORT,
                "--data-dir=" + directory.resolve("data" + number));
    }

    /// The port at h1 that leads to a node.
    ///
    /// @param name short or full
    static int lookUp(String name) throws IOException {
        int port = find(name);
        if (port == 0) {
            throw new IOException("the look-up of " + name + " was not answered with a port");
        }
        return port;
    }

    private static int find(String name) throws IOException {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        try (SocketChannel connection =
                SocketChannel.open(
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), EPMD_PORT))) {
            connection.write(
                    ByteBuffer.allocate(3 + bytes.length)
                            .putShort((short) (1 + bytes.length))
                            .put(PORT_PLEASE2_REQ)
                            .put(bytes)
                            .flip());
            ByteBuffer reply = ByteBuffer.allocate(4);
            while (reply.hasRemaining() && connection.read(reply) >= 0) {}
            return reply.hasRemaining() || reply.get(1) != 0 ? 0 : reply.getShort(2) & 0xffff;
        }
    }

    /// What Linux knows of both.
    List<ProcessFigures> figures() {
        return peers.stream().map(NameServer::figures).toList();
    }

    @Override
    public void close() throws IOException {
        for (NameServer peer : peers) {
            peer.close();
        }
    }
}
