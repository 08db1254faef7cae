package io.epmesh.chaos.check;

import io.epmesh.chaos.history.Operation;
import io.epmesh.chaos.history.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One of the design's goals in time, and what a run has seen of it. It is told, not judged: the
/// goals are for a machine that does nothing else.
///
/// @param what from where to where
/// @param goal in words
/// @param seen quantiles
/// @param met VALID if it was, UNKNOWN if it was not seen
public record Goal(String what, String goal, String seen, Verdict met) {
    /// All that the history of a run tells of.
    ///
    /// @param history in any order
    /// @return in the design's order
    public static List<Goal> of(List<Operation> history) {
        Spread spread = new Spread(history);
        List<Operation> disturbances = SpreadChecker.disturbances(history);
        Times seen = new Times();
        Times gone = new Times();
        for (Spread.Element element : spread.elements()) {
            if (element.kind().equals("registration")) {
                for (String watcher : spread.watchers()) {
                    spread.firstSeen(element, watcher)
                            .ifPresent(at -> add(seen, disturbances, element.acknowledged(), at));
                    spread.firstGone(element, watcher)
                            .ifPresent(at -> add(gone, disturbances, element.until(), at));
                }
            }
        }
        Map<String, Times> detections = AlarmChecker.detections(history);
        Times healed = new Times();
        history.stream()
                .filter(op -> op.function().equals("converge") && op.outcome() == Outcome.OK)
                .filter(op -> !ConvergenceChecker.hasStarted(history, op))
                .forEach(op -> healed.add(op.micros()));
        List<Goal> goals = new ArrayList<>();
        goals.add(of("registration acknowledged to seen by a watcher, in calm", 10, seen));
        goals.add(of("node ended to gone for a watcher, in calm", 10, gone));
        goals.add(of("peer killed to orphaned elsewhere", 500, detections.get("killed")));
        goals.add(of("host cut off to orphaned elsewhere", 5_000, detections.get("cut off")));
        goals.add(of("peer frozen to orphaned elsewhere", 5_000, detections.get("frozen")));
        goals.add(of("heal to equal dumps, no peer started", 3_000, healed));
        return goals;
    }

    private static void add(Times times, List<Operation> disturbances, long from, long to) {
        if (SpreadChecker.isCalm(disturbances, from, to)) {
            times.add(to - from);
        }
    }

    private static Goal of(String what, long millis, @Nullable Times times) {
        Duration most = Duration.ofMillis(millis);
        Times seen = times == null ? new Times() : times;
        return new Goal(
                what,
                "p99 <= %,d ms".formatted(millis),
                seen.toString(),
                seen.count() == 0
                        ? Verdict.UNKNOWN
                        : seen.quantile(0.99) * 1_000 <= most.toNanos()
                                ? Verdict.VALID
                                : Verdict.INVALID);
    }
}
