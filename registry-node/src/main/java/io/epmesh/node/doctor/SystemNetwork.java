package io.epmesh.node.doctor;

import io.epmesh.epmd.EpmdClient;
import io.epmesh.epmd.EpmdResult;
import io.epmesh.gossip.jgroups.MeshKey;
import io.epmesh.node.handshake.DistributionHandshake;
import io.epmesh.node.handshake.HandshakeResult;
import io.epmesh.node.naming.NodeEntry;
import io.epmesh.node.naming.Scope;
import io.epmesh.node.session.MeshClient;
import io.epmesh.node.session.MeshClientException;
import io.netty.handler.ssl.JdkSslContext;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/// The real surroundings. Blocks.
final class SystemNetwork implements Network, AutoCloseable {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int PATIENCE_MILLIS = Math.toIntExact(PATIENCE.toMillis());

    /// A peer refuses a key within a round trip; one that says nothing for longer has taken it.
    private static final int REFUSAL_MILLIS = 500;

    /// What nodes of this decade speak.
    private static final int DISTRIBUTION_VERSION = 6;

    private final DistributionHandshake handshake = new DistributionHandshake(PATIENCE);

    @Override
    public AtPort atPort(int port) {
        try (MeshClient client =
                MeshClient.connect(LOOPBACK.getHostAddress(), port, MeshClient.TIMEOUT)) {
            return new AtPort.Peer(client.settings(), client.peers(), client.status());
        } catch (MeshClientException e) {
            InetSocketAddress epmd = new InetSocketAddress(LOOPBACK, port);
            return switch (names(epmd)) {
                case EpmdResult.Listed(int _, var names)
                        when e instanceof MeshClientException.NotEpmesh ->
                        new AtPort.Epmd(names.size());
                case EpmdResult.Listed _ -> new AtPort.Unclear(String.valueOf(e.getMessage()));
                case EpmdResult.Ignored() -> new AtPort.Stranger();
                case EpmdResult.Unavailable(String reason) ->
                        connect(epmd).isPresent()
                                ? new AtPort.Nothing(bare(reason))
                                : new AtPort.Stranger();
            };
        }
    }

    @Override
    public Optional<NodeEntry> lookup(int port, String node) {
        try (MeshClient client = MeshClient.connect(LOOPBACK.getHostAddress(), port, PATIENCE)) {
            return client.lookup(node);
        } catch (MeshClientException e) {
            return Optional.empty(); // it has ended since it answered
        }
    }

    @Override
    public boolean isKnown(int port, String name) {
        try (MeshClient client = MeshClient.connect(LOOPBACK.getHostAddress(), port, PATIENCE)) {
            return name.contains("@")
                    ? client.lookup(name).isPresent()
                    : client.names(Scope.MESH, Optional.empty()).stream()
                            .anyMatch(entry -> entry.node().name().equals(name));
        } catch (MeshClientException e) {
            return false; // it has ended since it answered, or takes it for no name
        }
    }

    @Override
    public List<Namespaces.Node> nodesElsewhere() {
        return new Namespaces(Path.of("/proc")).nodesElsewhere();
    }

    @Override
    public List<InetAddress> resolve(String host) {
        try {
            return List.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException e) {
            return List.of();
        }
    }

    @Override
    public boolean isOwn(InetAddress address) {
        try {
            return address.isLoopbackAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false; // the system does not tell
        }
    }

    @Override
    public Optional<String> connect(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address, PATIENCE_MILLIS);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(bare(String.valueOf(e.getMessage())));
        }
    }

    @Override
    public KeyCheck greet(InetSocketAddress gossip, Path keyFile) {
        try (Socket plain = new Socket()) {
            plain.connect(gossip, PATIENCE_MILLIS);
            return greet(plain, keyFile);
        } catch (IOException e) {
            return KeyCheck.UNREACHABLE;
        }
    }

    /// The server judges a client's certificate after the client takes the handshake for done: its
    /// refusal is the first thing that is read.
    private static KeyCheck greet(Socket plain, Path keyFile) {
        try (SSLSocket socket =
                (SSLSocket)
                        ((JdkSslContext) MeshKey.read(keyFile).forClient())
                                .context()
                                .getSocketFactory()
                                .createSocket(plain, "mesh", plain.getPort(), true)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.startHandshake();
            return afterHandshake(socket);
        } catch (SSLException e) {
            boolean hungUp =
                    e.getCause() instanceof EOFException || e.getCause() instanceof SocketException;
            return hungUp ? KeyCheck.SILENT : KeyCheck.OTHER;
        } catch (IOException e) {
            return KeyCheck.SILENT; // too slow, or reset
        }
    }

    private static KeyCheck afterHandshake(SSLSocket socket) throws IOException {
        socket.setSoTimeout(REFUSAL_MILLIS);
        try {
            // a refusal is an alert, and thrown
            return socket.getInputStream().read() < 0 ? KeyCheck.SILENT : KeyCheck.SAME;
        } catch (SocketTimeoutException silence) {
            return KeyCheck.SAME;
        }
    }

    @Override
    public EpmdResult.OfNames names(InetSocketAddress epmd) {
        return new EpmdClient(epmd, PATIENCE).names();
    }

    @Override
    public EpmdResult.OfLookup port(InetSocketAddress epmd, String name) {
        return switch (new EpmdClient(epmd, PATIENCE).lookup(new io.epmesh.epmd.NodeName(name))) {
            case EpmdResult.Unavailable(String reason) -> new EpmdResult.Unavailable(bare(reason));
            case EpmdResult.OfLookup answer -> answer;
        };
    }

    @Override
    public HandshakeResult ask(InetSocketAddress node) {
        return switch (handshake.ask(node, DISTRIBUTION_VERSION).toCompletableFuture().join()) {
            case HandshakeResult.Refused(String reason) ->
                    new HandshakeResult.Refused(bare(reason));
            case HandshakeResult answer -> answer;
        };
    }

    /// A reason without the address in front of it or behind, as Java and Netty put it.
    private static String bare(String reason) {
        return reason.replaceFirst("^\\S*/\\S+: ", "").replaceFirst(": \\S*/\\S+$", "");
    }

    @Override
    public void close() {
        handshake.close();
    }
}
