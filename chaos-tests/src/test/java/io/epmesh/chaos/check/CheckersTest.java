package io.epmesh.chaos.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.chaos.history.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The smaller checkers: what each accepts, and that each can fail.
class CheckersTest {
    private static Script converged(Outcome outcome, long millis) {
        return Script.hosts(2)
                .did(
                        "nemesis",
                        "converge",
                        outcome,
                        1_000,
                        1_000 + millis,
                        "cycle",
                        "3",
                        "differences",
                        "not on h2: x");
    }

    @Test
    void convergence_inTimeOnly() {
        ConvergenceChecker checker =
                new ConvergenceChecker(Duration.ofSeconds(15), Duration.ofSeconds(60));
        assertThat(converged(Outcome.OK, 2_000).judgedBy(checker).verdict())
                .isEqualTo(Verdict.VALID);
        assertThat(converged(Outcome.OK, 15_001).judgedBy(checker).violations())
                .containsExactly(
                        "cycle 3: equal only 15001.0 ms after the heal (bound: 15000.0 ms)");
        assertThat(
                        converged(Outcome.OK, 15_001)
                                .saw("nemesis", "down", 100, 900, "host", "h1")
                                .judgedBy(checker)
                                .verdict())
                .as("a peer was started")
                .isEqualTo(Verdict.VALID);
        assertThat(
                        converged(Outcome.OK, 60_001)
                                .saw("nemesis", "down", 100, 900, "host", "h1")
                                .judgedBy(checker)
                                .violations())
                .hasSize(1);
        assertThat(converged(Outcome.FAIL, 60_000).judgedBy(checker).violations())
                .containsExactly("cycle 3: not equal 60000.0 ms after the heal: not on h2: x");
        assertThat(Script.hosts(2).judgedBy(checker).verdict()).isEqualTo(Verdict.UNKNOWN);
    }

    private static Script named(String names) {
        return Script.hosts(2)
                .saw("h1", "live", 100, 9_000, "node", "x@h1", "port", "7000")
                .saw("h1", "live", 100, 500, "node", "y@h1", "port", "7001")
                .did("h2", "dump", Outcome.OK, 1_000, 1_010, "cycle", "1", "names", names);
    }

    @Test
    void names_areTheLivingOnes() {
        NamesChecker checker = new NamesChecker();
        assertThat(named("x@h1 7000 up").judgedBy(checker).verdict()).isEqualTo(Verdict.VALID);
        assertThat(named("").judgedBy(checker).violations())
                .containsExactly("lives but is not named: x@h1 7000 up on h2 in cycle 1");
        assertThat(named("x@h1 7000 up\ny@h1 7001 up").judgedBy(checker).violations())
                .containsExactly("named but does not live: y@h1 7001 up on h2 in cycle 1");
        assertThat(named("x@h1 7000 orphaned").judgedBy(checker).violations()).hasSize(2);
        assertThat(Script.hosts(2).judgedBy(checker).verdict()).isEqualTo(Verdict.UNKNOWN);
    }

    private static Script lookedUp(Outcome outcome, long millis, String port) {
        return Script.hosts(2)
                .saw("h1/x", "held", 500, 9_000, "node", "x@h1")
                .did(
                        "h1/reader",
                        "lookup",
                        outcome,
                        1_000,
                        1_000 + millis,
                        "node",
                        "x@h1",
                        "at",
                        "h1",
                        "port",
                        port);
    }

    @Test
    void availability_ofTheOwnPeerWhileItRuns() {
        AvailabilityChecker checker =
                new AvailabilityChecker(Duration.ofSeconds(2), Duration.ofMillis(500));
        assertThat(lookedUp(Outcome.OK, 10, "7000").judgedBy(checker).verdict())
                .isEqualTo(Verdict.VALID);
        assertThat(lookedUp(Outcome.FAIL, 10, "0").judgedBy(checker).violations())
                .singleElement()
                .asString()
                .startsWith("not answered");
        assertThat(lookedUp(Outcome.OK, 2_100, "7000").judgedBy(checker).violations())
                .singleElement()
                .asString()
                .startsWith("answered late");
        assertThat(
                        lookedUp(Outcome.OK, 2_100, "7000")
                                .saw("nemesis", "down", 0, 600, "host", "h1")
                                .did("h1/reader", "lookup", Outcome.OK, 5_000, 5_001, "at", "h1")
                                .judgedBy(checker)
                                .verdict())
                .as("just started")
                .isEqualTo(Verdict.VALID);
        assertThat(lookedUp(Outcome.OK, 10, "0").judgedBy(checker).violations())
                .singleElement()
                .asString()
                .startsWith("registered here but not found");
        for (String fault : new String[] {"down", "paused"}) {
            assertThat(
                            lookedUp(Outcome.FAIL, 100, "0")
                                    .saw("nemesis", fault, 1_050, 5_000, "host", "h1")
                                    .judgedBy(checker)
                                    .verdict())
                    .as("%s meanwhile, and nothing else was tried", fault)
                    .isEqualTo(Verdict.UNKNOWN);
        }
    }

    private static Script registered(String first, String second) {
        return Script.hosts(1)
                .did("h1/x", "register", Outcome.OK, 1, 2, "node", "x@h1", "creation", first)
                .did("h1/y", "register", Outcome.OK, 1, 2, "node", "y@h1", "creation", "9")
                .did("h1/x", "register", Outcome.OK, 3, 4, "node", "x@h1", "creation", second);
    }

    @Test
    void creation_rises() {
        CreationChecker checker = new CreationChecker();
        assertThat(registered("4", "5").judgedBy(checker).verdict()).isEqualTo(Verdict.VALID);
        assertThat(registered("4", "4").judgedBy(checker).violations())
                .containsExactly("x@h1: creation 4 after 4");
        assertThat(registered("5", "4").judgedBy(checker).verdict()).isEqualTo(Verdict.INVALID);
        assertThat(Script.hosts(1).judgedBy(checker).verdict()).isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void log_withAnError_isAViolation() {
        LogChecker checker = new LogChecker();
        assertThat(Script.hosts(1).judgedBy(checker).verdict()).isEqualTo(Verdict.VALID);
        assertThat(
                        Script.hosts(1)
                                .saw("h1", "error", 5, 5, "line", "a bug has stopped this peer")
                                .judgedBy(checker)
                                .violations())
                .containsExactly("h1 logged: a bug has stopped this peer");
    }

    @Test
    void log_withoutRoom_isNoneWhereTheDiskIsFull() {
        assertThat(noRoom("h1", 5, "No space left on device").violations()).isEmpty();
        assertThat(noRoom("h2", 5, "No space left on device").violations())
                .as("another's is")
                .hasSize(1);
        assertThat(noRoom("h1", 9, "No space left on device").violations())
                .as("not any more")
                .hasSize(1);
        assertThat(noRoom("h1", 5, "a bug has stopped this peer").violations())
                .as("something else")
                .hasSize(1);
    }

    private static Result noRoom(String full, long at, String why) {
        return Script.hosts(2)
                .saw("h1", "error", at, at, "line", "cannot write: " + why)
                .saw("nemesis", "full", 2, 8, "host", full)
                .judgedBy(new LogChecker());
    }

    @Test
    void log_ofADamagedJournal_isNoneWhereItWasCutOff() {
        assertThat(damaged("TRUNCATE [h1] 100%", 5).violations()).isEmpty();
        assertThat(damaged("TRUNCATE [h1] 100%", 9).violations()).as("not then").hasSize(1);
        assertThat(damaged("TRUNCATE [h2] 100%", 5).violations()).as("another's").hasSize(1);
        assertThat(damaged("KILL_PEERS [h1]", 5).violations()).as("killed only").hasSize(1);
    }

    private static Result damaged(String what, long at) {
        String line = "ERROR DataDirectory journal: damaged, set aside as x";
        return Script.hosts(2)
                .saw("h1", "error", at, at, "line", line)
                .saw("nemesis", "fault", 2, 8, "what", what)
                .judgedBy(new LogChecker());
    }

    @Test
    void versions_thatNeverSpokeWithEachOther_areNotTried() {
        VersionChecker checker = new VersionChecker();
        assertThat(Script.hosts(2).judgedBy(checker).verdict()).isEqualTo(Verdict.VALID);
        Script upgraded = Script.hosts(2).saw("nemesis", "fault", 2, 8, "kind", "rolling_upgrade");
        assertThat(upgraded.judgedBy(checker).verdict()).as("no other").isEqualTo(Verdict.VALID);
        upgraded.saw("run", "about", 0, 0, "next", "next/wire.patch");
        assertThat(upgraded.judgedBy(checker).verdict()).isEqualTo(Verdict.UNKNOWN);
        upgraded.saw("h1", "newer", 5, 5, "line", "messages of unknown types: 1");
        assertThat(upgraded.judgedBy(checker).verdict()).isEqualTo(Verdict.VALID);
    }
}
