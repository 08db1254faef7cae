package io.epmesh.node.dashboard;

import io.epmesh.epmd.AliveConnection;
import io.epmesh.epmd.EpmdResult;
import io.epmesh.epmd.NodeName;
import io.epmesh.epmd.PortInfo;
import io.epmesh.node.Await;
import io.epmesh.node.RunningPeer;
import io.epmesh.node.config.Key;
import io.epmesh.node.session.RegisteringClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The peers of the hosts h1, h2 and h3, with relays, and nodes that listen but say nothing.
final class MeshOfThree implements AutoCloseable {
    private static final Pattern GOSSIP =
            Pattern.compile("\"gossipAddress\":\"([^\"]+:[1-9]\\d*)\"");

    /// What no handshake begins with.
    private static final int FIRST = 0xee;

    private static final int PATIENCE_MILLIS = 60_000;

    private final Path directory;
    private final List<RunningPeer> peers = new ArrayList<>();
    private final List<AliveConnection> nodes = new ArrayList<>();
    private final Map<String, ServerSocket> listeners = new HashMap<>();

    MeshOfThree(Path directory) throws Exception {
        this.directory = directory;
        for (String host : List.of("h1", "h2", "h3")) {
            peers.add(another(host, Map.of()));
        }
    }

    /// @param number 0 for h1
    RunningPeer peer(int number) {
        return peers.get(number);
    }

    /// Starts a peer that joins; whoever asks for it ends it.
    RunningPeer another(String host, Map<Key, String> settings) throws Exception {
        Map<Key, String> all = new HashMap<>();
        all.put(Key.HOST_NAME, host);
        all.put(Key.RELAY, "module");
        all.put(Key.GOSSIP_ADDRESS, "127.0.0.1");
        all.put(Key.JOIN, peers.isEmpty() ? "none" : gossipAddress(peers.getFirst()));
        all.putAll(settings);
        return RunningPeer.start(Files.createDirectories(directory.resolve(host)), all);
    }

    private static String gossipAddress(RunningPeer peer) {
        Matcher found = GOSSIP.matcher("");
        Await.until("the gossip port is bound", 30, () -> found.reset(peers(peer)).find());
        return found.group(1);
    }

    private static String peers(RunningPeer peer) {
        try {
            return peer.get("/api/v1/peers");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /// Registers a node with the peer of its host, which listens from now on.
    void register(String node) throws IOException {
        String[] parts = node.split("@", 2);
        ServerSocket listener = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        listener.setSoTimeout(PATIENCE_MILLIS);
        listeners.put(node, listener);
        EpmdResult.OfAlive alive =
                peerOf(node)
                        .epmd()
                        .alive(
                                new NodeName(parts[0]),
                                PortInfo.ofErlangNode(listener.getLocalPort()));
        nodes.add(((EpmdResult.Registered) alive).connection());
    }

    private RunningPeer peerOf(String node) {
        return peers.get(node.charAt(node.length() - 1) - '1');
    }

    /// Connects two nodes through the relays of their hosts.
    Connection connect(String source, String target) throws IOException {
        ServerSocket listener = listeners.get(target);
        if (listener == null) {
            throw new IllegalArgumentException(target);
        }
        Await.until("%s knows %s".formatted(source, target), 30, () -> knows(source, target));
        RegisteringClient client = new RegisteringClient(peerOf(source).epmdPort(), source);
        Socket near = client.connectTo(target);
        near.getOutputStream().write(FIRST);
        while (true) {
            Socket far = listener.accept();
            far.setSoTimeout(PATIENCE_MILLIS);
            try {
                if (far.getInputStream().read() == FIRST) {
                    return new Connection(client, near, far);
                }
            } catch (SocketTimeoutException another) {
                // the peer, which asks the node for its name
            }
            far.close();
        }
    }

    private boolean knows(String source, String target) {
        try {
            return peerOf(source).get("/api/v1/names").contains('"' + target + '"');
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /// A connection through a cable.
    record Connection(RegisteringClient client, Socket near, Socket far) implements AutoCloseable {
        /// Whether a byte arrives, be it one that was held back.
        boolean carries() {
            return arrives(PATIENCE_MILLIS);
        }

        /// Whether no byte arrives within a second.
        boolean isSilent() {
            return !arrives(1_000);
        }

        private boolean arrives(int millis) {
            try {
                near.getOutputStream().write(1);
                far.setSoTimeout(millis);
                return far.getInputStream().read() == 1;
            } catch (SocketTimeoutException stalled) {
                return false;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void close() throws IOException {
            near.close();
            far.close();
            client.close();
        }
    }

    @Override
    public void close() throws IOException {
        for (AliveConnection node : nodes) {
            node.close();
        }
        for (ServerSocket listener : listeners.values()) {
            listener.close();
        }
        for (RunningPeer peer : peers) {
            peer.close();
        }
    }
}
