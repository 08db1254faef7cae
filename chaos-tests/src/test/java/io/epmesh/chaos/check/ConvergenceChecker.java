package io.epmesh.chaos.check;

import io.epmesh.chaos.history.Operation;
import io.epmesh.chaos.history.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// After each heal the full dumps of all peers become equal within a bound: operations `converge`,
/// each from the end of the last fault to equal dumps (`ok`) or to the end of patience (`fail`,
/// with the `differences` that were left).
///
/// @param bound the longest time from heal to equal dumps
public record ConvergenceChecker(Duration bound) implements Checker {
    @Override
    public Result check(List<Operation> history) {
        List<String> violations = new ArrayList<>();
        Times times = new Times();
        for (Operation heal : history) {
            if (!heal.function().equals("converge")) {
                continue;
            }
            times.add(heal.micros());
            if (heal.outcome() != Outcome.OK) {
                violations.add(
                        "cycle %s: not equal %s after the heal: %s"
                                .formatted(
                                        heal.field("cycle"),
                                        Times.millis(heal.micros()),
                                        heal.field("differences")));
            } else if (heal.micros() > bound.toNanos() / 1_000) {
                violations.add(
                        "cycle %s: equal only %s after the heal (bound: %s)"
                                .formatted(
                                        heal.field("cycle"),
                                        Times.millis(heal.micros()),
                                        Times.millis(bound.toNanos() / 1_000)));
            }
        }
        return Result.of(
                "convergence",
                times.count(),
                Map.of("heal to equal dumps", times.toString()),
                violations);
    }
}
