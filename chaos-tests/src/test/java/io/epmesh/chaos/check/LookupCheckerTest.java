package io.epmesh.chaos.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.chaos.history.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LookupCheckerTest {
    private static final LookupChecker CHECKER = new LookupChecker(Duration.ofSeconds(5));

    /// x@h2 lives at 7000 from 1 s to 10 s and at 7001 from then on.
    private static Script lives() {
        return Script.hosts(2)
                .saw("h2", "live", 1_000, 10_000, "node", "x@h2", "host", "h2", "port", "7000")
                .saw("h2", "live", 10_001, 99_000, "node", "x@h2", "host", "h2", "port", "7001")
                .saw("h2", "live", 1_000, 99_000, "node", "y@h2", "host", "h2", "port", "7002");
    }

    private static Result lookup(Script script, long at, String port) {
        return script.did(
                        "h1/reader",
                        "lookup",
                        Outcome.OK,
                        at,
                        at,
                        "node",
                        "x@h2",
                        "at",
                        "h1",
                        "port",
                        port)
                .judgedBy(CHECKER);
    }

    @Test
    void port_ofALifeThatLasts_isRight() {
        assertThat(lookup(lives(), 5_000, "7000").verdict()).isEqualTo(Verdict.VALID);
        assertThat(lookup(lives(), 20_000, "7001").verdict()).isEqualTo(Verdict.VALID);
    }

    @Test
    void port_thatWasNeverTheNodes_isForeign() {
        assertThat(lookup(lives(), 5_000, "7002").violations())
                .singleElement()
                .asString()
                .startsWith("foreign port");
        assertThat(lookup(lives(), 5_000, "7001").violations())
                .as("before that life began")
                .singleElement()
                .asString()
                .startsWith("foreign port");
    }

    @Test
    void port_dead_isAViolationOnceKnownForLongerThanTheBound() {
        assertThat(lookup(lives(), 14_900, "7000").verdict()).isEqualTo(Verdict.VALID);
        assertThat(lookup(lives(), 15_100, "7000").violations())
                .singleElement()
                .asString()
                .startsWith("dead port, known for 5100.0 ms");
    }

    @Test
    void port_deadBehindAPartition_isKnownFromTheHealOn() {
        Script cut = lives().saw("nemesis", "cut", 9_000, 30_000, "links", "h1>h2 h2>h1");
        assertThat(lookup(cut, 20_000, "7000").verdict()).isEqualTo(Verdict.VALID);
        cut = lives().saw("nemesis", "cut", 9_000, 30_000, "links", "h1>h2 h2>h1");
        assertThat(lookup(cut, 34_000, "7000").verdict()).isEqualTo(Verdict.VALID);
        cut = lives().saw("nemesis", "cut", 9_000, 30_000, "links", "h1>h2 h2>h1");
        assertThat(lookup(cut, 36_000, "7000").verdict()).isEqualTo(Verdict.INVALID);
    }

    @Test
    void noPortNamed_tellsNothing() {
        assertThat(lookup(lives(), 5_000, "0").verdict()).isEqualTo(Verdict.UNKNOWN);
    }
}
