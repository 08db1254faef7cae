package io.epmesh.chaos.check;

import io.epmesh.chaos.check.Spread.Element;
import io.epmesh.chaos.check.Spread.Gap;
import io.epmesh.chaos.history.Operation;
import io.epmesh.chaos.history.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// What was acknowledged reaches every watcher and stays, after Jepsen's `set-full`. Elements are
/// registrations and mappings that nothing contends with.
///
/// An element is *lost* if all is healed and equal, and a watcher does not see it within the bound;
/// *stable* if every watcher saw it when it ended, those aside that were blind; *stale* if a
/// watcher saw it, then did not, and then did again. A fault may hold up an element longer than it
/// lasts, or make it stale; only a lost one is a violation.
///
/// @param bound how long a watcher may be behind its peer
public record SpreadChecker(Duration bound) implements Checker {
    private static final long CALM = 5_000_000;

    /// What is counted.
    private static final class Counts {
        private int stable;
        private int lost;
        private int never;
        private int stale;
        private final Times relapses = new Times();
        private final Map<String, Times> times = new LinkedHashMap<>();

        void time(String what, boolean calm, long micros) {
            times.computeIfAbsent(what + (calm ? ", in calm" : ", under faults"), _ -> new Times())
                    .add(micros);
        }
    }

    @Override
    public Result check(List<Operation> history) {
        Spread spread = new Spread(history);
        List<Operation> disturbances = disturbances(history);
        List<Operation> heals =
                history.stream()
                        .filter(op -> op.function().equals("converge"))
                        .filter(op -> op.outcome() == Outcome.OK)
                        .toList();
        Counts counts = new Counts();
        List<String> violations = new ArrayList<>();
        for (Element element : spread.elements()) {
            count(spread, element, disturbances, counts);
            List<String> missing = missing(spread, element, heals);
            counts.lost += missing.isEmpty() ? 0 : 1;
            violations.addAll(missing);
        }
        Map<String, String> figures = new LinkedHashMap<>();
        figures.put("acknowledged", "" + spread.elements().size());
        figures.put("stable", "" + counts.stable);
        figures.put("lost", "" + counts.lost);
        figures.put("ended before anybody saw them", "" + counts.never);
        figures.put("stale", counts.stale + ", for " + counts.relapses);
        counts.times.forEach((what, times) -> figures.put(what, times.toString()));
        return Result.of("spread", counts.stable, figures, violations);
    }

    /// Faults and whatever else keeps a mesh from its goals; each with some seconds to settle.
    static List<Operation> disturbances(List<Operation> history) {
        return history.stream()
                .filter(op ->
                        op.function().equals("fault")
                                || op.function().equals("converge")
                                || op.function().equals("down"))
                .toList();
    }

    /// Whether nothing was broken in a time, nor shortly before.
    static boolean isCalm(List<Operation> disturbances, long from, long to) {
        return disturbances.stream().noneMatch(op -> op.start() <= to && from <= op.end() + CALM);
    }

    private static void count(
            Spread spread, Element element, List<Operation> disturbances, Counts counts) {
        long seenByAll = element.acknowledged();
        long goneForAll = element.until();
        boolean isWhole = true;
        boolean ends = element.kind().equals("registration");
        int saw = 0;
        int relapsed = 0;
        boolean isStable = true;
        for (String watcher : spread.watchers()) {
            OptionalLong first = spread.firstSeen(element, watcher);
            saw += first.isPresent() ? 1 : 0;
            seenByAll = Math.max(seenByAll, first.orElse(seenByAll));
            isWhole &= first.isPresent();
            OptionalLong gone = spread.firstGone(element, watcher);
            goneForAll = Math.max(goneForAll, gone.orElse(goneForAll));
            ends &= gone.isPresent();
            isStable &=
                    spread.isSeen(element, watcher, element.until() - 1)
                            || spread.isBlind(watcher, element.until() - 1, element.until());
            for (Gap relapse : spread.relapses(element, watcher)) {
                relapsed++;
                counts.relapses.add(relapse.to() - relapse.from());
            }
        }
        counts.never += saw == 0 ? 1 : 0;
        counts.stale += relapsed > 0 ? 1 : 0;
        counts.stable += isStable && saw > 0 ? 1 : 0;
        if (isWhole && saw > 0) {
            counts.time(
                    element.kind() + " acknowledged to seen on all",
                    isCalm(disturbances, element.acknowledged(), seenByAll),
                    seenByAll - element.acknowledged());
        }
        if (ends && saw > 0) {
            counts.time(
                    "node ended to gone on all",
                    isCalm(disturbances, element.until(), goneForAll),
                    goneForAll - element.until());
        }
    }

    /// The heals after which an element was still to be seen and was not, a sentence each.
    private List<String> missing(Spread spread, Element element, List<Operation> heals) {
        long micros = bound.toNanos() / 1_000;
        List<String> missing = new ArrayList<>();
        for (Operation heal : heals) {
            long at = heal.end() + micros;
            if (element.acknowledged() > heal.end() || at >= element.until()) {
                continue;
            }
            for (String watcher : spread.watchers()) {
                if (!spread.isSeen(element, watcher, at)
                        && !spread.isBlind(watcher, heal.start(), at)) {
                    missing.add(
                            "%s %s%s is not seen by %s after the heal of cycle %s"
                                    .formatted(
                                            element.kind(),
                                            element.name(),
                                            " " + element.value(),
                                            watcher,
                                            heal.field("cycle")));
                }
            }
        }
        return missing;
    }
}
