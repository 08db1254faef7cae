package io.epmesh.node.adoption;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.epmd.Adoptions.Holder;
import io.epmesh.epmd.PortInfo;
import io.epmesh.epmd.Registration;
import io.epmesh.node.handshake.DistributionHandshake;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class AdoptedNodesTest {
    private static final SelfDescription A = new SelfDescription("a", "h", 77);

    private final DistributionHandshake handshake =
            new DistributionHandshake(Duration.ofMinutes(1));
    private final DistributionHandshake impatient =
            new DistributionHandshake(Duration.ofMillis(100));
    private final List<String> handed = new ArrayList<>();
    private final List<Registration> dropped = new ArrayList<>();

    @AfterEach
    void close() {
        handshake.close();
        impatient.close();
    }

    private AdoptedNodes adopt(RecordedNode node) {
        return adopt(node, handshake);
    }

    /// Of a node that is known by its word, and does not give it.
    private AdoptedNodes adoptSilent(RecordedNode node) {
        return adopt(node, impatient);
    }

    private AdoptedNodes adopt(RecordedNode node, DistributionHandshake asking) {
        return new AdoptedNodes(
                List.of(node),
                new Prover(asking, ListeningSockets::read, InetAddress::isLoopbackAddress),
                Runnable::run,
                (before, after) -> handed.add(before.id() + " to " + after.id()));
    }

    private static RecordedNode bySocket(ListeningNode node) {
        return node.remembered()
                .listeningOn(ListeningSockets.read().orElseThrow().onlyOneAt(node.port()));
    }

    private static Holder contest(AdoptedNodes adopted, int port) throws Exception {
        Registration holder = adopted.registrations().getFirst();
        return adopted.contested(holder, PortInfo.ofErlangNode(port), ListeningNode.LOOPBACK)
                .toCompletableFuture()
                .get();
    }

    @Test
    void registrations_areThoseOfTheFormerLife() throws Exception {
        try (ListeningNode node = ListeningNode.silent()) {
            RecordedNode remembered = bySocket(node);
            assertThat(adopt(remembered).registrations())
                    .containsExactly(
                            new Registration(
                                    1,
                                    remembered.name(),
                                    remembered.info(),
                                    remembered.creation(),
                                    remembered.since(),
                                    remembered.source()));
        }
    }

    @Test
    void contested_byItselfAnotherAndAfterItsEnd_isTold() throws Exception {
        AdoptedNodes adopted;
        int port;
        try (ListeningNode node = ListeningNode.silent()) {
            port = node.port();
            adopted = adopt(bySocket(node));
            assertThat(contest(adopted, port)).isEqualTo(Holder.SAME_NODE);
            assertThat(contest(adopted, port ^ 1)).isEqualTo(Holder.LIVES);
        }
        assertThat(contest(adopted, port ^ 1)).isEqualTo(Holder.GONE);
        assertThat(contest(adopted, port)).isEqualTo(Holder.GONE);
    }

    @Test
    void contested_silentHolder_isNotRobbed() throws Exception {
        try (ListeningNode node = ListeningNode.silent()) {
            AdoptedNodes adopted = adoptSilent(node.remembered().saying(A));
            assertThat(contest(adopted, node.port() ^ 1)).isEqualTo(Holder.LIVES);
        }
    }

    @Test
    void add_isLookedAfterLikeTheOthers() throws Exception {
        AdoptedNodes adopted =
                new AdoptedNodes(
                        List.of(),
                        new Prover(
                                handshake, ListeningSockets::read, InetAddress::isLoopbackAddress),
                        Runnable::run,
                        (_, _) -> {});
        Registration late;
        try (ListeningNode node = ListeningNode.silent()) {
            late = node.remembered().registration(5);
            adopted.add(late, bySocket(node));
            adopted.verify(dropped::add);
            assertThat(dropped).isEmpty();
        }
        adopted.verify(dropped::add);
        assertThat(dropped).containsExactly(late);
    }

    @Test
    void verify_nodeEnded_dropsItOnce() throws Exception {
        AdoptedNodes adopted;
        try (ListeningNode node = ListeningNode.silent()) {
            adopted = adopt(bySocket(node));
            adopted.verify(dropped::add);
            assertThat(dropped).isEmpty();
        }
        adopted.verify(dropped::add);
        adopted.verify(dropped::add);
        assertThat(dropped).containsExactlyElementsOf(adopted.registrations());
    }

    @Test
    void verify_silentNode_isDroppedAfterSomeRoundsOnly() throws Exception {
        try (ListeningNode node = ListeningNode.silent()) {
            AdoptedNodes adopted = adoptSilent(node.remembered().saying(A));
            for (int round = 0; round < 3; round++) {
                adopted.verify(dropped::add);
            }
            assertThat(dropped).isEmpty();
            adopted.verify(dropped::add);
            assertThat(dropped).hasSize(1);
        }
    }

    @Test
    void verify_afterHandOver_leavesItAlone() throws Exception {
        AdoptedNodes adopted;
        try (ListeningNode node = ListeningNode.silent()) {
            adopted = adopt(bySocket(node));
            Registration before = adopted.registrations().getFirst();
            adopted.handedOver(before, node.remembered().registration(2));
        }
        adopted.verify(dropped::add);
        assertThat(dropped).isEmpty();
        assertThat(handed).containsExactly("1 to 2");
    }

    @Test
    void learn_provesByTheNodesWordFromThenOn() throws Exception {
        try (ListeningNode node = ListeningNode.saying(A)) {
            AdoptedNodes adopted = adopt(node.remembered());
            assertThat(contest(adopted, node.port())).isEqualTo(Holder.GONE);
            adopted.learn(_ -> Optional.of(A));
            assertThat(contest(adopted, node.port())).isEqualTo(Holder.SAME_NODE);
        }
    }
}
