package io.epmesh.chaos;

import static io.epmesh.chaos.Mesh.SETTLED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/// A peer that is killed and started again on a host with real nodes, or that takes the place of a
/// C epmd. A node that is stopped (SIGSTOP) cannot register again: what is answered of it was
/// adopted.
final class RestartTest {
    /// Two seconds after which a node tries to register again, and one for the rest.
    private static final Duration HAND_OVER = Duration.ofSeconds(3);

    /// An adopted node is looked at every three seconds.
    private static final Duration NOTICED = Duration.ofSeconds(5);

    @SuppressWarnings("NullAway.Init") // set before each test
    private Hosts hosts;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Host host;

    private Path kept = Path.of("");

    @BeforeEach
    void start(TestInfo test) throws Exception {
        kept = Path.of("target", "logs", test.getTestMethod().orElseThrow().getName() + ".log");
        hosts = Hosts.start(1);
        host = hosts.host(1);
    }

    @AfterEach
    void close() throws Exception {
        if (hosts != null) {
            if (Files.exists(log())) {
                Files.createDirectories(kept.getParent());
                Files.writeString(kept, Files.readString(log()));
            }
            hosts.close();
        }
    }

    private Peer startPeer() throws Exception {
        Peer peer = Peer.first(host);
        peer.awaitEpmd();
        return peer;
    }

    private static void restart(Peer peer) throws Exception {
        peer.restart();
        peer.awaitEpmd();
    }

    @Test
    void restart_nodesThatCannotRegisterAgain_areAnsweredAtOnceAndHandedOver() throws Exception {
        Peer peer = startPeer();
        List<ErlangNode> nodes = startNodes(3);
        awaitSource(nodes, "live");
        signal("STOP", nodes);
        List<String> listed = host.epmdOf("127.0.0.1").names();

        peer.kill();
        restart(peer);

        checkAnswered(nodes);
        assertThat(host.epmdOf("127.0.0.1").names()).hasSize(3).isEqualTo(listed);
        for (ErlangNode node : nodes) {
            Mesh.checkLookup(host, node.fullName(), OptionalInt.of(node.port()));
        }
        checkSource(nodes, "adopted");
        Await.throughout(NOTICED, () -> checkAnswered(nodes));
        checkSource(nodes, "adopted");

        signal("CONT", nodes);

        Await.within(HAND_OVER, () -> checkSource(nodes, "live"));
        checkAnswered(nodes);
        nodes.getFirst().kill();
        Await.within(Mesh.PROMPT, () -> Mesh.checkLookup(host, "n1", OptionalInt.empty()));
    }

    @Test
    void restart_afterAReboot_nothingIsAdopted() throws Exception {
        Peer peer = startPeer();
        List<ErlangNode> nodes = startNodes(2);
        awaitSource(nodes, "live");
        signal("STOP", nodes);

        peer.kill();
        peer.restartInAnotherBoot();
        peer.awaitEpmd();

        assertThat(host.epmdOf("127.0.0.1").names()).isEmpty();
        assertThat(host.epmdOf("127.0.0.1").lookup("n1")).isEmpty();
        assertThat(peer.log()).doesNotContain("adopted");
        signal("CONT", nodes);
        Await.within(HAND_OVER, () -> checkSource(nodes, "live"));
    }

    @Test
    void restart_portHasAnotherNode_formerNodeIsNotAnswered() throws Exception {
        Peer peer = startPeer();
        List<ErlangNode> nodes = startNodes(2);
        awaitSource(nodes, "live");
        signal("STOP", nodes);

        peer.kill();
        nodes.getFirst().kill();
        startElsewhere("b", 9101);
        restart(peer);

        assertThat(host.epmdOf("127.0.0.1").lookup("n1")).isEmpty();
        assertThat(host.epmdOf("127.0.0.1").names()).containsExactly("name n2 at port 9102");
        assertThat(peer.log()).contains("adopted 1 of 2").contains(": [n1]");
    }

    @Test
    void claim_ofAnAdoptedName_isGrantedOnlyOnceItsNodeHasEnded() throws Exception {
        Peer peer = startPeer();
        List<ErlangNode> nodes = startNodes(1);
        awaitSource(nodes, "live");
        signal("STOP", nodes);
        peer.kill();
        restart(peer);

        assertThatThrownBy(() -> ErlangNode.start(host, "n1", 9191).close())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("in use");
        checkAnswered(nodes);

        nodes.getFirst().kill();
        try (ErlangNode successor = ErlangNode.start(host, "n1", 9192)) {
            checkAnswered(List.of(successor));
        }
    }

    @Test
    void adopted_nodeEnds_isDropped() throws Exception {
        Peer peer = startPeer();
        List<ErlangNode> nodes = startNodes(2);
        awaitSource(nodes, "live");
        signal("STOP", nodes);
        peer.kill();
        restart(peer);

        nodes.getFirst().kill();

        Await.within(NOTICED, () -> Mesh.checkLookup(host, "n1", OptionalInt.empty()));
        Mesh.checkLookup(host, "n1@h1", OptionalInt.empty());
        checkAnswered(nodes.subList(1, 2));
    }

    @Test
    void takeover_ofAnEpmdWithNodes_noNodeRestarts() throws Exception {
        Process epmd = host.process("epmd").redirectErrorStream(true).start();
        Await.within(SETTLED, () -> host.epmdOf("127.0.0.1").names());
        List<ErlangNode> nodes = startNodes(20);
        assertThat(nodes.get(0).reaches("n5@h1")).isTrue();
        String creation = nodes.get(0).eval("erlang:system_info(creation).");
        signal("STOP", nodes.subList(1, 2));

        ConstantLookups.Outcome outcome;
        try (ConstantLookups lookups = ConstantLookups.start(host, targets(nodes))) {
            takeOver();
            Await.within(SETTLED, () -> host.api("peers"));
            outcome = lookups.stop();
        }
        System.out.printf("takeover of an epmd with %d nodes: %s%n", nodes.size(), outcome);
        assertThat(outcome.noneFailed()).as("%s", outcome).isTrue();
        assertThat(outcome.cutOff()).isZero();
        checkAnswered(nodes);
        assertThat(epmd.isAlive()).isFalse();
        checkSource(nodes.subList(1, 2), "adopted");
        signal("CONT", nodes.subList(1, 2));
        Await.within(HAND_OVER, () -> checkSource(nodes, "live"));
        checkAnswered(nodes);
        assertThat(nodes.get(0).eval("erlang:system_info(creation).")).isEqualTo(creation);
        assertThat(nodes.get(0).eval("length(nodes()).")).isEqualTo("1");
        assertThat(nodes.get(3).reaches("n1@h1")).isTrue();
    }

    @Test
    void takeover_ofTheEpmdThatANodeStartedInTheGap_allAreAnswered() throws Exception {
        Peer peer = startPeer();
        List<ErlangNode> nodes = startNodes(2);
        awaitSource(nodes, "live");

        peer.kill();
        host.process("erl", "-noinput", "-sname", "fresh").start();
        Await.within(SETTLED, () -> assertThat(host.epmdOf("127.0.0.1").names()).hasSize(3));
        Finished refused = host.epmesh("start", "--data-dir", host.directory() + "/data");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("epmesh takeover");
        takeOver();

        Await.within(SETTLED, () -> host.api("peers"));
        checkAnswered(nodes);
        assertThat(host.epmdOf("127.0.0.1").lookup("fresh")).isPresent();
        Await.within(HAND_OVER, () -> checkSource(nodes, "live"));
    }

    @Test
    void takeover_ofAPeer_isRefused() throws Exception {
        Peer peer = startPeer();

        Finished refused =
                host.epmesh("takeover", "--http=off", "--data-dir", host.directory() + "/other");

        assertThat(refused.exit()).as("%s", refused).isEqualTo(1);
        assertThat(refused.err()).contains("another epmesh peer");
        assertThat(peer.log()).doesNotContain("told to end");
        assertThat(host.epmdOf("127.0.0.1").names()).isEmpty();
    }

    private List<ErlangNode> startNodes(int count) throws Exception {
        ErlangNode[] nodes = new ErlangNode[count];
        for (int i = 0; i < count; i++) {
            nodes[i] = ErlangNode.launch(host, "n" + (i + 1), 9101 + i);
        }
        for (ErlangNode node : nodes) {
            node.awaitStart();
        }
        return List.of(nodes);
    }

    private static List<ConstantLookups.Target> targets(List<ErlangNode> nodes) {
        return nodes.stream()
                .map(node -> new ConstantLookups.Target("127.0.0.1", node.name(), node.port()))
                .toList();
    }

    /// A node at a port, registered with an epmd of another port.
    private void startElsewhere(String name, int port) throws Exception {
        host.process(
                        "env",
                        "ERL_EPMD_PORT=14369",
                        "erl",
                        "-noinput",
                        "-sname",
                        name,
                        "-kernel",
                        "inet_dist_listen_min",
                        "" + port,
                        "inet_dist_listen_max",
                        "" + port)
                .start();
        String connect = "exec 3<>/dev/tcp/127.0.0.1/" + port;
        Await.within(SETTLED, () -> host.run("bash", "-c", connect).orFail());
    }

    private void takeOver() throws Exception {
        String data = host.directory().resolve("data").toString();
        Peer.withApp(host.process(Peer.commandLine("takeover", "--data-dir", data)))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    private Path log() {
        return host.directory().resolve("log");
    }

    private static void signal(String signal, List<ErlangNode> nodes) throws Exception {
        for (ErlangNode node : nodes) {
            Commands.run("kill", "-" + signal, "" + node.pid()).orFail();
        }
    }

    private void checkAnswered(List<ErlangNode> nodes) {
        for (ErlangNode node : nodes) {
            Mesh.checkLookup(host, node.name(), OptionalInt.of(node.port()));
        }
    }

    private void awaitSource(List<ErlangNode> nodes, String source) {
        Await.within(SETTLED, () -> checkSource(nodes, source));
    }

    private void checkSource(List<ErlangNode> nodes, String source) {
        for (ErlangNode node : nodes) {
            assertThat(host.api("names?scope=local").having("node"))
                    .filteredOn(name -> name.text("node").equals(node.fullName()))
                    .singleElement()
                    .satisfies(name -> assertThat(name.text("source")).isEqualTo(source));
        }
    }
}
