package io.epmesh.chaos.check;

import io.epmesh.chaos.history.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// When all is healed, all peers hold the same for cut: operations `cuts` (`cycle`, lines `low high
/// lowToHigh highToLow ms`, the last word empty for one without an end).
///
/// Left out are peers whose wall clock was wrong within the bound before, and pairs of which an
/// order may stand that was given by a wrong clock: see [Orders].
///
/// @param bound what is over within so much is left out, for it may end between two questions
public record CutAgreementChecker(Duration bound) implements Checker {
    @Override
    public Result check(List<Operation> history) {
        Orders orders = new Orders(history, bound);
        long counted = bound.toNanos() / 1_000;
        Map<String, List<Operation>> byCycle =
                history.stream()
                        .filter(op -> op.function().equals("cuts"))
                        .filter(op ->
                                !orders.isWrong(
                                        op.process()::equals, op.start() - counted, op.end()))
                        .collect(
                                Collectors.groupingBy(
                                        op -> op.field("cycle"),
                                        TreeMap::new,
                                        Collectors.toList()));
        List<String> violations = new ArrayList<>();
        int most = 0;
        for (Map.Entry<String, List<Operation>> cycle : byCycle.entrySet()) {
            long first = cycle.getValue().stream().mapToLong(Operation::start).min().orElseThrow();
            Map<Operation, Map<String, Long>> held = new LinkedHashMap<>();
            cycle.getValue().forEach(op -> held.put(op, cuts(op, orders, first)));
            for (Map.Entry<Operation, Map<String, Long>> here : held.entrySet()) {
                Operation one = here.getKey();
                Map<String, Long> cuts = here.getValue();
                most = Math.max(most, cuts.size());
                for (Map.Entry<Operation, Map<String, Long>> there : held.entrySet()) {
                    Operation other = there.getKey();
                    Map<String, Long> others = there.getValue();
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

    private static Map<String, Long> cuts(Operation op, Orders orders, long first) {
        Map<String, Long> cuts = new TreeMap<>();
        op.field("cuts")
                .lines()
                .forEach(line -> {
                    int last = line.lastIndexOf(' ');
                    String millis = line.substring(last + 1);
                    String[] pair = line.split(" ", 3);
                    if (orders.isAlike(pair[0], pair[1], first)) {
                        cuts.put(
                                line.substring(0, last),
                                millis.isEmpty() ? Long.MAX_VALUE : Long.parseLong(millis));
                    }
                });
        return cuts;
    }
}
