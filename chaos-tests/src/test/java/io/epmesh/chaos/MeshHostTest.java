package io.epmesh.chaos;

import static io.epmesh.chaos.Mesh.SETTLED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Unmodified nodes of the mesh host on three hosts, which distribute themselves on loopback alone.
final class MeshHostTest {
    private static final String[] ON_LOOPBACK = {
        "-kernel", "inet_dist_use_interface", "{127,0,0,1}", "check_ip", "true"
    };

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Hosts hosts;

    private static final List<Peer> PEERS = new ArrayList<>();

    private final List<ErlangNode> nodes = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        hosts = Hosts.start(3);
        Path key = hosts.host(1).directory().resolve("key");
        hosts.host(1).epmesh("keys", "new", key.toString()).orFail();
        for (Host host : hosts.all()) {
            PEERS.add(Peer.withKey(host, key, hosts.all(), "mesh-host = mesh,mesh.local"));
        }
        PEERS.forEach(Peer::awaitEpmd);
        Await.within(SETTLED, MeshHostTest::checkAllPeersAreUp);
    }

    @AfterAll
    static void close() throws Exception {
        if (hosts != null) {
            hosts.keepLogs("MeshHostTest");
            hosts.close();
        }
    }

    @AfterEach
    void endNodes() {
        hosts.heal();
        nodes.forEach(ErlangNode::kill);
        for (Host host : hosts.all()) {
            Await.within(SETTLED, () -> assertThat(host.api("names").having("hostIs")).isEmpty());
        }
    }

    @Test
    void nodesOfTheMeshHost_formOneCluster_besideOthers() throws Exception {
        for (Host host : hosts.all()) {
            start(host, "n" + host.name().substring(1) + "@mesh", 9101, ON_LOOPBACK);
        }
        ErlangNode rabbit1 = start(hosts.host(1), "rabbit", 9102);
        ErlangNode rabbit2 = start(hosts.host(2), "rabbit", 9102);
        awaitVerified("n*@mesh", 3);

        ErlangNode first = nodes.getFirst();
        assertThat(first.reaches("n2@mesh")).isTrue();
        assertThat(first.reaches("n3@mesh")).isTrue();
        assertThat(first.reaches("nobody@mesh")).isFalse();
        assertThat(rabbit1.reaches(rabbit2.fullName())).isTrue();
        for (ErlangNode node : nodes.subList(0, 3)) {
            Await.within(SETTLED, () -> assertThat(node.eval("length(nodes()).")).isEqualTo("2"));
        }
        assertThat(first.eval("lists:sort([N || {N, _} <- element(2, net_adm:names(mesh))])."))
                .isEqualTo("[\"n1\",\"n2\",\"n3\"]");
        assertThat(rabbit1.eval("nodes().")).isEqualTo("[rabbit@h2]");
        assertThat(remoteShell(hosts.host(1), "n3@mesh")).isEqualTo("n3@mesh on \"h3\"");
    }

    /// What a node without a name of its own, as for a remote shell, hears from another one.
    private static String remoteShell(Host host, String node) {
        String program =
                """
                true = net_kernel:connect_node('%1$s'),
                {ok, Host} = erpc:call('%1$s', inet, gethostname, []),
                io:format("~p on ~p", [erpc:call('%1$s', erlang, node, []), Host]),
                halt().
                """
                        .formatted(node);
        return host.run(
                        "erl",
                        "-noinput",
                        "-start_epmd",
                        "false",
                        "-setcookie",
                        "chaos",
                        "-sname",
                        "undefined",
                        "-eval",
                        program)
                .orFail()
                .out();
    }

    @Test
    void nodesWithLongNames_reachEachOther() throws Exception {
        ErlangNode one = start(hosts.host(1), "l1@mesh.local", 9101, ON_LOOPBACK);
        start(hosts.host(2), "l2@mesh.local", 9101, ON_LOOPBACK);
        awaitVerified("l*@mesh.local", 2);
        assertThat(one.reaches("l2@mesh.local")).isTrue();
        assertThat(one.eval("nodes().")).isEqualTo("['l2@mesh.local']");
    }

    /// Each half of a partition has a node of one name, and keeps it while it lasts.
    @Test
    void oneNameOnTwoIslands_hasOneWinnerAfterTheHeal_andBothLive() throws Exception {
        List<ErlangNode> askers = new ArrayList<>();
        for (Host host : hosts.all()) {
            askers.add(start(host, "a" + host.name().substring(1) + "@mesh", 9101, "-hidden"));
        }
        hosts.cut(hosts.host(1), hosts.host(2));
        hosts.cut(hosts.host(1), hosts.host(3));
        List<ErlangNode> twins = new ArrayList<>();
        for (Host host : hosts.all().subList(0, 2)) {
            twins.add(start(host, "y@mesh", 9102, "-hidden"));
        }
        List<String> pids = new ArrayList<>();
        for (ErlangNode twin : twins) {
            pids.add(twin.eval("os:getpid()."));
        }
        Await.within(SETTLED, () -> checkAsked(askers.get(0), pids.get(0)));
        Await.within(SETTLED, () -> checkAsked(askers.get(1), pids.get(1)));
        Await.within(SETTLED, () -> checkAsked(askers.get(2), pids.get(1)));

        hosts.heal();

        for (Host host : hosts.all()) {
            Await.within(SETTLED, () -> checkConflictAt(host, winnerAt(hosts.host(1))));
        }
        for (Host host : hosts.all()) {
            assertThat(host.epmesh("events").orFail().out().lines())
                    .as("events of %s", host)
                    .anyMatch(line -> line.contains(" conflict ") && line.contains("y@mesh"));
        }
        int winner = winnerAt(hosts.host(1)).equals(hosts.host(1).address()) ? 0 : 1;
        for (ErlangNode asker : askers) {
            Await.within(SETTLED, () -> checkAsked(asker, pids.get(winner)));
        }
        for (ErlangNode twin : twins) {
            assertThat(twin.process().isAlive()).isTrue();
            assertThat(twin.eval("node().")).isEqualTo("y@mesh");
        }
    }

    /// Such nodes tell nobody who they are; the owners of their sockets are known.
    @Test
    void nodesUnderTls_areFoundByTheNameInTheirCertificate_andCutByIt() throws Exception {
        assumeTrue(Commands.run("openssl", "version").exit() == 0, "openssl is not installed");
        Host h1 = hosts.host(1);
        certify("mesh", "elsewhere");
        String[] certified = tls("mesh");
        ErlangNode t1 = start(h1, "t1@mesh", 9101, certified);
        start(hosts.host(2), "t2@mesh", 9101, certified);
        start(hosts.host(3), "t3@mesh", 9101, tls("elsewhere"));
        Await.within(SETTLED, () -> assertThat(t1.reaches("t2@mesh")).isTrue());
        assertThat(t1.reaches("t3@mesh")).as("whose certificate names another host").isFalse();
        Await.within(SETTLED, () -> checkCables(h1, "h1: t1@mesh t2@mesh", "h2: t1@mesh t2@mesh"));

        int port = h1.epmdOf("mesh").lookup("t2").orElseThrow();
        Process stranger = tlsClient(h1, port);
        try {
            Await.within(
                    SETTLED,
                    () ->
                            checkCables(
                                    h1,
                                    "h1: t1@mesh t2@mesh",
                                    "h2: t1@mesh t2@mesh",
                                    "h1: unknown@h1 t2@mesh",
                                    "h2: unknown@h1 t2@mesh"));
            Finished cut = h1.epmesh("cut", "t1@mesh", "t2@mesh", "--reset");
            assertThat(cut.exit()).as("%s", cut).isEqualTo(1);
            assertThat(cut.out().lines())
                    .containsExactly("cut 1 pair for 10m", "not attributed: unknown@h1 -> t2@mesh");
        } finally {
            stranger.destroyForcibly();
        }
        Await.within(SETTLED, () -> assertThat(t1.eval("nodes().")).isEqualTo("[]"));
        assertThat(t1.reaches("t2@mesh")).isFalse();
        h1.epmesh("fix", "t1@mesh", "t2@mesh").orFail();
        Await.within(SETTLED, () -> assertThat(t1.reaches("t2@mesh")).isTrue());
    }

    /// Begins a handshake of TLS, and waits.
    private static Process tlsClient(Host host, int port) throws Exception {
        return host.process(
                        "bash",
                        "-c",
                        "exec 3<>/dev/tcp/127.77.0.1/$0; printf '\\x16\\x03\\x01' >&3; read -r -u 3",
                        "" + port)
                .start();
    }

    /// Makes an authority, and certificates of host names.
    private static void certify(String... names) {
        openssl("ca", "-addext", "basicConstraints=critical,CA:TRUE");
        String directory = hosts.host(1).directory().toString();
        for (String name : names) {
            openssl(
                    name,
                    "-CA",
                    directory + "/ca.pem",
                    "-CAkey",
                    directory + "/ca.key",
                    "-addext",
                    "basicConstraints=critical,CA:FALSE",
                    "-addext",
                    "subjectAltName=DNS:" + name);
        }
    }

    private static void openssl(String name, String... more) {
        Path directory = hosts.host(1).directory();
        List<String> command = new ArrayList<>(List.of("openssl", "req", "-x509", "-nodes"));
        command.addAll(List.of("-newkey", "rsa:2048", "-days", "30", "-subj", "/CN=" + name));
        command.addAll(List.of("-keyout", directory.resolve(name + ".key").toString()));
        command.addAll(List.of("-out", directory.resolve(name + ".pem").toString()));
        command.addAll(List.of(more));
        Commands.run(command.toArray(String[]::new)).orFail();
    }

    /// Flags of a node that shows a certificate of this host name, and wants one of whom it meets.
    private static String[] tls(String name) throws Exception {
        Path directory = hosts.host(1).directory();
        String both =
                ("{certfile,\"%1$s/%2$s.pem\"},{keyfile,\"%1$s/%2$s.key\"},"
                                + "{cacertfile,\"%1$s/ca.pem\"},{verify,verify_peer}")
                        .formatted(directory, name);
        Path options =
                Files.writeString(
                        directory.resolve(name + ".config"),
                        "[{server,[%s,{fail_if_no_peer_cert,true}]},{client,[%s]}]."
                                .formatted(both, both));
        return new String[] {
            "-proto_dist", "inet_tls", "-ssl_dist_optfile", options.toString(), "-hidden"
        };
    }

    private static void checkCables(Host host, String... cables) {
        assertThat(host.api("cables").having("source"))
                .extracting(cable ->
                        "%s: %s %s"
                                .formatted(
                                        cable.text("relay"),
                                        cable.text("source"),
                                        cable.text("target")))
                .containsExactlyInAnyOrder(cables);
    }

    private ErlangNode start(Host host, String name, int port, String... flags) throws Exception {
        ErlangNode node = ErlangNode.start(host, name, port, flags);
        nodes.add(node);
        return node;
    }

    /// The address of the host whose node answers.
    private static String winnerAt(Host host) {
        return host.api("names?match=y@mesh").having("winner").stream()
                .filter(name -> name.text("winner").equals("true"))
                .map(name -> name.text("address"))
                .findFirst()
                .orElse("");
    }

    private static void checkConflictAt(Host host, String winner) {
        assertThat(host.api("names?match=y@mesh").having("winner"))
                .as("y@mesh as %s knows it", host)
                .hasSize(2)
                .allSatisfy(name -> assertThat(name.text("conflicting")).isEqualTo("true"));
        assertThat(winnerAt(host)).as("winner at %s", host).isEqualTo(winner);
    }

    /// A new connection to y leads to this process.
    private static void checkAsked(ErlangNode asker, String pid) throws Exception {
        asker.eval("erlang:disconnect_node('y@mesh').");
        assertThat(asker.eval("rpc:call('y@mesh', os, getpid, [])."))
                .as("y@mesh as %s reaches it", asker.fullName())
                .isEqualTo(pid);
    }

    private static void awaitVerified(String names, int count) {
        for (Host host : hosts.all()) {
            Await.within(
                    SETTLED,
                    () ->
                            assertThat(host.api("names?match=" + names).having("hostIs"))
                                    .as("nodes of the mesh host, as %s knows them", host)
                                    .hasSize(count)
                                    .allSatisfy(name ->
                                            assertThat(name.text("hostIs")).isEqualTo("verified")));
        }
    }

    private static void checkAllPeersAreUp() {
        for (Host host : hosts.all()) {
            assertThat(host.api("peers").having("id"))
                    .hasSize(hosts.all().size())
                    .allSatisfy(peer -> assertThat(peer.text("state")).isEqualTo("up"));
        }
    }
}
