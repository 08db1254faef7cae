package io.epmesh.chaos.check;

import io.epmesh.chaos.history.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// When all is healed, all peers hold the same for cut: operations `cuts` (`cycle`, lines `low high
/// lowToHigh highToLow ms`, the last word empty for one without an end).
///
/// Times in which the wall clock of a peer was wrong are left out, with the longest order after
/// them.
///
/// @param bound what is over within so much is left out, for it may end between two questions
public record CutAgreementChecker(Duration bound) implements Checker {
    @Override
    public Result check(List<Operation> history) {
        long lasts =
                history.stream()
                        .filter(op -> op.function().equals("order"))
                        .mapToLong(op -> Long.parseLong(op.field("lasts")) * 1_000)
                        .max()
                        .orElse(0);
        List<Operation> steps = Orders.clockSteps(history);
        Map<String, List<Operation>> byCycle =
                history.stream()
                        .filter(op -> op.function().equals("cuts"))
                        .filter(op ->
                                steps.stream()
                                        .noneMatch(step ->
                                                step.start() <= op.end()
                                                        && op.start() <= step.end() + lasts))
                        .collect(
                                Collectors.groupingBy(
                                        op -> op.field("cycle"),
                                        TreeMap::new,
                                        Collectors.toList()));
        List<String> violations = new ArrayList<>();
        int most = 0;
        for (Map.Entry<String, List<Operation>> cycle : byCycle.entrySet()) {
            for (Operation one : cycle.getValue()) {
                Map<String, Long> cuts = cuts(one);
                most = Math.max(most, cuts.size());
                for (Operation other : cycle.getValue()) {
                    Map<String, Long> others = cuts(other);
                    long later = Math.max(0, other.end() - one.start()) / 1_000;
                    cuts.forEach((cut, millis) -> {
                        if (millis > later + bound.toMillis() && !others.containsKey(cut)) {
                            violations.add(
                                    "cycle %s: %s holds %s for %d ms, %s does not"
                                            .formatted(
                                                    cycle.getKey(),
                                                    one.process(),
                                                    cut,
                                                    millis,
                                                    other.process()));
                        }
                    });
                }
            }
        }
        return Result.of(
                "cuts alike",
                most,
                new TreeMap<>(
                        Map.of(
                                "heals compared",
                                "" + byCycle.size(),
                                "most cuts at one",
                                "" + most)),
                violations);
    }

    private static Map<String, Long> cuts(Operation op) {
        Map<String, Long> cuts = new TreeMap<>();
        op.field("cuts")
                .lines()
                .forEach(line -> {
                    int last = line.lastIndexOf(' ');
                    String millis = line.substring(last + 1);
                    cuts.put(
                            line.substring(0, last),
                            millis.isEmpty() ? Long.MAX_VALUE : Long.parseLong(millis));
                });
        return cuts;
    }
}
