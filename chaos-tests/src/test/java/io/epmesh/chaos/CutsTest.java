package io.epmesh.chaos;

import static io.epmesh.chaos.Mesh.SETTLED;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Cuts between unmodified nodes of three hosts, which accept nothing from each other but gossip
/// and cables, under TLS. The nodes distribute themselves on loopback alone; one command orders,
/// mostly on a fourth host, whose peer has no relay.
///
/// Of `n1` to `n5` each finds out within 5 s that another one is silent; `p1` and `p2` on h1 and h2
/// wait a minute, and are hidden, so that nobody connects them but the test.
final class CutsTest {
    /// What nodes do when their connection ticks out, on a busy machine.
    private static final Duration TICKED_OUT = Duration.ofSeconds(30);

    /// For what comes at once, or after a minute.
    private static final Duration BEFORE_A_TICK = Duration.ofSeconds(15);

    /// Long enough for what is withheld to come through a cable that is not cut.
    private static final Duration WITHHELD = Duration.ofSeconds(2);

    private static final String[] LEFT = {"n1@mesh", "n2@mesh"};
    private static final String[] RIGHT = {"n3@mesh", "n4@mesh", "n5@mesh"};

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Hosts hosts;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Host elsewhere;

    private static final List<Peer> PEERS = new ArrayList<>();
    private static final List<ErlangNode> NODES = new ArrayList<>();
    private static final List<Watcher> WATCHERS = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Watcher p1;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Watcher p2;

    @BeforeAll
    static void start() throws Exception {
        hosts = Hosts.start(4);
        elsewhere = hosts.host(4);
        Path key = hosts.host(1).directory().resolve("key");
        hosts.host(1).epmesh("keys", "new", key.toString()).orFail();
        for (Host host : hosts.all()) {
            host.acceptOnly("4370", "4372");
            String relay = host.equals(elsewhere) ? "" : "mesh-host = mesh,mesh.local";
            PEERS.add(Peer.withKey(host, key, hosts.all(), relay));
        }
        PEERS.forEach(Peer::awaitEpmd);
        for (int i = 1; i <= 5; i++) {
            NODES.add(
                    node(
                            "n" + i,
                            (i - 1) % 3 + 1,
                            9100 + i,
                            "net_ticktime",
                            "4",
                            "net_setuptime",
                            "3"));
        }
        ErlangNode patient1 = node("p1", 1, 9111, "net_setuptime", "60", "-hidden");
        ErlangNode patient2 = node("p2", 2, 9112, "net_setuptime", "60", "-hidden");
        NODES.addAll(List.of(patient1, patient2));
        for (ErlangNode node : NODES) {
            node.awaitStart();
            WATCHERS.add(Watcher.on(node));
        }
        p1 = WATCHERS.get(5);
        p2 = WATCHERS.get(6);
        for (Host host : hosts.all()) {
            Await.within(SETTLED, () -> checkAllAreKnownAt(host));
        }
    }

    private static ErlangNode node(String name, int host, int port, String... flags)
            throws Exception {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "-kernel",
                                "inet_dist_use_interface",
                                "{127,0,0,1}",
                                "prevent_overlapping_partitions",
                                "false"));
        all.addAll(List.of(flags));
        return ErlangNode.launch(
                hosts.host(host), name + "@mesh", port, all.toArray(String[]::new));
    }

    private static void checkAllAreKnownAt(Host host) {
        assertThat(host.api("names?match=*@mesh").having("hostIs"))
                .as("nodes as %s knows them", host)
                .hasSize(NODES.size())
                .allSatisfy(name -> assertThat(name.text("hostIs")).isEqualTo("verified"));
    }

    @AfterAll
    static void close() throws Exception {
        if (hosts != null) {
            hosts.keepLogs("CutsTest");
            hosts.close();
        }
    }

    /// Nothing is cut, and nobody connected.
    @BeforeEach
    void openAndPart() throws Exception {
        hosts.host(1).epmesh("fix", "--all").orFail();
        for (Host host : hosts.all()) {
            Await.within(SETTLED, () -> checkNothingIsCutAt(host));
        }
        for (ErlangNode node : NODES) {
            node.eval("[erlang:disconnect_node(N) || N <- nodes(connected)].");
        }
        Await.within(
                SETTLED, () -> assertThat(hosts.host(1).api("cables").having("source")).isEmpty());
        for (Watcher watcher : WATCHERS) {
            watcher.forget();
        }
    }

    /// Who encrypts what nodes send needs another compiler than who does not.
    @Test
    void peers_haveTheCompilerThatTheyNeed() throws Exception {
        for (Peer peer : PEERS.subList(0, 3)) {
            assertThat(peer.commandLine()).contains("-XX:TieredStopAtLevel=4 ");
        }
        assertThat(PEERS.getLast().commandLine()).contains("-XX:TieredStopAtLevel=1 ");
    }

    @Test
    void islands_seeExactlyThemselves_untilTheyAreFixed() throws Exception {
        for (ErlangNode node : NODES.subList(1, 5)) {
            assertThat(NODES.getFirst().reaches(node.fullName())).isTrue();
        }
        Await.within(SETTLED, () -> checkSeeEachOther(NODES.subList(0, 5)));

        order(elsewhere, "cut", LEFT, RIGHT).orFail();

        Await.within(TICKED_OUT, CutsTest::checkIslands);
        assertThat(NODES.get(0).reaches("n3@mesh")).isFalse();
        assertThat(NODES.get(4).reaches("n2@mesh")).isFalse();
        assertThat(NODES.get(3).reaches("n5@mesh")).isTrue();
        checkIslands();

        order(hosts.host(2), "fix", LEFT, RIGHT).orFail();

        Await.within(SETTLED, () -> assertThat(NODES.get(0).reaches("n3@mesh")).isTrue());
        Await.within(TICKED_OUT, () -> checkSeeEachOther(NODES.subList(0, 5)));
    }

    @Test
    void stall_withholdsWhatIsSent_andBreaksNothing() throws Exception {
        connectPatientNodes();

        elsewhere.epmesh("cut", "p1@mesh", "p2@mesh").orFail();
        for (Host host : List.of(hosts.host(1), hosts.host(2))) {
            Await.within(SETTLED, () -> checkCable(host, "joined", "stall"));
        }
        assertThat(elsewhere.api("cables").having("source"))
                .extracting(cable -> cable.text("relay"))
                .containsExactlyInAnyOrder("h1", "h2");
        p1.send(p2, "there");
        p2.send(p1, "back");
        Await.throughout(WITHHELD, CutsTest::checkNothingIsSeen);

        elsewhere.epmesh("fix", "p1@mesh", "p2@mesh").orFail();
        Await.within(BEFORE_A_TICK, () -> assertThat(p2.seen()).isEqualTo("[there]"));
        Await.within(BEFORE_A_TICK, () -> assertThat(p1.seen()).isEqualTo("[back]"));
    }

    @Test
    void stall_beforeAnyConnection_holdsTheNewOneUntilTheFix() throws Exception {
        Finished cut = elsewhere.epmesh("cut", "p1@mesh", "p2@mesh");
        assertThat(cut.exit()).as("%s", cut).isEqualTo(1);
        assertThat(cut.toString()).contains("no cable: p1@mesh p2@mesh");
        awaitCutAtAllHosts();

        p1.node().eval("spawn(fun() -> {watch, 'p2@mesh'} ! first end).");
        Await.within(SETTLED, () -> checkCable(hosts.host(1), "waiting", "stall"));
        Await.throughout(WITHHELD, CutsTest::checkNothingIsSeen);
        assertThat(cables(hosts.host(2))).isEmpty();

        elsewhere.epmesh("fix", "p1@mesh", "p2@mesh").orFail();
        Await.within(BEFORE_A_TICK, () -> assertThat(p2.seen()).isEqualTo("[{up,p1@mesh},first]"));
    }

    @Test
    void reset_endsWhatThereIs_andWhatComes() throws Exception {
        connectPatientNodes();

        elsewhere.epmesh("cut", "p1@mesh", "p2@mesh", "--reset").orFail();
        for (Watcher watcher : List.of(p1, p2)) {
            String other = watcher.equals(p1) ? "p2@mesh" : "p1@mesh";
            Await.within(
                    BEFORE_A_TICK,
                    () ->
                            assertThat(watcher.seen())
                                    .isEqualTo("[{down,%s,connection_closed}]".formatted(other)));
        }
        long start = System.nanoTime();
        assertThat(p1.node().reaches("p2@mesh")).isFalse();
        assertThat(p2.node().reaches("p1@mesh")).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BEFORE_A_TICK);
        assertThat(cables(hosts.host(1))).isEmpty();

        elsewhere.epmesh("fix", "p1@mesh", "p2@mesh").orFail();
        Await.within(SETTLED, () -> assertThat(p1.node().reaches("p2@mesh")).isTrue());
    }

    @Test
    void oneWay_receiverTicksOut_senderSeesTheClose_noneBegins() throws Exception {
        Watcher sender = WATCHERS.get(0);
        Watcher receiver = WATCHERS.get(1);
        assertThat(sender.node().reaches("n2@mesh")).isTrue();
        sender.forget();
        receiver.forget();

        elsewhere.epmesh("cut", "n1@mesh", "n2@mesh", "--one-way").orFail();
        Await.within(
                TICKED_OUT,
                () -> assertThat(receiver.seen()).isEqualTo("[{down,n1@mesh,net_tick_timeout}]"));
        Await.within(
                TICKED_OUT,
                () -> assertThat(sender.seen()).isEqualTo("[{down,n2@mesh,connection_closed}]"));
        assertThat(sender.node().reaches("n2@mesh")).isFalse();
        assertThat(receiver.node().reaches("n1@mesh")).isFalse();

        elsewhere.epmesh("fix", "n1@mesh", "n2@mesh").orFail();
        Await.within(SETTLED, () -> assertThat(receiver.node().reaches("n1@mesh")).isTrue());
    }

    @Test
    void cutForATime_endsByItselfOnAllHosts() throws Exception {
        connectPatientNodes();

        elsewhere.epmesh("cut", "p1@mesh", "p2@mesh", "--for", "8s").orFail();
        awaitCutAtAllHosts();
        p1.send(p2, "late");
        Await.throughout(WITHHELD, CutsTest::checkNothingIsSeen);

        for (Host host : hosts.all()) {
            Await.within(SETTLED, () -> checkNothingIsCutAt(host));
        }
        Await.within(BEFORE_A_TICK, () -> assertThat(p2.seen()).isEqualTo("[late]"));
    }

    /// Traffic wants to pass all the time, by whatever connection can be had.
    @Test
    void cut_survivesItsPeers() throws Exception {
        elsewhere.epmesh("cut", "p1@mesh", "p2@mesh", "--for", "ever");
        awaitCutAtAllHosts();
        p1.node()
                .eval(
                        "register(traffic, spawn(fun() -> (fun Next() -> receive stop -> ok after 100 ->"
                                + " catch {watch, 'p2@mesh'} ! passed, Next() end end)() end)).");
        Await.within(SETTLED, () -> checkCable(hosts.host(1), "waiting", "stall"));

        for (int number = 1; number <= 2; number++) {
            Host host = hosts.host(number);
            Peer peer = PEERS.get(number - 1);
            peer.kill();
            peer.restart();
            peer.awaitEpmd();
            Await.within(SETTLED, () -> checkAllAreKnownAt(host));
            assertThat(host.api("cables").having("low")).hasSize(1);
            Await.within(SETTLED, () -> checkCable(hosts.host(1), "waiting", "stall"));
        }
        checkNothingIsSeen();

        hosts.host(2).epmesh("fix", "--all").orFail();
        Await.within(SETTLED, () -> assertThat(p2.seen()).startsWith("[{up,p1@mesh},passed"));
        p1.node().eval("traffic ! stop.");
    }

    @Test
    void cableWhoseEndClosedWhileCut_isResetAtTheFix_neverReplayed() throws Exception {
        connectPatientNodes();
        elsewhere.epmesh("cut", "p1@mesh", "p2@mesh").orFail();
        Await.within(SETTLED, () -> checkCable(hosts.host(1), "joined", "stall"));
        p1.send(p2, "stale");
        p1.node().eval("erlang:disconnect_node('p2@mesh').");
        Await.within(SETTLED, () -> checkCable(hosts.host(1), "broken", "stall"));
        Await.throughout(WITHHELD, () -> assertThat(p2.seen()).isEqualTo("[]"));

        elsewhere.epmesh("fix", "--all").orFail();
        Await.within(
                BEFORE_A_TICK,
                () -> assertThat(p2.seen()).isEqualTo("[{down,p1@mesh,connection_closed}]"));
        p1.send(p2, "fresh");
        Await.within(
                BEFORE_A_TICK,
                () ->
                        assertThat(p2.seen())
                                .isEqualTo(
                                        "[{down,p1@mesh,connection_closed},{up,p1@mesh},fresh]"));
    }

    private static void connectPatientNodes() throws Exception {
        assertThat(p1.node().reaches("p2@mesh")).isTrue();
        for (Watcher watcher : List.of(p1, p2)) {
            Await.within(SETTLED, () -> assertThat(watcher.seen()).startsWith("[{up,p"));
            watcher.forget();
        }
    }

    private static Finished order(Host host, String what, String[] left, String[] right) {
        return host.epmesh(what, String.join(",", left), String.join(",", right));
    }

    private static void awaitCutAtAllHosts() {
        for (Host host : hosts.all()) {
            Await.within(SETTLED, () -> assertThat(host.api("cables").having("low")).hasSize(1));
        }
    }

    private static void checkNothingIsCutAt(Host host) {
        assertThat(host.api("cables").having("low")).as("cuts as %s knows them", host).isEmpty();
    }

    private static void checkNothingIsSeen() throws Exception {
        assertThat(p1.seen()).isEqualTo("[]");
        assertThat(p2.seen()).isEqualTo("[]");
    }

    private static void checkIslands() throws Exception {
        checkSeeEachOther(NODES.subList(0, 2));
        checkSeeEachOther(NODES.subList(2, 5));
    }

    /// Each sees all others and nobody else.
    private static void checkSeeEachOther(List<ErlangNode> nodes) throws Exception {
        String all = nodes.stream().map(ErlangNode::fullName).toList().toString();
        for (ErlangNode node : nodes) {
            assertThat(node.eval("lists:sort([node() | nodes()])."))
                    .as("nodes that %s sees", node.fullName())
                    .isEqualTo(all.replace(" ", ""));
        }
    }

    /// The cable from p1 to p2, as the relay of a host has it.
    private static void checkCable(Host host, String state, String effect) {
        assertThat(cables(host))
                .as("cables of %s", host)
                .singleElement()
                .satisfies(cable -> {
                    assertThat(cable.text("state")).isEqualTo(state);
                    assertThat(cable.having("effect").getFirst().text("effect")).isEqualTo(effect);
                });
    }

    private static List<Json.Fields> cables(Host host) {
        Predicate<Json.Fields> ofPatientNodes =
                cable ->
                        cable.text("source").equals("p1@mesh")
                                && cable.text("target").equals("p2@mesh")
                                && cable.text("relay").equals(host.name());
        return host.api("cables").having("source").stream().filter(ofPatientNodes).toList();
    }
}
