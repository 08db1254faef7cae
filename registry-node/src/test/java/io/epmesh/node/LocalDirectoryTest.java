package io.epmesh.node;

import static io.epmesh.node.Nodes.LOOPBACK;
import static io.epmesh.node.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.epmd.NamedPort;
import io.epmesh.epmd.NodeName;
import io.epmesh.epmd.PortInfo;
import io.epmesh.epmd.Registration;
import io.epmesh.node.config.StaticPort;
import io.epmesh.node.naming.Glob;
import io.epmesh.node.naming.MeshState;
import io.epmesh.node.naming.NameLookup;
import io.epmesh.node.naming.PeerDescription;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// This host is h1; its address is loopback, since the test's machine surely has that one.
class LocalDirectoryTest {
    private static final InetAddress PEER = InetAddress.ofLiteral("10.0.0.2");
    private static final InetAddress STRANGER = InetAddress.ofLiteral("10.0.0.66");

    private final MeshState mesh = new MeshState();
    private final List<String> heard = new ArrayList<>();
    private final LocalNodes nodes =
            new LocalNodes(
                    new PeerDescription(
                            4369, "1", "", List.of("h1", "h1.test"), List.of("127.0.0.1")));
    private final LocalDirectory directory = directory(List.of());

    LocalDirectoryTest() {
        mesh.describe(1, "127.0.0.1", "h1", "h1.test");
        mesh.describe(2, "10.0.0.2", "h2");
        mesh.register(2, MeshState.verified("a@h2", 9002));
    }

    @Test
    void shortName_ofAnotherHostsNode_isNotFound() {
        assertThat(lookup("a", LOOPBACK)).isEmpty();
        assertThat(lookup("a", PEER)).isEmpty();
    }

    @Test
    void shortName_ofAMappingThatLeadsElsewhere_isNotFound() {
        mesh.map("b@h1", "10.0.0.2", 8001);

        assertThat(lookup("b", LOOPBACK)).isEmpty();
        assertThat(directory.names()).isEmpty();
    }

    @Test
    void shortName_ofAMappingForThisHost_isFound_fromAnywhere() {
        mesh.map("b@h1", "10.0.0.2", 8001); // leads elsewhere, so it does not hide the next
        mesh.map("b@h1.test", "127.0.0.1", 8002);
        mesh.map("c@h1", "localhost", 8003); // no address

        assertThat(lookup("b", STRANGER).map(PortInfo::port)).hasValue(8002);
        assertThat(lookup("c", STRANGER)).isEmpty();
    }

    @Test
    void names_areMappingsThatLeadHere_eachOnceAsLookedUp() {
        mesh.map("c@h1.test", "127.0.0.1", 8004);
        mesh.map("c@h1", "127.0.0.1", 8003);
        mesh.map("b@h1.test", "127.0.0.1", 8002);
        mesh.map("d@h2", "127.0.0.1", 8005);

        assertThat(directory.names())
                .containsExactly(
                        new NamedPort(new NodeName("b"), 8002),
                        new NamedPort(new NodeName("c"), 8003));
        assertThat(lookup("c", LOOPBACK).map(PortInfo::port)).hasValue(8003);
    }

    @Test
    void fullName_fromHere_isAnsweredWithItsAddress() {
        PortInfo answer = lookup("a@h2", LOOPBACK).orElseThrow();

        assertThat(answer.port()).isEqualTo(9002);
        assertThat(new String(answer.extra().toBytes(), StandardCharsets.UTF_8))
                .isEqualTo("10.0.0.2");
    }

    @Test
    void fullName_fromAfar_isAnsweredToPeersOnly() {
        assertThat(lookup("a@h2", PEER)).isPresent();
        assertThat(lookup("a@h2", STRANGER)).isEmpty();
    }

    @Test
    void fullName_fromAnAddressAmongAPeersHostNames_isAnswered() {
        mesh.describe(3, "10.0.0.3", "h3", "10.0.0.66");

        assertThat(lookup("a@h2", STRANGER)).isPresent();
    }

    /// Under load the table was 80 ms behind: a look-up right after a registration found nobody.
    @Test
    void fullName_ofANodeHere_isAnsweredAsItWasRegistered_whateverTheTableShows() {
        directory.registered(node(1, "b", 9001));
        PortInfo answer = lookup("b@h1", LOOPBACK).orElseThrow();
        assertThat(answer.port()).isEqualTo(9001);
        assertThat(new String(answer.extra().toBytes(), StandardCharsets.UTF_8))
                .isEqualTo("127.0.0.1");
        assertThat(lookup("b@h1", PEER)).isPresent();
        assertThat(lookup("b@h2", LOOPBACK)).isEmpty();

        mesh.register(1, MeshState.assumed("b@h1", 9000));
        assertThat(lookup("b@h1", LOOPBACK).map(PortInfo::port))
                .as("the table shows its former port")
                .hasValue(9001);
        assertThat(lookup("b@h1.test", LOOPBACK).map(PortInfo::port))
                .as("by another name of this host")
                .hasValue(9001);
        mesh.map("b@h1.test", "10.0.0.2", 8001);
        assertThat(lookup("b@h1.test", LOOPBACK).map(PortInfo::port)).hasValue(8001);

        directory.unregistered(node(1, "b", 9001));
        assertThat(lookup("b@h1", LOOPBACK)).as("the table shows one that has ended").isEmpty();
    }

    @Test
    void fullName_thatAnotherPeerHoldsToo_isTheWinnersAsTheTableShows() {
        mesh.register(2, MeshState.verified("b@mesh", 9002));
        directory.registered(node(1, "b", 9001));
        nodes.verified(node(1, "b", 9001), "mesh", Optional.of(5L));

        assertThat(lookup("b@mesh", LOOPBACK).map(PortInfo::port)).hasValue(9002);
    }

    @ParameterizedTest
    @ValueSource(strings = {"b@localhost", "b@127.0.0.1"})
    void fullName_loopback_isNotAnsweredToAnotherHost(String node) {
        mesh.register(1, MeshState.assumed("b@h1", 9001));
        directory.registered(node(1, "b", 9001));

        assertThat(lookup(node, LOOPBACK)).isPresent();
        assertThat(lookup(node, PEER)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a@", "@h2", "a@h2@h2", "a b@h2", "@"})
    void fullName_thatNoNodeHas_isNotFound(String name) {
        assertThat(lookup(name, LOOPBACK)).isEmpty();
    }

    @Test
    void staticPort_isForShortNamesNobodyHas() {
        LocalDirectory withRules =
                directory(
                        List.of(
                                new StaticPort(Glob.parse("db*"), 8100),
                                new StaticPort(Glob.parse("*@h1"), 8200)));
        mesh.map("db1@h1", "127.0.0.1", 8001);

        assertThat(port(withRules, "db1")).hasValue(8001);
        assertThat(port(withRules, "db2")).hasValue(8100);
        assertThat(port(withRules, "other")).hasValue(8200);
        assertThat(port(withRules, "no name")).isEmpty();
        assertThat(port(directory, "db2")).isEmpty();
    }

    @Test
    void registered_isTold_butNotWhatNoNodeCanBeCalled() {
        Registration a = node(1, "a", 9001);

        directory.registered(a);
        directory.registered(node(2, "a b", 9002));
        directory.unregistered(a);
        directory.stopRequested();

        assertThat(heard).containsExactly("registered a", "unregistered", "stop");
        assertThat(nodes.entries()).hasSize(1);
    }

    private LocalDirectory directory(List<StaticPort> rules) {
        PeerAddresses peers = new PeerAddresses(() -> mesh.table(1));
        return new LocalDirectory(
                nodes,
                new NameLookup(() -> mesh.table(1), nodes::entry),
                rules,
                "h1",
                peers::contains,
                new Heard());
    }

    private Optional<PortInfo> lookup(String name, InetAddress remote) {
        return directory.lookup(new NodeName(name), remote, LOOPBACK);
    }

    private static Optional<Integer> port(LocalDirectory directory, String name) {
        return directory.lookup(new NodeName(name), STRANGER, LOOPBACK).map(PortInfo::port);
    }

    private final class Heard implements LocalDirectory.Listener {
        @Override
        public void registered(Registration registration) {
            heard.add("registered " + registration.name().value());
        }

        @Override
        public void unregistered() {
            heard.add("unregistered");
        }

        @Override
        public void stopRequested() {
            heard.add("stop");
        }
    }
}
