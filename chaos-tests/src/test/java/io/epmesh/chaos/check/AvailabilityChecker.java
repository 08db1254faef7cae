package io.epmesh.chaos.check;

import io.epmesh.chaos.history.Operation;
import io.epmesh.chaos.history.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// A peer that is up answers its own host, whatever happens around it, and finds the nodes of its
/// host: look-ups of `h3/…` `at` h3, and `held` (`node`), the time in which a node had its
/// registration.
///
/// @param bound the longest a local look-up may take; far above the goal, for the machine is shared
public record AvailabilityChecker(Duration bound) implements Checker {
    @Override
    public Result check(List<Operation> history) {
        Reachability reachability = new Reachability(history, Reachability.Links.ALL);
        Map<String, List<Operation>> held = new HashMap<>();
        history.stream()
                .filter(op -> op.function().equals("held"))
                .forEach(op ->
                        held.computeIfAbsent(op.field("node"), _ -> new ArrayList<>()).add(op));
        List<String> violations = new ArrayList<>();
        Times times = new Times();
        for (Operation lookup : history) {
            if (!isLocal(lookup) || !isRunning(reachability, lookup)) {
                continue;
            }
            times.add(lookup.micros());
            if (lookup.outcome() != Outcome.OK) {
                violations.add("not answered: " + lookup.toJson());
            } else if (lookup.micros() > bound.toNanos() / 1_000) {
                violations.add("answered late: " + lookup.toJson());
            } else if (lookup.field("port").equals("0") && isHeld(held, lookup)) {
                violations.add("registered here but not found: " + lookup.toJson());
            }
        }
        Map<String, String> figures = new LinkedHashMap<>();
        figures.put("local look-ups", times.toString());
        return Result.of("availability", times.count(), figures, violations);
    }

    private static boolean isLocal(Operation op) {
        return op.function().equals("lookup") && op.process().startsWith(op.field("at") + "/");
    }

    private static boolean isRunning(Reachability reachability, Operation lookup) {
        OptionalLong since = reachability.runningSince(lookup.field("at"), lookup.end());
        return since.isPresent() && since.getAsLong() <= lookup.start();
    }

    private static boolean isHeld(Map<String, List<Operation>> held, Operation lookup) {
        return lookup.field("node").endsWith("@" + lookup.field("at"))
                && held.getOrDefault(lookup.field("node"), List.of()).stream()
                        .anyMatch(op -> op.start() < lookup.start() && lookup.end() < op.end());
    }
}
