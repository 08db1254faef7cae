package io.epmesh.chaos.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.chaos.history.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SpreadCheckerTest {
    private static final SpreadChecker CHECKER = new SpreadChecker(Duration.ofSeconds(2));

    /// x@h1 lives at 7000 from 10 to 50 s, and is seen at once by h1.
    private static Script registered() {
        return Script.hosts(2)
                .saw("h1", "live", 10_000, 50_000, "node", "x@h1", "host", "h1", "port", "7000")
                .did("h1/x", "register", Outcome.OK, 10_000, 10_010, "node", "x@h1", "port", "7000")
                .saw("run", "load", 90_000, 90_000);
    }

    private static Script saw(Script script, String watcher, long at, String node, String value) {
        return script.saw(watcher, "see", at, at, "node", node, "value", value);
    }

    private static Script seenByBoth() {
        Script script = saw(registered(), "h1/watcher", 10_012, "x@h1", "10.0.0.1:7000");
        return saw(script, "h2/watcher", 10_015, "x@h1", "10.0.0.1:7000");
    }

    private static Script healedAt30(Script script) {
        return script.did("nemesis", "converge", Outcome.OK, 29_000, 30_000, "cycle", "1");
    }

    @Test
    void registration_seenByAllUntilItsEnd_isStable() {
        Script script = saw(seenByBoth(), "h1/watcher", 50_003, "x@h1", "");
        Result result = saw(script, "h2/watcher", 50_007, "x@h1", "").judgedBy(CHECKER);

        assertThat(result.verdict()).isEqualTo(Verdict.VALID);
        assertThat(result.figures())
                .containsEntry("stable", "1")
                .containsEntry("stale", "0, for none")
                .containsEntry(
                        "registration acknowledged to seen on all, in calm",
                        "p50 5.0 ms, p99 5.0 ms, max 5.0 ms of 1")
                .containsEntry(
                        "node ended to gone on all, in calm",
                        "p50 7.0 ms, p99 7.0 ms, max 7.0 ms of 1");
        assertThat(Goal.of(script.history()).getFirst().seen())
                .isEqualTo("p50 5.0 ms, p99 5.0 ms, max 5.0 ms of 2");
        assertThat(Goal.of(script.history()).getFirst().met()).isEqualTo(Verdict.VALID);
    }

    @Test
    void registration_notSeenAfterAHeal_isLost() {
        Script script = saw(registered(), "h1/watcher", 10_012, "x@h1", "10.0.0.1:7000");
        script = saw(script, "h2/watcher", 10_012, "y@h1", "10.0.0.1:7001");
        Result result = healedAt30(script).judgedBy(CHECKER);

        assertThat(result.verdict()).isEqualTo(Verdict.INVALID);
        assertThat(result.violations())
                .containsExactly(
                        "registration x@h1 :7000 is not seen by h2/watcher after the heal of"
                                + " cycle 1");
        assertThat(result.figures()).containsEntry("lost", "1");
    }

    @Test
    void registration_seenAtAnotherPort_isLost() {
        Script script = saw(seenByBoth(), "h2/watcher", 11_000, "x@h1", "10.0.0.1:17000");
        assertThat(healedAt30(script).judgedBy(CHECKER).violations()).hasSize(1);
    }

    @Test
    void registration_seenWithinTheBoundAfterAHeal_isNotLost() {
        Script late = saw(registered(), "h1/watcher", 10_012, "x@h1", "10.0.0.1:7000");
        late = saw(late, "h2/watcher", 31_900, "x@h1", "10.0.0.1:7000");
        assertThat(healedAt30(late).judgedBy(CHECKER).verdict()).isEqualTo(Verdict.VALID);

        late = saw(registered(), "h1/watcher", 10_012, "x@h1", "10.0.0.1:7000");
        late = saw(late, "h2/watcher", 32_100, "x@h1", "10.0.0.1:7000");
        assertThat(healedAt30(late).judgedBy(CHECKER).verdict()).isEqualTo(Verdict.INVALID);
    }

    @Test
    void watcher_thatWasBlind_hasNothingToSay() {
        Script script = saw(registered(), "h1/watcher", 10_012, "x@h1", "10.0.0.1:7000");
        script = saw(script, "h2/watcher", 60_000, "y@h1", "10.0.0.1:7001");
        script.saw("h2/watcher", "blind", 0, 59_000);
        assertThat(healedAt30(script).judgedBy(CHECKER).verdict()).isEqualTo(Verdict.VALID);
    }

    @Test
    void registration_goneAndBack_isStale() {
        Script script = saw(seenByBoth(), "h2/watcher", 20_000, "x@h1", "");
        Result result =
                saw(script, "h2/watcher", 20_200, "x@h1", "10.0.0.1:7000").judgedBy(CHECKER);

        assertThat(result.verdict()).isEqualTo(Verdict.VALID);
        assertThat(result.figures())
                .containsEntry("stale", "1, for p50 200.0 ms, p99 200.0 ms, max 200.0 ms of 1");
    }

    @Test
    void nameOfTwoNodesAtATime_isNotCounted() {
        Script script =
                seenByBoth()
                        .saw(
                                "h2", "live", 20_000, 60_000, "node", "x@h1", "host", "h2", "port",
                                "8000");
        assertThat(script.judgedBy(CHECKER).verdict()).isEqualTo(Verdict.UNKNOWN);
    }

    private static Script put(Script script, Outcome outcome, long from, long to, String value) {
        return script.did("h1/w", "put", outcome, from, to, "key", "k@e", "value", value);
    }

    @Test
    void mapping_isExpectedUntilTheNextWrite() {
        Script script = put(registered(), Outcome.OK, 1_000, 1_005, "10.9.0.1:8001");
        put(script, Outcome.OK, 40_000, 40_005, "10.9.0.2:8001");
        saw(script, "h1/watcher", 1_009, "k@e", "10.9.0.1:8001");
        saw(script, "h1/watcher", 1_009, "x@h1", "10.0.0.1:7000");
        saw(script, "h1/watcher", 40_009, "k@e", "10.9.0.2:8001");
        assertThat(healedAt30(script).judgedBy(CHECKER).figures())
                .containsEntry("acknowledged", "3")
                .containsEntry("stable", "3");

        Script lost = put(registered(), Outcome.OK, 1_000, 1_005, "10.9.0.1:8001");
        saw(lost, "h1/watcher", 10_012, "x@h1", "10.0.0.1:7000");
        saw(lost, "h1/watcher", 1_009, "k@e", "10.9.0.2:8001");
        assertThat(healedAt30(lost).judgedBy(CHECKER).violations())
                .singleElement()
                .asString()
                .startsWith("mapping k@e 10.9.0.1:8001 is not seen by h1/watcher");
    }

    @Test
    void mapping_besideAWriteOfUnknownOutcome_isNotCounted() {
        Script script = put(registered(), Outcome.INFO, 500, 600, "10.9.0.2:8001");
        put(script, Outcome.OK, 1_000, 1_005, "10.9.0.1:8001");
        assertThat(script.judgedBy(CHECKER).figures()).containsEntry("acknowledged", "1");
    }
}
