package io.epmesh.chaos.check;

import io.epmesh.chaos.history.Operation;
import io.epmesh.chaos.history.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// After each heal the full dumps of all peers become equal within a bound: operations `converge`,
/// each from the end of the last fault to equal dumps (`ok`) or to the end of patience (`fail`,
/// with the `differences` that were left). Peers that were started meanwhile have code to load and
/// compile before they take part, so such heals have a bound of their own.
///
/// @param bound the longest time from heal to equal dumps
/// @param started the same where a peer was `down` since the last one
public record ConvergenceChecker(Duration bound, Duration started) implements Checker {
    @Override
    public Result check(List<Operation> history) {
        List<String> violations = new ArrayList<>();
        Times running = new Times();
        Times restarted = new Times();
        List<Operation> heals =
                history.stream()
                        .filter(op -> op.function().equals("converge"))
                        .sorted(Comparator.comparingLong(Operation::start))
                        .toList();
        for (Operation heal : heals) {
            boolean hasStarted = hasStarted(history, heal);
            (hasStarted ? restarted : running).add(heal.micros());
            long most = (hasStarted ? started : bound).toNanos() / 1_000;
            if (heal.outcome() != Outcome.OK) {
                violations.add(
                        "cycle %s: not equal %s after the heal: %s"
                                .formatted(
                                        heal.field("cycle"),
                                        Times.millis(heal.micros()),
                                        heal.field("differences")));
            } else if (heal.micros() > most) {
                violations.add(
                        "cycle %s: equal only %s after the heal (bound: %s)"
                                .formatted(
                                        heal.field("cycle"),
                                        Times.millis(heal.micros()),
                                        Times.millis(most)));
            }
        }
        Map<String, String> figures = new LinkedHashMap<>();
        figures.put("heal to equal dumps", running.toString());
        figures.put("the same where peers were started", restarted.toString());
        return Result.of("convergence", heals.size(), figures, violations);
    }

    /// Whether a peer was started between the heal before and this one.
    static boolean hasStarted(List<Operation> history, Operation heal) {
        long before =
                history.stream()
                        .filter(op -> op.function().equals("converge"))
                        .mapToLong(Operation::end)
                        .filter(end -> end <= heal.start())
                        .max()
                        .orElse(0);
        return history.stream()
                .filter(op -> op.function().equals("down"))
                .anyMatch(down -> before <= down.end() && down.end() <= heal.start());
    }
}
