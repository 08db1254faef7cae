package io.epmesh.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.chaos.NodeKind.Running;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Nodes of all kinds and releases that can be had: registration, look-ups in both directions, the
/// restart of the peer, their end.
final class NodeKindsTest {
    /// An adopted node is looked at every three seconds.
    private static final Duration NOTICED = Duration.ofSeconds(5);

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Hosts hosts;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Host host;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Peer peer;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static ErlangNode other;

    @BeforeAll
    static void start() throws Exception {
        hosts = Hosts.start(1);
        host = hosts.host(1);
        peer = Peer.first(host);
        peer.awaitEpmd();
        other = ErlangNode.start(host, "other", 9300);
    }

    @AfterAll
    static void close() throws Exception {
        if (hosts != null) {
            hosts.keepLogs("NodeKindsTest");
            hosts.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void node_isKnownAsLongAsItLives(NodeKind kind) throws Exception {
        String name = "as" + kind.name().toLowerCase(Locale.ROOT);
        try (Running node = kind.start(host, name, other)) {
            assertThat(node.fullName()).isEqualTo(name + "@h1");
            Await.within(Mesh.SETTLED, () -> checkSource(node.fullName(), "live"));
            checkAnswered(name, node);
            assertThat(other.eval("net_kernel:hidden_connect_node('" + name + "@h1')."))
                    .isEqualTo("true");

            peer.kill();
            peer.restart();
            peer.awaitEpmd();

            checkAnswered(name, node);
            Await.within(Mesh.SETTLED, () -> checkSource(other.fullName(), "live"));
            if (kind.registersAgain()) {
                Await.within(Mesh.SETTLED, () -> checkSource(node.fullName(), "live"));
            } else {
                checkSource(node.fullName(), "adopted");
            }
            checkAnswered(name, node);

            node.kill();

            Await.within(
                    kind.registersAgain() ? Mesh.PROMPT : NOTICED,
                    () -> Mesh.checkLookup(host, name, OptionalInt.empty()));
        }
    }

    private static void checkAnswered(String name, Running node) {
        Mesh.checkLookup(host, name, OptionalInt.of(node.port()));
        Mesh.checkLookup(host, node.fullName(), OptionalInt.of(node.port()));
        assertThat(host.epmdOf("127.0.0.1").names())
                .contains("name " + name + " at port " + node.port());
    }

    private static void checkSource(String fullName, String source) {
        assertThat(host.api("names?scope=local").having("node"))
                .filteredOn(name -> name.text("node").equals(fullName))
                .singleElement()
                .satisfies(name -> assertThat(name.text("source")).isEqualTo(source));
    }
}
