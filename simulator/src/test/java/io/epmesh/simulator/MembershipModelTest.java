package io.epmesh.simulator;

import static io.epmesh.simulator.MembershipModel.Behaviour.DISJOINT_VIEWS;
import static io.epmesh.simulator.MembershipModel.Behaviour.EVICTED_UNSUSPECTED;
import static io.epmesh.simulator.MembershipModel.Behaviour.GHOST;
import static io.epmesh.simulator.MembershipModel.Behaviour.HEARD_LATE;
import static io.epmesh.simulator.MembershipModel.Behaviour.HEARD_OUTSIDE_VIEW;
import static io.epmesh.simulator.MembershipModel.Behaviour.LOST_IN_VIEW;
import static io.epmesh.simulator.MembershipModel.Behaviour.ONE_SIDED_EVICTION;
import static io.epmesh.simulator.MembershipModel.Behaviour.REPEATED_MERGE_VIEW;
import static io.epmesh.simulator.MembershipModel.Behaviour.SUSPECTED_AND_KEPT;
import static io.epmesh.simulator.MembershipModel.Behaviour.UNSEEN_EVICTION;
import static io.epmesh.simulator.MembershipModel.Behaviour.VIEWS_DISAGREE;
import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.simulator.MembershipModel.Behaviour;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Holds the recorded traces of real members against the list of what a model of them must admit.
class MembershipModelTest {
    @Test
    void split_fiveSeconds_leavesTwoIslands() throws IOException {
        assertThat(shown("split"))
                .contains(VIEWS_DISAGREE, DISJOINT_VIEWS, LOST_IN_VIEW, EVICTED_UNSUSPECTED)
                .doesNotContain(GHOST, UNSEEN_EVICTION, ONE_SIDED_EVICTION);
    }

    @Test
    void bridge_sixSeconds_leavesTheEvictedWithTheOldView() throws IOException {
        assertThat(shown("bridge"))
                .contains(
                        VIEWS_DISAGREE,
                        ONE_SIDED_EVICTION,
                        UNSEEN_EVICTION,
                        REPEATED_MERGE_VIEW,
                        LOST_IN_VIEW,
                        EVICTED_UNSUSPECTED,
                        SUSPECTED_AND_KEPT)
                .doesNotContain(GHOST, DISJOINT_VIEWS);
    }

    @Test
    void oneWay_sixSeconds_evictsMemberThatIsHeardByOthers() throws IOException {
        assertThat(shown("one-way"))
                .contains(
                        VIEWS_DISAGREE,
                        ONE_SIDED_EVICTION,
                        UNSEEN_EVICTION,
                        HEARD_OUTSIDE_VIEW,
                        SUSPECTED_AND_KEPT)
                .doesNotContain(GHOST, DISJOINT_VIEWS);
    }

    @Test
    void freeze_fourSeconds_isNeverSeenByTheFrozen() throws IOException {
        assertThat(shown("freeze"))
                .contains(UNSEEN_EVICTION, REPEATED_MERGE_VIEW, HEARD_LATE, EVICTED_UNSUSPECTED)
                .doesNotContain(GHOST, DISJOINT_VIEWS);
    }

    @Test
    void restart_samePort_standsBesideItsGhost() throws IOException {
        assertThat(shown("restart")).contains(GHOST).doesNotContain(DISJOINT_VIEWS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"split", "bridge", "one-way", "freeze", "restart"})
    void trace_recorded_breaksNoRule(String name) throws IOException {
        assertThat(MembershipModel.broken(trace(name))).isEmpty();
    }

    @Test
    void behaviours_all_areSeenInSomeTrace() throws IOException {
        Set<Behaviour> seen = EnumSet.noneOf(Behaviour.class);
        for (String name : List.of("split", "bridge", "one-way", "freeze", "restart")) {
            seen.addAll(shown(name));
        }
        assertThat(seen).containsExactlyInAnyOrder(Behaviour.values());
    }

    @Test
    void shown_calmGroup_isNothing() {
        Trace trace =
                Trace.parse(
                        List.of(
                                "10 1.1 view 1.1 2.1",
                                "12 2.1 view 1.1 2.1",
                                "100-5000 1.1 sent 1-20",
                                "101-5001 2.1 heard 1.1 1-20",
                                "6000 1.1 view 1.1 2.1",
                                "6000 2.1 view 1.1 2.1"));
        assertThat(MembershipModel.shown(trace)).isEmpty();
        assertThat(MembershipModel.broken(trace)).isEmpty();
    }

    @Test
    void broken_viewWithoutItsObserver_isNamed() {
        Trace trace = Trace.parse(List.of("10 1.1 view 2.1", "10 2.1 view 2.1"));
        assertThat(MembershipModel.broken(trace)).singleElement().asString().contains("observer");
    }

    @Test
    void broken_numberNeverSent_isNamed() {
        Trace trace =
                Trace.parse(
                        List.of(
                                "10 1.1 view 1.1 2.1",
                                "10 2.1 view 1.1 2.1",
                                "20 1.1 sent 1",
                                "21-30 2.1 heard 1.1 1-2"));
        assertThat(MembershipModel.broken(trace)).singleElement().asString().contains("never sent");
    }

    @Test
    void format_eachLineOfATrace_readsBackTheSame() throws IOException {
        List<String> lines =
                lines("restart").stream().filter(line -> !line.startsWith("#")).toList();
        assertThat(Trace.parse(lines).events().stream().map(Trace::format)).isEqualTo(lines);
    }

    private static Set<Behaviour> shown(String name) throws IOException {
        return MembershipModel.shown(trace(name));
    }

    private static Trace trace(String name) throws IOException {
        return Trace.parse(lines(name));
    }

    private static List<String> lines(String name) throws IOException {
        try (InputStream in =
                MembershipModelTest.class.getResourceAsStream("/traces/" + name + ".txt")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }
}
