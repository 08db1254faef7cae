package io.epmesh.node.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.epmd.EpmdResult;
import io.epmesh.epmd.NamedPort;
import io.epmesh.epmd.PortInfo;
import io.epmesh.node.config.Setting;
import io.epmesh.node.handshake.HandshakeResult;
import io.epmesh.node.naming.NodeEntry;
import io.epmesh.node.naming.NodeName;
import io.epmesh.node.naming.PeerEntry;
import io.epmesh.node.naming.Spells;
import io.epmesh.node.naming.Status;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodeExaminationTest {
    private static final InetSocketAddress EPMD = FakeNetwork.at("192.0.2.2", 4369);
    private static final InetSocketAddress PORT = FakeNetwork.at("192.0.2.2", 9100);

    private final FakeNetwork network = new FakeNetwork();

    @BeforeEach
    void aNodeThatIsReached() {
        network.atPort =
                new AtPort.Peer(
                        List.of(),
                        List.of(),
                        new Status("", true, List.of(), List.of(), Spells.Summary.NONE));
        network.nodes.put("b@h2", entry(9100, NodeEntry.State.UP));
        network.hosts.put("h2", EPMD.getAddress());
        network.hosts.put("192.0.2.2", EPMD.getAddress());
        network.ports.put(EPMD, found(9100));
        network.greetings.put(PORT, new HandshakeResult.Identified("b@h2", OptionalLong.of(1)));
    }

    @Test
    void run_allIsWell_saysSo() {
        assertThat(findings()).allMatch(Finding::isWell);
        assertThat(findings())
                .extracting(it -> it.step() + ": " + it.text())
                .containsExactly(
                        "mesh: b@h2 is at 192.0.2.2 port 9100",
                        "host: h2 is 192.0.2.2",
                        "epmd: its host's epmd says port 9100",
                        "distribution port: b@h2 answers there; who does not get in all the same has"
                                + " another cookie");
    }

    @Test
    void run_noPeerHere_goesOnByEpmd() {
        network.atPort = new AtPort.Nothing("Connection refused");
        assertThat(wrong()).containsExactly("mesh: no peer answers at port 4369 of this host");
        assertThat(findings()).last().extracting(Finding::step).isEqualTo("port by epmd");
    }

    @Test
    void run_notRunning_listsOtherNodesOfItsHost() {
        network.nodes.clear();
        network.ports.put(EPMD, new EpmdResult.NotFound());
        network.names.put(
                EPMD, List.of(new NamedPort(new io.epmesh.epmd.NodeName("rabbit"), 25672)));
        assertThat(wrong())
                .containsExactly(
                        "mesh: no peer knows b@h2",
                        "epmd: node 'b' is not running on h2; other nodes there: rabbit");
        network.names.clear();
        assertThat(wrong()).last().asString().endsWith("other nodes there: none");
    }

    @Test
    void run_orphaned_isSaid() {
        network.nodes.put("b@h2", entry(9100, NodeEntry.State.ORPHANED));
        assertThat(wrong())
                .containsExactly("mesh: b@h2 is known, but the peer of its host is silent");
    }

    @Test
    void run_hostUnknown_isSaid() {
        network.hosts.remove("h2");
        assertThat(wrong()).containsExactly("host: 'h2' does not resolve on this host");
    }

    @Test
    void run_epmdClosedOrHidden_isSaid() {
        network.ports.clear();
        assertThat(wrong()).containsExactly("epmd: port 4369 of h2: Connection refused");
        network.ports.put(EPMD, new EpmdResult.Ignored());
        assertThat(wrong()).containsExactly("epmd: the epmd of h2 does not answer this host");
    }

    @Test
    void run_distributionPortClosed_isSaid() {
        network.greetings.clear();
        assertThat(wrong())
                .containsExactly("distribution port: port 9100 of 192.0.2.2: Connection refused");
    }

    /// Its registration is an open connection, so it runs: in another network, or bound elsewhere.
    @Test
    void run_closedThoughRegisteredHere_saysThatItsNetworkIsAnother() {
        PeerEntry self = self();
        network.atPort =
                new AtPort.Peer(
                        List.of(),
                        List.of(self),
                        new Status("", true, List.of(), List.of(), Spells.Summary.NONE));
        network.greetings.clear();
        assertThat(findings()).last().extracting(Finding::advice).asString().contains("open the");
        network.nodes.put("b@h2", entry(9100, NodeEntry.State.UP, Optional.of(self.id())));
        assertThat(findings())
                .last()
                .extracting(Finding::advice)
                .asString()
                .contains("its network is another");
    }

    private static PeerEntry self() {
        return new PeerEntry(
                "0".repeat(32),
                List.of("h2"),
                PeerEntry.State.UP,
                List.of("192.0.2.2"),
                4369,
                "192.0.2.2:4370",
                "1",
                1,
                0,
                Optional.of(Duration.ZERO),
                true);
    }

    @Test
    void run_anotherNodeThere_isSaid() {
        network.greetings.put(PORT, new HandshakeResult.Identified("c@h2", OptionalLong.empty()));
        assertThat(wrong()).containsExactly("distribution port: who answers at port 9100 is c@h2");
        network.greetings.put(
                PORT, new HandshakeResult.Identified("b@h2.example", OptionalLong.empty()));
        assertThat(findings()).last().extracting(Finding::advice).asString().contains("-sname");
    }

    @Test
    void run_tls_isWell() {
        network.greetings.put(PORT, new HandshakeResult.Encrypted());
        assertThat(findings()).allMatch(Finding::isWell);
        assertThat(findings()).last().asString().contains("inet_tls");
    }

    /// Its registration lives, for its connection is open; the node does not run.
    @Test
    void run_stoppedNode_isWrong() {
        network.greetings.put(PORT, new HandshakeResult.Accepts());
        assertThat(wrong())
                .containsExactly(
                        "distribution port: port 9100 accepts, but does not greet as a node");
    }

    @Test
    void run_mappingToAClosedPort_advisesToCorrectIt() {
        network.nodes.put(
                "b@h2",
                entry(NodeEntry.Source.MAPPING, NodeEntry.Type.NORMAL, NodeEntry.Protocol.MODERN));
        network.greetings.clear();
        assertThat(findings())
                .filteredOn(it -> it.step().equals("distribution port"))
                .singleElement()
                .satisfies(it -> assertThat(it.advice()).contains("epmesh remove-node b@h2"));
    }

    @Test
    void run_severalEntries_isWrong() {
        network.nodes.put("b@h2", entry(9100, NodeEntry.State.UP).as(NodeEntry.Standing.WINNER));
        assertThat(wrong())
                .containsExactly(
                        "conflict: there are several entries of that name, of which this one is"
                                + " answered");
    }

    @Test
    void run_hiddenOrOld_isTold() {
        network.nodes.put(
                "b@h2",
                entry(
                        NodeEntry.Source.LIVE,
                        NodeEntry.Type.HIDDEN,
                        new NodeEntry.Protocol(5, 5, 0)));
        assertThat(findings())
                .first()
                .extracting(Finding::text)
                .asString()
                .contains("hidden", "OTP 22 or older");
    }

    /// The name of a mesh host that only the other peers were told of.
    @Test
    void run_hostOfAnotherNodeLeadsHere_asksForMeshHost() {
        network.own.add(EPMD.getAddress());
        network.ports.put(EPMD, new EpmdResult.NotFound());
        assertThat(wrong())
                .containsExactly("epmd: 'h2' leads to this host, and b@h2 is on another");
        network.nodes.clear();
        assertThat(wrong()).last().asString().contains("is not running on h2");
    }

    @Test
    void run_meshHostUnknown_advisesTheHostsFile() {
        network.hosts.remove("h2");
        assertThat(findings())
                .filteredOn(it -> !it.isWell())
                .singleElement()
                .satisfies(it -> assertThat(it.advice()).contains("DNS"));
        network.atPort =
                new AtPort.Peer(
                        List.of(new Setting("mesh-host", "h2,h2.local", "flag")),
                        List.of(),
                        new Status("", true, List.of(), List.of(), Spells.Summary.NONE));
        assertThat(findings())
                .filteredOn(it -> !it.isWell())
                .singleElement()
                .satisfies(it -> assertThat(it.advice()).contains("127.77.0.1 h2"));
    }

    @Test
    void run_meshAndEpmdDiffer_isSaid() {
        network.nodes.put("b@h2", entry(9200, NodeEntry.State.UP));
        assertThat(wrong())
                .containsExactly(
                        "distribution port: port 9200 of 192.0.2.2: Connection refused",
                        "agreement: the mesh says port 9200, the epmd of its host 9100");
    }

    /// The node listens on its own loopback, and the epmd here leads to it through the relay.
    @Test
    void run_nodeBehindTheRelay_isWell() {
        InetSocketAddress relayed = FakeNetwork.at("127.77.0.1", 40000);
        network.hosts.put("h2", relayed.getAddress());
        network.ports.put(FakeNetwork.at("127.77.0.1", 4369), found(40000));
        network.greetings.put(relayed, network.greetings.remove(PORT));
        assertThat(findings()).allMatch(Finding::isWell);
        assertThat(findings()).last().extracting(Finding::step).isEqualTo("relay");
    }

    private List<String> wrong() {
        return findings().stream()
                .filter(it -> !it.isWell())
                .map(it -> it.step() + ": " + it.text())
                .toList();
    }

    private List<Finding> findings() {
        return new NodeExamination(NodeName.parse("b@h2"), 4369, network).run();
    }

    private static EpmdResult.Found found(int port) {
        return new EpmdResult.Found(new io.epmesh.epmd.NodeName("b"), PortInfo.ofErlangNode(port));
    }

    private static NodeEntry entry(int port, NodeEntry.State state) {
        return entry(port, state, Optional.empty());
    }

    private static NodeEntry entry(
            NodeEntry.Source source, NodeEntry.Type type, NodeEntry.Protocol protocol) {
        NodeEntry entry = entry(9100, NodeEntry.State.UP);
        return new NodeEntry(
                entry.node(),
                entry.hostIs(),
                entry.address(),
                entry.port(),
                type,
                source,
                entry.state(),
                entry.peer(),
                entry.creation(),
                entry.since(),
                protocol,
                entry.standing());
    }

    private static NodeEntry entry(int port, NodeEntry.State state, Optional<String> peer) {
        return new NodeEntry(
                NodeName.parse("b@h2"),
                NodeEntry.HostIs.VERIFIED,
                InetAddress.ofLiteral("192.0.2.2").getHostAddress(),
                port,
                NodeEntry.Type.NORMAL,
                NodeEntry.Source.LIVE,
                state,
                peer,
                OptionalLong.empty(),
                Instant.EPOCH,
                NodeEntry.Protocol.MODERN,
                NodeEntry.Standing.SOLE);
    }
}
