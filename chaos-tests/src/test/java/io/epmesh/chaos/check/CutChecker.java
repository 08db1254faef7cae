package io.epmesh.chaos.check;

import io.epmesh.chaos.check.Orders.Expected;
import io.epmesh.chaos.history.Operation;
import io.epmesh.chaos.history.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What is cut is cut, what is fixed is open, and a cut ends after its time: operations `order`,
/// and `reach` (`from`, `node`, `at`, and `cycle` where all is healed and at rest).
///
/// At rest both are judged. In between a cut alone is: where the peer of the host that reaches out
/// surely knew of it, nothing may get through, whatever else is broken.
///
/// @param bound how long an order may take to be known, or to be over, at all peers that are
///   connected
public record CutChecker(Duration bound) implements Checker {
    @Override
    public Result check(List<Operation> history) {
        Orders orders = new Orders(history, bound);
        List<String> violations = new ArrayList<>();
        long heldInFaults = 0;
        Map<Expected, Integer> atRest = new EnumMap<>(Expected.class);
        for (Operation op : history) {
            if (!op.function().equals("reach")) {
                continue;
            }
            String from = op.field("from");
            String to = op.field("node");
            if (op.field("cycle").isEmpty()) {
                boolean isCut = orders.isCutAt(op.field("at"), from, to, op.start(), op.end());
                heldInFaults += isCut ? 1 : 0;
                if (isCut && op.outcome() == Outcome.OK) {
                    violations.add("cut but reached: " + op.toJson());
                }
                continue;
            }
            Expected expected = orders.expected(from, to, op.start(), op.end());
            atRest.merge(expected, 1, Integer::sum);
            String wrong = wrong(expected, op, orders);
            if (!wrong.isEmpty()) {
                violations.add(wrong + ": " + op.toJson());
            }
        }
        Map<String, String> figures = new LinkedHashMap<>();
        figures.put("orders", "" + count(history, Outcome.OK));
        figures.put("orders of unknown outcome", "" + count(history, Outcome.INFO));
        figures.put("orders refused", "" + count(history, Outcome.FAIL));
        figures.put("cut under faults, and not reached", "" + heldInFaults);
        for (Expected expected : Expected.values()) {
            figures.put(
                    "at rest " + expected.name().toLowerCase(Locale.ROOT),
                    "" + atRest.getOrDefault(expected, 0));
        }
        long tried =
                Math.min(
                        atRest.getOrDefault(Expected.OPEN, 0),
                        heldInFaults + atRest.getOrDefault(Expected.CUT, 0));
        return Result.of("cuts", tried, figures, violations);
    }

    private static String wrong(Expected expected, Operation reach, Orders orders) {
        boolean isReached = reach.outcome() == Outcome.OK;
        return switch (expected) {
            case CUT -> isReached ? "cut but reached" : "";
            case OPEN -> isReached ? "" : "not cut, or not any more, but not reached";
            case SLOW -> {
                Operation slow =
                        orders.before(reach.field("from"), reach.field("node"), reach.end())
                                .getLast();
                long least = 2_000 * Long.parseLong(slow.field("latency"));
                yield !isReached
                        ? "slow, but not reached"
                        : reach.micros() < least ? "slow, but reached at once" : "";
            }
            case UNKNOWN -> "";
        };
    }

    private static long count(List<Operation> history, Outcome outcome) {
        return history.stream()
                .filter(op -> op.function().equals("order") && op.outcome() == outcome)
                .count();
    }
}
