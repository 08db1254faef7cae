package io.epmesh.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.node.cables.LocalNode;
import io.epmesh.node.naming.NodeName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// This process is relay and node at once: it listens at the node's port, and connects.
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux tells whose a socket is")
class SourceNodesTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    @Test
    void connection_isTheNodesAtWhosePortItsProcessListens() throws Exception {
        try (ServerSocket node = new ServerSocket(0, 5, LOOPBACK)) {
            int port = node.getLocalPort();
            assertThat(find(List.of(node("a@h1", port), node("b@h1", 1)))).hasValue("a@h1");
            assertThat(find(List.of(node("b@h1", 1)))).isEmpty();
            assertThat(find(List.of(node("a@h1", port), node("b@h1", port)))).isEmpty();
            LocalNode inContainer =
                    new LocalNode(NodeName.parse("a@h1"), false, Optional.of("172.17.0.2"), port);
            assertThat(find(List.of(inContainer))).isEmpty();
        }
    }

    @Test
    void connectionToTheMeshHost_ofANodeWhoseHostIsAssumed_isOfTheMeshHost() throws Exception {
        try (ServerSocket node = new ServerSocket(0, 5, LOOPBACK)) {
            int port = node.getLocalPort();
            Map<InetAddress, List<String>> meshNames = Map.of(LOOPBACK, List.of("mesh", "m.local"));
            assertThat(find(List.of(assumed("a@h1", port)), meshNames)).hasValue("a@mesh");
            assertThat(find(List.of(node("a@h1", port)), meshNames)).hasValue("a@h1");
            assertThat(find(List.of(assumed("a@h1", port)))).hasValue("a@h1");
        }
    }

    private static LocalNode assumed(String name, int port) {
        return new LocalNode(NodeName.parse(name), true, Optional.empty(), port);
    }

    private static LocalNode node(String name, int port) {
        return new LocalNode(NodeName.parse(name), false, Optional.empty(), port);
    }

    private static Optional<String> find(List<LocalNode> nodes) throws Exception {
        return find(nodes, Map.of());
    }

    private static Optional<String> find(
            List<LocalNode> nodes, Map<InetAddress, List<String>> meshNames) throws Exception {
        try (SourceNodes sources = new SourceNodes(() -> nodes, meshNames);
                ServerSocket relay = new ServerSocket(0, 5, LOOPBACK);
                Socket client = new Socket(LOOPBACK, relay.getLocalPort());
                Socket _ = relay.accept()) {
            return sources.find(
                            (InetSocketAddress) client.getLocalSocketAddress(),
                            (InetSocketAddress) client.getRemoteSocketAddress())
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS);
        }
    }
}
