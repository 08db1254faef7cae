package io.epmesh.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.epmd.NodeName;
import io.epmesh.epmd.PortInfo;
import io.epmesh.epmd.Registration;
import io.epmesh.gossip.Key;
import io.epmesh.node.adoption.SelfDescription;
import io.epmesh.node.naming.NodeEntry.HostIs;
import io.epmesh.node.naming.NodeRegistration;
import io.epmesh.node.naming.PeerDescription;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LocalNodesAdoptionTest {
    private static final Key KEY = NodeRegistration.key("a");
    private static final SelfDescription SAID = new SelfDescription("a", "h9", 77);

    private final LocalNodes nodes =
            new LocalNodes(
                    new PeerDescription(4369, "1", "x:1", List.of("h1"), List.of("10.0.0.1")));

    private static Registration registration(long id, long creation) {
        return new Registration(
                id,
                new NodeName("a"),
                PortInfo.ofErlangNode(9101),
                creation,
                Instant.ofEpochMilli(id),
                InetAddress.getLoopbackAddress());
    }

    private NodeRegistration published() {
        return NodeRegistration.decode(KEY, Objects.requireNonNull(nodes.entries().get(KEY)))
                .orElseThrow();
    }

    @Test
    void adopted_isPublishedAsSuch_withWhatTheNodeSaid() {
        nodes.adopted(registration(1, 5), Optional.of(SAID));
        assertThat(published().adopted()).isTrue();
        assertThat(published().host()).isEqualTo("h9");
        assertThat(published().hostIs()).isEqualTo(HostIs.VERIFIED);
        assertThat(published().creation()).isEqualTo(77);
        assertThat(nodes.said(registration(1, 5))).contains(SAID);
    }

    @Test
    void handedOver_toASuccessorThatSaysWhoItIs_isAsItSays() {
        nodes.adopted(registration(1, 5), Optional.empty());
        Registration plain = registration(2, 6);
        nodes.handedOver(
                registration(1, 5),
                new Registration(
                        2,
                        plain.name(),
                        plain.info(),
                        6,
                        plain.since(),
                        plain.source(),
                        Optional.of("h9"),
                        OptionalLong.of(5)));
        assertThat(published().adopted()).isFalse();
        assertThat(published().host()).isEqualTo("h9");
        assertThat(published().creation()).isEqualTo(5);
    }

    @Test
    void verified_staysAdopted() {
        nodes.adopted(registration(1, 5), Optional.empty());
        assertThat(nodes.said(registration(1, 5))).isEmpty();
        nodes.verified(registration(1, 5), "h9", Optional.of(77L));
        assertThat(published().adopted()).isTrue();
        assertThat(nodes.said(registration(1, 5))).contains(SAID);
    }

    @Test
    void handedOver_isLive_andNothingElseChanges() {
        nodes.adopted(registration(1, 5), Optional.of(SAID));
        NodeRegistration before = published();
        assertThat(nodes.handedOver(registration(1, 5), registration(2, 6))).isTrue();
        assertThat(published()).isEqualTo(before.adopted(false));
        nodes.unregistered(registration(1, 5));
        assertThat(nodes.holds(registration(2, 6))).isTrue();
    }

    @Test
    void handedOver_creationNotKnown_isTheSuccessors() {
        nodes.adopted(registration(1, 0), Optional.empty());
        assertThat(nodes.handedOver(registration(1, 0), registration(2, 6))).isTrue();
        assertThat(published().creation()).isEqualTo(6);
        assertThat(published().adopted()).isFalse();
    }

    @Test
    void encode_adopted_isFlagTwo() {
        nodes.adopted(registration(1, 5), Optional.empty());
        int flags = 2 + 1 + 1 + 2 + 2 + 8 + 8;
        assertThat(published().encode().toArray()[flags]).isEqualTo((byte) 2);
        assertThat(published().adopted(false).encode().toArray()[flags]).isEqualTo((byte) 0);
    }
}
