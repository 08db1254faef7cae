package io.epmesh.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.Difference;
import io.epmesh.gossip.Digest;
import io.epmesh.gossip.PeerId;
import io.epmesh.gossip.Standing;
import io.epmesh.gossip.Vitals;
import io.epmesh.node.naming.MeshState;
import io.epmesh.node.naming.Status;
import io.epmesh.node.naming.Status.Lag;
import io.epmesh.node.naming.Status.PeerRef;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AgreementTest {
    private static final Digest ONE = new Digest(1, 1);
    private static final Digest OTHER = new Digest(9, 9);

    private final MeshState mesh = new MeshState();
    private final Agreement agreement =
            new Agreement(
                    () -> mesh.table(1),
                    () -> {
                        throw new AssertionError("nobody asks");
                    },
                    Runnable::run);

    AgreementTest() {
        mesh.describe(1, "10.0.0.1", "h1");
        mesh.describe(2, "10.0.0.2", "h2");
        mesh.describe(3, "10.0.0.3", "h3");
    }

    @Test
    void status_ofTwoOpinions_startsWithOurs() {
        Map<PeerId, Optional<Standing>> standings = new LinkedHashMap<>();
        standings.put(id(1), standing(OTHER));
        standings.put(id(2), standing(ONE));
        standings.put(id(3), Optional.empty());
        standings.put(id(4), Optional.empty());

        Status status = agreement.status(standings);

        assertThat(status.converged()).isFalse();
        assertThat(status.groups())
                .extracting(group -> group.peers().getFirst().host())
                .containsExactly("h1", "h2");
        assertThat(status.silent()).extracting(PeerRef::host).containsExactly("h3", "");
    }

    @Test
    void status_ofOneOpinion_isConvergedUnlessSomeoneIsSilent() {
        assertThat(agreement.status(Map.of(id(1), standing(ONE), id(2), standing(ONE))))
                .satisfies(status -> assertThat(status.converged()).isTrue())
                .satisfies(status -> assertThat(status.groups()).hasSize(1));
        assertThat(agreement.status(Map.of(id(1), standing(ONE), id(2), Optional.empty())))
                .satisfies(status -> assertThat(status.converged()).isFalse());
    }

    @Test
    void status_ofWhoLags_saysWhoseChangesAndHowMany_theMostFirst() {
        Standing behind =
                new Standing(
                        ONE,
                        Optional.of(
                                new Standing.Told(
                                        new Vitals(60_000, 70, 5),
                                        Duration.ofMillis(2),
                                        Duration.ofMillis(-1))),
                        List.of(
                                new Difference(Optional.of(id(3)), 1, 0),
                                new Difference(Optional.empty(), 0, 5)));

        PeerRef peer =
                agreement
                        .status(Map.of(id(1), standing(OTHER), id(2), Optional.of(behind)))
                        .groups()
                        .getLast()
                        .peers()
                        .getFirst();

        assertThat(peer.lags())
                .containsExactly(new Lag("", "", 0, 5), new Lag(id(3).toString(), "h3", 1, 0));
        assertThat(peer.told())
                .contains(
                        new Status.Told(
                                Duration.ofMinutes(1),
                                70,
                                Duration.ofMillis(2),
                                Duration.ofMillis(-1)));
    }

    @Test
    void status_afterPeersHaveDiffered_saysForHowLong() {
        agreement.status(Map.of(id(1), standing(ONE), id(2), standing(OTHER)));
        Status after = agreement.status(Map.of(id(1), standing(ONE), id(2), standing(ONE)));

        assertThat(after.spells().count()).isEqualTo(1);
        assertThat(after.spells().last()).isEqualTo(after.spells().p99()).isPresent();
        assertThat(after.spells().differing()).isEmpty();
    }

    private static Optional<Standing> standing(Digest digest) {
        return Optional.of(new Standing(digest, Optional.empty(), List.of()));
    }

    private static PeerId id(int number) {
        return MeshState.id(number);
    }
}
