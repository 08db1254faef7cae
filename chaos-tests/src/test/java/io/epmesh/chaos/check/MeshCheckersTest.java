package io.epmesh.chaos.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.chaos.history.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The checkers of names of the mesh host and of real clusters.
class MeshCheckersTest {
    /// x@mesh lives on h1 (7000, from 1 s to 50 s) and on h2 (7001, from 1 s on), y@mesh on h1.
    private static Script lives() {
        return Script.hosts(2)
                .saw("h1", "live", 1_000, 50_000, "node", "x@mesh", "host", "h1", "port", "7000")
                .saw("h2", "live", 1_000, 90_000, "node", "x@mesh", "host", "h2", "port", "7001")
                .saw("h1", "live", 1_000, 90_000, "node", "y@mesh", "host", "h1", "port", "7002");
    }

    private static Script winner(Script script, String host, String port) {
        return winner(script, host, "x@mesh", port);
    }

    private static Script winner(Script script, String host, String node, String port) {
        return script.did(
                host, "winner", Outcome.OK, 9_000, 9_001, "node", node, "port", port, "cycle", "1");
    }

    private static Script reach(Script script, Outcome outcome, long at, String port) {
        return script.did(
                "h1/reacher",
                "reach",
                outcome,
                at,
                at + 1,
                "node",
                "x@mesh",
                "port",
                port,
                "cycle",
                at == 9_000 ? "1" : "");
    }

    @Test
    void winner_isTheSameEverywhere() {
        WinnerChecker checker = new WinnerChecker();
        Script alike = winner(winner(lives(), "h1", "7001"), "h2", "7001");
        assertThat(reach(alike, Outcome.OK, 9_000, "7001").judgedBy(checker).verdict())
                .isEqualTo(Verdict.VALID);

        Script different = winner(winner(lives(), "h1", "7000"), "h2", "7001");
        assertThat(different.judgedBy(checker).violations())
                .containsExactly("x@mesh in cycle 1 is answered differently: [7000, 7001]");

        Script relayed = winner(lives(), "h1", "7001");
        assertThat(reach(relayed, Outcome.OK, 9_000, "7000").judgedBy(checker).violations())
                .as("the look-up names one, and the relay leads to the other")
                .hasSize(1);
    }

    @Test
    void winner_livesAndIsReached() {
        WinnerChecker checker = new WinnerChecker();
        assertThat(winner(lives(), "h1", "0").judgedBy(checker).violations())
                .singleElement()
                .asString()
                .startsWith("no living node");
        assertThat(winner(lives(), "h1", "7002").judgedBy(checker).violations()).hasSize(1);
        assertThat(reach(lives(), Outcome.FAIL, 9_000, "0").judgedBy(checker).violations())
                .singleElement()
                .asString()
                .startsWith("not reached");
        assertThat(reach(lives(), Outcome.FAIL, 8_000, "0").judgedBy(checker).verdict())
                .as("amid faults, and nothing else was tried")
                .isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void nameOfOneNode_isNoConflict() {
        Script script = winner(lives(), "h1", "y@mesh", "7002");
        assertThat(script.judgedBy(new WinnerChecker()).verdict()).isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void reach_leadsToALivingNodeOfThatName() {
        ReachChecker checker = new ReachChecker();
        assertThat(reach(lives(), Outcome.OK, 8_000, "7000").judgedBy(checker).verdict())
                .isEqualTo(Verdict.VALID);
        assertThat(reach(lives(), Outcome.OK, 60_000, "7000").judgedBy(checker).violations())
                .as("dead")
                .singleElement()
                .asString()
                .startsWith("reached another");
        assertThat(reach(lives(), Outcome.OK, 8_000, "7002").judgedBy(checker).violations())
                .as("the port of y")
                .hasSize(1);
        assertThat(reach(lives(), Outcome.FAIL, 8_000, "0").judgedBy(checker).verdict())
                .isEqualTo(Verdict.UNKNOWN);
    }

    private static Result whole(Outcome outcome, long until) {
        return Script.hosts(2)
                .did("h1/pinger", "ping", Outcome.OK, 500, 510)
                .did("h1/pinger", "ping", Outcome.FAIL, 500, 510)
                .did(
                        "nemesis",
                        "whole",
                        outcome,
                        1_000,
                        until,
                        "cycle",
                        "2",
                        "missing",
                        outcome == Outcome.OK ? "" : "h1 misses ['erl@h2']")
                .judgedBy(new DistributionChecker(Duration.ofSeconds(60)));
    }

    @Test
    void cluster_isWholeAfterAHealWithinTheBound() {
        assertThat(whole(Outcome.OK, 3_000).verdict()).isEqualTo(Verdict.VALID);
        assertThat(whole(Outcome.OK, 3_000).figures())
                .containsEntry("pings answered", "1")
                .containsEntry("pings not answered, faults included", "1");
        assertThat(whole(Outcome.OK, 62_000).violations())
                .containsExactly("cycle 2: whole only 61000.0 ms after the heal");
        assertThat(whole(Outcome.FAIL, 3_000).violations())
                .containsExactly(
                        "cycle 2: not whole 2000.0 ms after the heal: h1 misses ['erl@h2']");
    }

    @Test
    void cluster_thatNobodyPinged_tellsNothing() {
        assertThat(
                        Script.hosts(2)
                                .did("nemesis", "whole", Outcome.OK, 1, 2, "cycle", "1")
                                .judgedBy(new DistributionChecker(Duration.ofSeconds(60)))
                                .verdict())
                .isEqualTo(Verdict.UNKNOWN);
    }
}
