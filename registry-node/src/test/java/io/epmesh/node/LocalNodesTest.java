package io.epmesh.node;

import static io.epmesh.node.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.epmd.Extra;
import io.epmesh.epmd.NodeName;
import io.epmesh.epmd.PortInfo;
import io.epmesh.epmd.Registration;
import io.epmesh.gossip.OwnerEntries;
import io.epmesh.node.adoption.SelfDescription;
import io.epmesh.node.naming.NodeEntry.HostIs;
import io.epmesh.node.naming.NodeRegistration;
import io.epmesh.node.naming.PeerDescription;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LocalNodesTest {
    private final PeerDescription description =
            new PeerDescription(
                    4369, "1", "10.0.0.1:4370", List.of("h1", "h1.test"), List.of("10.0.0.1"));
    private final LocalNodes nodes = new LocalNodes(description);

    @Test
    void entries_noNodes_areTheDescriptionAlone() {
        assertThat(nodes.entries().keySet()).containsExactly(PeerDescription.KEY);
        assertThat(nodes.entries()).containsEntry(PeerDescription.KEY, description.encode());
    }

    @Test
    void registered_isPublishedUnderTheCanonicalHost() {
        assertThat(nodes.registered(node(1, "a", 9001))).isEqualTo(LocalNodes.Admission.SHOWN);

        NodeRegistration published = published("a").orElseThrow();
        assertThat(published.host()).isEqualTo("h1");
        assertThat(published.hostIs()).isEqualTo(HostIs.ASSUMED);
        assertThat(published.port()).isEqualTo(9001);
        assertThat(published.address()).isEmpty();
        assertThat(published.creation()).isEqualTo(101);
        assertThat(published.creationVerified()).isFalse();
    }

    @Test
    void registered_withItsHostPart_isVerifiedAtOnce() {
        Registration plain = node(1, "a", 9001);
        Registration full =
                new Registration(
                        1,
                        plain.name(),
                        plain.info(),
                        101,
                        plain.since(),
                        plain.source(),
                        Optional.of("h9"),
                        OptionalLong.of(77));
        nodes.registered(full);

        NodeRegistration published = published("a").orElseThrow();
        assertThat(published.host()).isEqualTo("h9");
        assertThat(published.hostIs()).isEqualTo(HostIs.VERIFIED);
        assertThat(published.creation()).isEqualTo(77);
        assertThat(nodes.said(full)).contains(new SelfDescription("a", "h9", 77));
    }

    @Test
    void registered_fromAnotherAddress_keepsIt() {
        nodes.registered(node(1, "a", 9001, InetAddress.ofLiteral("172.17.0.2")));

        assertThat(published("a").orElseThrow().address()).hasValue("172.17.0.2");
    }

    @Test
    void registered_fromAnotherOfThisHostsAddresses_isDialledWhereThisHostIs() {
        nodes.registered(node(1, "a", 9001, InetAddress.ofLiteral("127.0.0.2")));
        nodes.registered(node(2, "b", 9002, InetAddress.ofLiteral("::1")));

        assertThat(published("a").orElseThrow().address()).isEmpty();
        assertThat(published("b").orElseThrow().address()).isEmpty();
    }

    @Test
    void registered_nameThatNoNodeCanHave_staysBetweenThisHostAndEpmd() {
        assertThat(nodes.registered(node(1, "a b", 9001)))
                .isEqualTo(LocalNodes.Admission.HERE_ONLY);
        assertThat(nodes.entries()).hasSize(1);
        nodes.unregistered(node(1, "a b", 9001));
    }

    /// Who tells more than one peer may is shown by no other peer.
    @Test
    void registered_beyondTheLimits_isRefusedAndChangesNothing() {
        int fit = 0;
        while (nodes.registered(large(fit + 1)) == LocalNodes.Admission.SHOWN) {
            fit++;
        }
        assertThat(nodes.registered(large(fit + 1))).isEqualTo(LocalNodes.Admission.NO_ROOM);
        assertThat(nodes.entries()).hasSize(fit + 1);
        assertThat(OwnerEntries.of(nodes.entries()).areWithinLimits()).isTrue();
        nodes.unregistered(large(1));
        assertThat(nodes.registered(large(fit + 1))).isEqualTo(LocalNodes.Admission.SHOWN);
    }

    private static Registration large(int number) {
        PortInfo info = PortInfo.ofErlangNode(9001).withExtra(Extra.of(new byte[Extra.MAX_BYTES]));
        return new Registration(
                number,
                new NodeName("n" + number),
                info,
                5,
                Instant.EPOCH,
                InetAddress.getLoopbackAddress());
    }

    @Test
    void unregistered_byAnEarlierRegistration_changesNothing() {
        Registration first = node(1, "a", 9001);
        Registration second = node(2, "a", 9002);
        nodes.registered(first);
        nodes.registered(second);

        nodes.unregistered(first);
        assertThat(published("a").map(NodeRegistration::port)).hasValue(9002);
        assertThat(nodes.holds(first)).isFalse();
        assertThat(nodes.holds(second)).isTrue();

        nodes.unregistered(second);
        assertThat(published("a")).isEmpty();
    }

    @Test
    void verified_isPublishedWhileItIsRegistered() {
        Registration first = node(1, "a", 9001);
        nodes.registered(first);

        assertThat(nodes.verified(first, "h1.test", Optional.of(7L))).isTrue();
        NodeRegistration published = published("a").orElseThrow();
        assertThat(published.host()).isEqualTo("h1.test");
        assertThat(published.hostIs()).isEqualTo(HostIs.VERIFIED);
        assertThat(published.creation()).isEqualTo(7);
        assertThat(published.creationVerified()).isTrue();
    }

    @Test
    void verified_withoutCreation_keepsTheOneGivenOut() {
        Registration first = node(1, "a", 9001);
        nodes.registered(first);
        nodes.verified(first, "h1", Optional.empty());

        assertThat(published("a").map(NodeRegistration::creation)).hasValue(101L);
        assertThat(published("a").map(NodeRegistration::creationVerified)).hasValue(false);
    }

    @Test
    void verified_afterItsEndOrItsSuccessor_changesNothing() {
        Registration first = node(1, "a", 9001);
        nodes.registered(first);
        nodes.unregistered(first);
        assertThat(nodes.verified(first, "h1", Optional.of(7L))).isFalse();
        assertThat(published("a")).isEmpty();

        nodes.registered(node(2, "a", 9002));
        assertThat(nodes.verified(first, "h1", Optional.of(7L))).isFalse();
        assertThat(published("a").map(NodeRegistration::hostIs)).hasValue(HostIs.ASSUMED);
    }

    private Optional<NodeRegistration> published(String name) {
        var key = NodeRegistration.key(name);
        return Optional.ofNullable(nodes.entries().get(key))
                .flatMap(value -> NodeRegistration.decode(key, value));
    }
}
