package io.epmesh.chaos;

import io.epmesh.chaos.check.AlarmChecker;
import io.epmesh.chaos.check.AvailabilityChecker;
import io.epmesh.chaos.check.Checker;
import io.epmesh.chaos.check.ConvergenceChecker;
import io.epmesh.chaos.check.CreationChecker;
import io.epmesh.chaos.check.LogChecker;
import io.epmesh.chaos.check.LookupChecker;
import io.epmesh.chaos.check.MappingChecker;
import io.epmesh.chaos.check.NamesChecker;
import io.epmesh.chaos.check.Result;
import io.epmesh.chaos.check.Verdict;
import io.epmesh.chaos.history.Operation;
import java.time.Duration;
import java.util.List;

/// What a run is judged by. The bounds leave room for a machine that does other work; the times
/// themselves are in the report.
final class Checks {
    /// A vanished host is known within five seconds, so an alarm is about the last five.
    private static final Duration GRACE = Duration.ofSeconds(5);

    private static final Duration CONVERGED = Duration.ofSeconds(15);
    private static final Duration STARTED = Duration.ofSeconds(60);

    /// A dead port is known when the dumps are equal.
    private static final Duration STALE = CONVERGED;

    private static final Duration LOCAL = Duration.ofSeconds(2);
    private static final Duration WARM = Duration.ofSeconds(5);

    private static final List<Checker> ALL =
            List.of(
                    new AlarmChecker(GRACE),
                    new ConvergenceChecker(CONVERGED, STARTED),
                    new NamesChecker(),
                    new MappingChecker(),
                    new LookupChecker(STALE),
                    new AvailabilityChecker(LOCAL, WARM),
                    new CreationChecker(),
                    new LogChecker());

    private Checks() {}

    static List<Result> of(List<Operation> history) {
        return ALL.stream().map(checker -> checker.check(history)).toList();
    }

    static Verdict verdict(List<Result> results) {
        return results.stream().map(Result::verdict).reduce(Verdict.VALID, Verdict::and);
    }
}
