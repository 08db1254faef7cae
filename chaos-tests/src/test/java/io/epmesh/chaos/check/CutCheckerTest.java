package io.epmesh.chaos.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.chaos.history.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CutCheckerTest {
    private static final CutChecker CHECKER = new CutChecker(Duration.ofSeconds(3));

    private static Script hosts() {
        return Script.hosts(3);
    }

    private static Script order(Script script, String what, String at, long from) {
        return order(script, what, at, from, Outcome.OK);
    }

    /// For a and b, for 20 s where it has a time.
    private static Script order(Script script, String what, String at, long from, Outcome outcome) {
        return script.did(
                "orders0",
                "order",
                outcome,
                from,
                from + 10,
                "left",
                "a@mesh",
                "right",
                "b@mesh",
                "what",
                what,
                "at",
                at,
                "lasts",
                what.equals("fix") ? "0" : "20000",
                "latency",
                what.equals("slow") ? "300" : "0");
    }

    private static Script reach(Script script, Outcome outcome, long at, String cycle) {
        return reach(script, outcome, at, at + 100, cycle);
    }

    /// b reaches for a from h2.
    private static Script reach(Script script, Outcome outcome, long from, long to, String cycle) {
        return script.did(
                "h2/reacher",
                "reach",
                outcome,
                from,
                to,
                "from",
                "b@mesh",
                "node",
                "a@mesh",
                "at",
                "h2",
                "port",
                "7000",
                "cycle",
                cycle);
    }

    private static Result atRest(Script script, Outcome outcome, long at) {
        return reach(script, outcome, at, "1").judgedBy(CHECKER);
    }

    private static Script heal(Script script, long from, long to) {
        return script.did("nemesis", "converge", Outcome.OK, from, to, "cycle", "1");
    }

    @Test
    void cut_atRest_isNotReached() {
        for (String how : new String[] {"stall", "reset", "one-way"}) {
            Result reached = atRest(order(hosts(), how, "h1", 1_000), Outcome.OK, 10_000);
            assertThat(reached.violations())
                    .as(how)
                    .singleElement()
                    .asString()
                    .startsWith("cut but reached");
            Result not = atRest(order(hosts(), how, "h1", 1_000), Outcome.FAIL, 10_000);
            assertThat(not.violations()).as(how).isEmpty();
            assertThat(not.figures()).containsEntry("at rest cut", "1");
        }
    }

    @Test
    void cut_isOverAfterItsTime() {
        Script script = order(hosts(), "stall", "h1", 1_000);
        assertThat(atRest(script, Outcome.FAIL, 25_000).violations())
                .singleElement()
                .asString()
                .startsWith("not cut, or not any more, but not reached");
        assertThat(atRest(order(hosts(), "stall", "h1", 1_000), Outcome.OK, 25_000).violations())
                .isEmpty();
        for (Outcome outcome : Outcome.values()) {
            Script justOver = order(hosts(), "stall", "h1", 1_000);
            assertThat(atRest(justOver, outcome, 20_500).violations())
                    .as("within the bound of its end")
                    .isEmpty();
        }
    }

    @Test
    void fix_opens() {
        Script script = order(order(hosts(), "stall", "h1", 1_000), "fix", "h3", 9_000);
        assertThat(atRest(script, Outcome.FAIL, 14_000).violations()).hasSize(1);
        script = order(order(hosts(), "stall", "h1", 1_000), "fix", "h3", 9_000);
        assertThat(atRest(script, Outcome.OK, 14_000).violations()).isEmpty();
    }

    @Test
    void fix_besideACutThatItsPeerDidNotKnow_opens() {
        Script script = order(hosts(), "stall", "h1", 1_000);
        script.saw("nemesis", "cut", 500, 9_500, "links", "h1>h3 h3>h1 h2>h3 h3>h2");
        order(script, "fix", "h3", 2_000);
        assertThat(atRest(heal(script, 9_500, 10_000), Outcome.FAIL, 11_000).violations())
                .hasSize(1);
    }

    @Test
    void cut_besideAnOrderThatItsPeerDidNotKnow_mayBeEither() {
        for (Outcome outcome : Outcome.values()) {
            Script script = order(hosts(), "fix", "h1", 1_000);
            script.saw("nemesis", "cut", 500, 9_500, "links", "h1>h3 h3>h1 h2>h3 h3>h2");
            order(script, "stall", "h3", 2_000);
            Result result = atRest(heal(script, 9_500, 10_000), outcome, 11_000);
            assertThat(result.figures()).containsEntry("at rest unknown", "1");
            assertThat(result.violations()).isEmpty();
        }
    }

    @Test
    void cut_afterAHealThatShowedTheFix_cuts() {
        Script script = order(hosts(), "fix", "h1", 1_000);
        script.saw("nemesis", "cut", 500, 5_000, "links", "h1>h3 h3>h1 h2>h3 h3>h2");
        heal(script, 5_000, 6_000);
        order(script, "stall", "h3", 6_500);
        assertThat(atRest(script, Outcome.OK, 12_000).violations()).hasSize(1);
    }

    @Test
    void order_ofUnknownOutcome_mayHoldOrNot() {
        for (Outcome outcome : Outcome.values()) {
            Script script = order(hosts(), "stall", "h1", 1_000, Outcome.INFO);
            assertThat(atRest(script, outcome, 10_000).violations()).isEmpty();
            Script decided = order(hosts(), "stall", "h1", 1_000, Outcome.INFO);
            assertThat(atRest(heal(decided, 2_000, 3_000), outcome, 10_000).violations())
                    .as("happened before the heal, or never")
                    .isEmpty();
        }
        Script refused = order(hosts(), "stall", "h1", 1_000, Outcome.FAIL);
        assertThat(atRest(refused, Outcome.FAIL, 10_000).violations()).hasSize(1);
    }

    private static Script wrongClock(String host, long from, long to) {
        return hosts().saw("nemesis", "stepped", from, to, "host", host);
    }

    @Test
    void clock_thatIsWrong_mayEndWhatWasOrderedThereOrIsAskedNow() {
        for (Outcome outcome : Outcome.values()) {
            Script given = order(wrongClock("h1", 500, 4_000), "stall", "h1", 1_000);
            assertThat(atRest(given, outcome, 10_000).figures())
                    .as("given by a wrong clock")
                    .containsEntry("at rest unknown", "1");
            Script now = order(wrongClock("h3", 3_000, 8_000), "stall", "h1", 1_000);
            assertThat(atRest(now, outcome, 10_000).figures())
                    .as("wrong until just now")
                    .containsEntry("at rest unknown", "1");
        }
        Script fixed = order(hosts(), "stall", "h1", 1_000);
        order(fixed, "fix", "h1", 4_000).saw("nemesis", "stepped", 3_000, 9_000, "host", "h1");
        assertThat(atRest(fixed, Outcome.FAIL, 10_000).violations()).as("a fix is one").hasSize(1);
    }

    @Test
    void clock_thatIsRightAgain_leavesTheCutItsTime() {
        Script cut = order(wrongClock("h2", 3_000, 6_000), "stall", "h1", 1_000);
        assertThat(atRest(cut, Outcome.OK, 10_000).violations()).hasSize(1);
        Script over = order(wrongClock("h2", 3_000, 6_000), "stall", "h1", 1_000);
        assertThat(atRest(over, Outcome.FAIL, 25_000).violations()).hasSize(1);
        Script elsewhere = order(wrongClock("h2", 500, 3_000), "stall", "h1", 1_000);
        assertThat(atRest(elsewhere, Outcome.OK, 10_000).violations()).hasSize(1);
    }

    @Test
    void clock_amidFaults_mattersWhereItIsWrong() {
        Script other = order(wrongClock("h3", 3_000, 15_000), "stall", "h1", 1_000);
        assertThat(reach(other, Outcome.OK, 10_000, "").judgedBy(CHECKER).violations()).hasSize(1);
        Script asked = order(wrongClock("h2", 3_000, 15_000), "stall", "h1", 1_000);
        assertThat(reach(asked, Outcome.OK, 10_000, "").judgedBy(CHECKER).violations()).isEmpty();
    }

    @Test
    void slow_isReachedLate() {
        Script script = order(hosts(), "slow", "h1", 1_000);
        assertThat(atRest(script, Outcome.OK, 10_000).violations())
                .singleElement()
                .asString()
                .startsWith("slow, but reached at once");
        script = order(hosts(), "slow", "h1", 1_000);
        assertThat(atRest(script, Outcome.FAIL, 10_000).violations()).hasSize(1);
        script = reach(order(hosts(), "slow", "h1", 1_000), Outcome.OK, 10_000, 10_600, "1");
        assertThat(script.judgedBy(CHECKER).violations()).isEmpty();
    }

    @Test
    void cut_amidFaults_holdsWhereItIsKnown() {
        Script known = order(hosts(), "stall", "h1", 1_000);
        known.saw("nemesis", "cut", 6_000, 15_000, "links", "h1>h3 h3>h1");
        assertThat(reach(known, Outcome.OK, 10_000, "").judgedBy(CHECKER).violations())
                .singleElement()
                .asString()
                .startsWith("cut but reached");

        Script unknown = order(hosts(), "stall", "h1", 1_000);
        unknown.saw("nemesis", "cut", 500, 15_000, "links", "h1>h2 h2>h1 h3>h2 h2>h3");
        assertThat(reach(unknown, Outcome.OK, 10_000, "").judgedBy(CHECKER).violations())
                .as("the peer that answers was cut off before the order")
                .isEmpty();

        Script fixed = order(order(hosts(), "stall", "h1", 1_000), "fix", "h3", 10_050);
        assertThat(reach(fixed, Outcome.OK, 10_000, "").judgedBy(CHECKER).violations())
                .as("fixed meanwhile")
                .isEmpty();
    }

    @Test
    void onlyOpenOnes_tellNothingOfCuts() {
        assertThat(atRest(hosts(), Outcome.OK, 10_000).verdict()).isEqualTo(Verdict.UNKNOWN);
        Script script = order(hosts(), "stall", "h1", 1_000);
        reach(script, Outcome.FAIL, 10_000, "1");
        assertThat(atRest(script, Outcome.OK, 30_000).verdict()).isEqualTo(Verdict.VALID);
    }

    private static Result held(String atH1, String atH2) {
        return held(hosts(), atH1, atH2);
    }

    private static Result held(Script script, String atH1, String atH2) {
        return script.did("h1", "cuts", Outcome.OK, 5_000, 5_010, "cycle", "1", "cuts", atH1)
                .did("h2", "cuts", Outcome.OK, 5_100, 5_110, "cycle", "1", "cuts", atH2)
                .judgedBy(new CutAgreementChecker(Duration.ofSeconds(3)));
    }

    @Test
    void peers_holdTheSame() {
        assertThat(held("a b stall stall 9000", "a b stall stall 8900").verdict())
                .isEqualTo(Verdict.VALID);
        assertThat(held("a b stall stall 9000", "").violations())
                .containsExactly("cycle 1: h1 holds a b stall stall for 9000 ms, h2 does not");
        assertThat(held("a b stall stall 9000", "a b reset reset 8900").violations()).hasSize(2);
        assertThat(held("", "a b stall stall ").violations()).hasSize(1);
        assertThat(held("a b stall stall 3000", "").violations()).as("it may be over").isEmpty();
        assertThat(held("", "").verdict()).isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void peers_thatMayNotKnowAnOrderYet_mayHoldOther() {
        String cut = "a@mesh b@mesh stall stall 9000";
        Script before = order(order(hosts(), "stall", "h1", 500), "fix", "h3", 1_000);
        assertThat(held(before, "", cut).violations()).as("long known").hasSize(1);
        Script fixed = order(order(hosts(), "stall", "h1", 500), "fix", "h3", 3_000);
        assertThat(held(fixed, "", cut).violations()).as("within the bound").isEmpty();
    }

    @Test
    void peers_ofWrongClocks_mayHoldOther() {
        String cut = "a@mesh b@mesh stall stall 9000";
        assertThat(held(wrongClock("h2", 200, 4_000), cut, "").violations())
                .as("its clock was wrong until just now")
                .isEmpty();
        assertThat(held(wrongClock("h3", 200, 4_000), cut, "").violations())
                .as("another's was")
                .hasSize(1);
        Script given = order(wrongClock("h3", 200, 400), "stall", "h3", 300);
        assertThat(held(given, cut, "").violations()).as("given by a wrong clock").isEmpty();
        Script again = order(wrongClock("h3", 200, 400), "stall", "h3", 300);
        order(again, "stall", "h3", 1_000);
        assertThat(held(again, cut, "").violations()).as("a later order holds").hasSize(1);
    }
}
