package io.epmesh.chaos.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.chaos.history.Outcome;
import org.junit.jupiter.api.Test;

class MappingCheckerTest {
    private static final MappingChecker CHECKER = new MappingChecker();

    private static Script put(Script script, String who, String value, long at) {
        return put(script, who, value, at, Outcome.OK);
    }

    private static Script put(Script script, String who, String value, long at, Outcome outcome) {
        return script.did(who, "put", outcome, at, at + 10, "key", "k", "value", value);
    }

    private static Script remove(Script script, String who, long at) {
        return script.did(who, "remove", Outcome.OK, at, at + 10, "key", "k");
    }

    /// A dump with the given values of k.
    private static Script dump(Script script, long at, String... values) {
        StringBuilder lines = new StringBuilder();
        for (String value : values) {
            lines.append("k ").append(value).append('\n');
        }
        return script.did(
                "h1", "dump", Outcome.OK, at, at + 10, "cycle", "" + at, "mappings", "" + lines);
    }

    private static Script find(Script script, long at, String value) {
        return script.did("h2/reader", "find", Outcome.OK, at, at, "key", "k", "value", value);
    }

    private static void assertValid(Script script) {
        assertThat(script.judgedBy(CHECKER)).isEqualTo(valid(script));
    }

    private static Result valid(Script script) {
        Result result = script.judgedBy(CHECKER);
        return new Result("mappings", Verdict.VALID, result.figures(), java.util.List.of());
    }

    private static void assertViolation(Script script, String violation) {
        Result result = script.judgedBy(CHECKER);
        assertThat(result.verdict()).isEqualTo(Verdict.INVALID);
        assertThat(result.violations()).singleElement().asString().startsWith(violation);
    }

    @Test
    void put_acknowledged_isThereUntilReplacedOrRemoved() {
        Script script = put(Script.hosts(2), "h1/writer", "v1", 100);
        dump(script, 200, "v1");
        put(script, "h1/writer", "v2", 300);
        dump(script, 400, "v2");
        remove(script, "h2/writer", 500);
        dump(script, 600);
        assertValid(script);
    }

    @Test
    void put_acknowledgedAndMissing_isLost() {
        assertViolation(
                dump(put(Script.hosts(2), "h1/writer", "v1", 100), 200),
                "acknowledged but lost: k v1");
    }

    @Test
    void put_missingInALaterDump_isLost() {
        Script script = put(Script.hosts(2), "h1/writer", "v1", 100);
        dump(script, 200, "v1");
        assertViolation(dump(script, 300), "acknowledged but lost: k v1");
    }

    @Test
    void put_besideAWriteThatMayHaveSeenIt_mayBeMissing() {
        Script script = put(Script.hosts(2), "h1/writer", "v1", 100);
        remove(script, "h2/writer", 105);
        assertValid(dump(script, 200));
    }

    @Test
    void put_besideAnEarlierWrite_mayNotBeMissing() {
        Script script = remove(Script.hosts(2), "h2/writer", 50);
        put(script, "h1/writer", "v1", 100);
        assertViolation(dump(script, 200), "acknowledged but lost: k v1");
    }

    @Test
    void put_ofUnknownOutcome_mayBeThereOrNot() {
        for (Outcome outcome : new Outcome[] {Outcome.INFO, Outcome.FAIL}) {
            Script script = put(Script.hosts(2), "h1/writer", "v0", 50);
            remove(script, "h1/writer", 70);
            put(script, "h1/writer", "v1", 100, outcome);
            assertValid(dump(script, 200));
        }
        Script script = put(Script.hosts(2), "h1/writer", "v0", 50);
        put(script, "h1/writer", "v1", 100, Outcome.INFO);
        assertValid(dump(script, 200, "v1"));
    }

    @Test
    void put_refused_isNotThere() {
        Script script = put(Script.hosts(2), "h1/writer", "v0", 50);
        put(script, "h2/writer", "v1", 100, Outcome.FAIL);
        assertViolation(dump(script, 200, "v0", "v1"), "came back, or was refused: k v1 on h1");
    }

    @Test
    void remove_ofItsOwnWriter_isObeyed() {
        Script script = put(Script.hosts(2), "h1/writer", "v1", 100);
        remove(script, "h1/writer", 150);
        assertViolation(dump(script, 200, "v1"), "removed or replaced but there: k v1");
    }

    @Test
    void remove_ofWhatAnAgreedDumpShowed_isObeyed() {
        Script script = put(Script.hosts(2), "h1/writer", "v1", 100);
        dump(script, 200, "v1");
        remove(script, "h2/writer", 300);
        assertViolation(dump(script, 400, "v1"), "removed or replaced but there: k v1");
    }

    @Test
    void remove_thatDidNotSeeThePut_mayLeaveIt() {
        Script script = put(Script.hosts(2), "h1/writer", "v1", 100);
        remove(script, "h2/writer", 150);
        assertValid(dump(script, 200, "v1"));
    }

    @Test
    void put_goneFromADump_neverComesBack() {
        Script script = put(Script.hosts(2), "h1/writer", "v1", 100);
        remove(script, "h2/writer", 150);
        dump(script, 200);
        assertViolation(dump(script, 300, "v1"), "came back, or was refused: k v1");
    }

    @Test
    void find_ofWhatIsGone_isAViolation() {
        Script script = put(Script.hosts(2), "h1/writer", "v1", 100);
        find(script, 120, "v1");
        remove(script, "h1/writer", 150);
        find(script, 190, "v1"); // the reader's peer may be behind
        dump(script, 200);
        assertValid(find(script, 250, ""));
        assertViolation(find(script, 300, "v1"), "came back: {");
    }

    @Test
    void value_thatNobodyPut_isAViolation() {
        Script script = put(Script.hosts(2), "h1/writer", "v1", 100);
        assertViolation(dump(script, 200, "v1", "v7"), "nobody put it: k v7");
        script = put(Script.hosts(2), "h1/writer", "v1", 100);
        dump(script, 200, "v1");
        assertViolation(find(script, 300, "v7"), "nobody put it: {");
    }

    @Test
    void noDump_tellsNothing() {
        assertThat(put(Script.hosts(2), "h1/writer", "v1", 100).judgedBy(CHECKER).verdict())
                .isEqualTo(Verdict.UNKNOWN);
    }
}
