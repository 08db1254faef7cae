package io.epmesh.chaos.check;

import io.epmesh.chaos.history.Operation;
import io.epmesh.chaos.history.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// After each heal the real nodes are one cluster again, in which each is connected with each:
/// operations `whole` (`cycle`, `missing`), each from the heal. Pings (`ping`) are counted, and
/// some must have been answered.
///
/// @param bound the longest time from the heal to a whole cluster
public record DistributionChecker(Duration bound) implements Checker {
    @Override
    public Result check(List<Operation> history) {
        List<String> violations = new ArrayList<>();
        Times times = new Times();
        long answered = 0;
        long unanswered = 0;
        for (Operation op : history) {
            if (op.function().equals("ping")) {
                answered += op.outcome() == Outcome.OK ? 1 : 0;
                unanswered += op.outcome() == Outcome.OK ? 0 : 1;
            } else if (op.function().equals("whole")) {
                times.add(op.micros());
                boolean isLate = op.micros() > bound.toNanos() / 1_000;
                if (op.outcome() != Outcome.OK || isLate) {
                    violations.add(
                            "cycle %s: %s %s after the heal%s"
                                    .formatted(
                                            op.field("cycle"),
                                            op.outcome() == Outcome.OK ? "whole only" : "not whole",
                                            Times.millis(op.micros()),
                                            op.field("missing").isEmpty()
                                                    ? ""
                                                    : ": " + op.field("missing")));
                }
            }
        }
        Map<String, String> figures = new LinkedHashMap<>();
        figures.put("heal to a whole cluster", times.toString());
        figures.put("pings answered", "" + answered);
        figures.put("pings not answered, faults included", "" + unanswered);
        return Result.of("distribution", Math.min(times.count(), answered), figures, violations);
    }
}
