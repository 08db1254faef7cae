package io.epmesh.chaos.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AlarmCheckerTest {
    private static final AlarmChecker CHECKER = new AlarmChecker(Duration.ofSeconds(5));

    /// h1 takes h3 for gone 20 s after the start, which a fault of some kind may explain.
    private static Result alarmAt20(Script script) {
        return script.saw("nemesis", "fault", 1_000, 2_000)
                .saw("h1", "orphaned", 20_000, 20_000, "peer", "h3")
                .judgedBy(CHECKER);
    }

    private static Script hosts() {
        return Script.hosts(3);
    }

    @Test
    void alarm_withoutAFault_isFalse() {
        Result result = alarmAt20(hosts());

        assertThat(result.verdict()).isEqualTo(Verdict.INVALID);
        assertThat(result.violations())
                .singleElement()
                .isEqualTo("h1 took h3 for gone at 20000.0 ms");
        assertThat(result.figures()).containsEntry("false alarms", "1/1 faults");
    }

    @Test
    void alarm_ofAPeerThatWasKilled_isNone() {
        Result result = alarmAt20(hosts().saw("nemesis", "down", 19_600, 30_000, "host", "h3"));

        assertThat(result.verdict()).isEqualTo(Verdict.VALID);
        assertThat(result.figures())
                .containsEntry(
                        "killed to orphaned", "p50 400.0 ms, p99 400.0 ms, max 400.0 ms of 1")
                .doesNotContainKey("frozen to orphaned");
    }

    @Test
    void alarm_byAPeerThatStoodStill_isNoneForFiveSeconds() {
        assertThat(alarmAt20(hosts().saw("nemesis", "paused", 9_000, 15_500, "host", "h1")))
                .extracting(Result::verdict)
                .isEqualTo(Verdict.VALID);
        assertThat(alarmAt20(hosts().saw("nemesis", "paused", 9_000, 14_500, "host", "h1")))
                .extracting(Result::verdict)
                .isEqualTo(Verdict.INVALID);
    }

    @Test
    void alarm_behindACut_isFalseWhileAThirdPeerReachesBoth() {
        String apart = "h1>h3 h3>h1";
        assertThat(alarmAt20(hosts().saw("nemesis", "cut", 10_000, 30_000, "links", apart)))
                .as("a bridge")
                .extracting(Result::verdict)
                .isEqualTo(Verdict.INVALID);
        assertThat(
                        alarmAt20(
                                hosts().saw("nemesis", "cut", 10_000, 30_000, "links", apart)
                                        .saw("nemesis", "down", 16_000, 30_000, "host", "h2")))
                .as("the bridge fell four seconds before")
                .extracting(Result::verdict)
                .isEqualTo(Verdict.VALID);
        assertThat(alarmAt20(hosts().saw("nemesis", "cut", 10_000, 30_000, "links", "h1>h3 h2>h3")))
                .as("h3 hears nobody")
                .extracting(Result::verdict)
                .isEqualTo(Verdict.VALID);
    }

    @Test
    void alarm_overLossyLinksOnly_isCountedAndNotJudged() {
        Result result = alarmAt20(hosts().saw("nemesis", "lossy", 10_000, 30_000, "host", "h3"));

        assertThat(result.verdict()).isEqualTo(Verdict.VALID);
        assertThat(result.figures()).containsEntry("alarms over lossy links", "1");
    }

    @Test
    void detection_isTimedWhereItsPeerRan() {
        Script killed = hosts().saw("nemesis", "down", 18_000, 30_000, "host", "h3");
        assertThat(alarmAt20(killed).figures()).containsKey("killed to orphaned");
        Script frozen = hosts().saw("nemesis", "down", 10_000, 30_000, "host", "h3");
        frozen.saw("nemesis", "paused", 8_000, 19_500, "host", "h1");
        assertThat(alarmAt20(frozen).figures()).doesNotContainKey("killed to orphaned");
    }

    @Test
    void noFault_tellsNothing() {
        assertThat(hosts().judgedBy(CHECKER).verdict()).isEqualTo(Verdict.UNKNOWN);
    }
}
