package io.epmesh.chaos;

import io.epmesh.chaos.check.AlarmChecker;
import io.epmesh.chaos.check.AvailabilityChecker;
import io.epmesh.chaos.check.Checker;
import io.epmesh.chaos.check.ConvergenceChecker;
import io.epmesh.chaos.check.CreationChecker;
import io.epmesh.chaos.check.LogChecker;
import io.epmesh.chaos.check.LookupChecker;
import io.epmesh.chaos.check.NamesChecker;
import io.epmesh.chaos.check.SpreadChecker;
import io.epmesh.chaos.check.VersionChecker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The checkers with their bounds, which leave room for a machine that does other work; the times
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
    private static final Duration PUSHED = Duration.ofSeconds(2);

    /// Real nodes wait for connections that hang, and for ticks, before they try anew.
    static final Duration WHOLE = Duration.ofSeconds(60);

    /// An order is known, or over, everywhere.
    static final Duration ORDERED = Duration.ofSeconds(3);

    private Checks() {}

    /// What holds in any run, and what else a workload adds.
    static List<Checker> with(Checker... others) {
        List<Checker> all =
                new ArrayList<>(
                        List.of(
                                new AlarmChecker(GRACE),
                                new ConvergenceChecker(CONVERGED, STARTED),
                                new NamesChecker(),
                                new LogChecker(),
                                new VersionChecker()));
        all.addAll(List.of(others));
        return all;
    }

    /// Of look-ups of nodes.
    static Checker lookups() {
        return new LookupChecker(STALE);
    }

    /// Of look-ups at the own peer.
    static Checker availability() {
        return new AvailabilityChecker(LOCAL, WARM);
    }

    /// Of what watchers see.
    static Checker spread() {
        return new SpreadChecker(PUSHED);
    }

    /// Of registrations of raw nodes.
    static Checker creations() {
        return new CreationChecker();
    }
}
