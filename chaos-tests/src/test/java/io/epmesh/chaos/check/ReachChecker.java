package io.epmesh.chaos.check;

import io.epmesh.chaos.history.Operation;
import io.epmesh.chaos.history.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A way through the relays leads to a living node of the name that was asked for: operations
/// `reach` (`node`, and `port` of whoever answered).
public record ReachChecker() implements Checker {
    @Override
    public Result check(List<Operation> history) {
        Lives lives = new Lives(history);
        List<String> violations = new ArrayList<>();
        Times answered = new Times();
        long failed = 0;
        for (Operation op : history) {
            if (!op.function().equals("reach")) {
                continue;
            }
            if (op.outcome() != Outcome.OK) {
                failed++;
                continue;
            }
            answered.add(op.micros());
            if (!lives.isAlive(op.field("node"), op.field("port"), op.start(), op.end())) {
                violations.add("reached another: " + op.toJson());
            }
        }
        Map<String, String> figures = new LinkedHashMap<>();
        figures.put("reached", answered.toString());
        figures.put("not reached, faults and cuts included", "" + failed);
        return Result.of("reach", answered.count(), figures, violations);
    }
}
