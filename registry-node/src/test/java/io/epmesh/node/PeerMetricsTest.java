package io.epmesh.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.epmd.EpmdStatistics;
import io.epmesh.gossip.GossipStatistics;
import io.epmesh.node.cables.MeshCuts;
import io.epmesh.node.naming.FakeMesh;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// The threads of gossip and of the relay bring the figures; they were made to write the text, with
/// all names of the mesh sorted for it.
class PeerMetricsTest {
    private final FakeMesh mesh = new FakeMesh();
    private final AtomicReference<Optional<Thread>> writer =
            new AtomicReference<>(Optional.empty());

    @Test
    void text_isNotWrittenByWhoBringsTheFigures() throws Exception {
        try (MeshCuts cuts =
                new MeshCuts(
                        () -> mesh.history().table(),
                        _ -> new CompletableFuture<>(),
                        _ -> {},
                        _ -> {})) {
            PeerMetrics metrics =
                    new PeerMetrics(
                            new PeerMetrics.Sources(
                                    mesh,
                                    cuts,
                                    this::epmd,
                                    PeerMetricsTest::gossip,
                                    Optional::empty,
                                    () -> 0L));
            assertThat(metrics.text().toCompletableFuture().get(60, TimeUnit.SECONDS))
                    .contains("epmesh_sessions 0");
        }
        assertThat(writer.get()).isPresent().get().isNotEqualTo(Thread.currentThread());
    }

    private EpmdStatistics epmd() {
        writer.set(Optional.of(Thread.currentThread()));
        return new EpmdStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    private static GossipStatistics gossip() {
        return new GossipStatistics(
                List.of(),
                List.of(),
                0,
                0,
                0,
                new GossipStatistics.Timings(Duration.ZERO, List.of()));
    }
}
