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
/// @param warm how long a peer has run, or gone on, before that is asked of it: its code is loaded
///   and compiled in the beginning
public record AvailabilityChecker(Duration bound, Duration warm) implements Checker {
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
        Times young = new Times();
        for (Operation lookup : history) {
            if (!isLocal(lookup) || !ranFor(0, reachability, lookup)) {
                continue;
            }
            boolean isWarm = ranFor(warm.toNanos() / 1_000, reachability, lookup);
            (isWarm ? times : young).add(lookup.micros());
            if (lookup.outcome() != Outcome.OK) {
                violations.add("not answered: " + lookup.toJson());
            } else if (isWarm && lookup.micros() > bound.toNanos() / 1_000) {
                violations.add("answered late: " + lookup.toJson());
            } else if (lookup.field("port").equals("0") && isHeld(held, lookup)) {
                violations.add("registered here but not found: " + lookup.toJson());
            }
        }
        Map<String, String> figures = new LinkedHashMap<>();
        figures.put("local look-ups", times.toString());
        figures.put("the same of peers just started", young.toString());
        return Result.of("availability", times.count(), figures, violations);
    }

    private static boolean isLocal(Operation op) {
        return op.function().equals("lookup") && op.process().startsWith(op.field("at") + "/");
    }

    private static boolean ranFor(long micros, Reachability reachability, Operation lookup) {
        OptionalLong since = reachability.runningSince(lookup.field("at"), lookup.end());
        return since.isPresent() && since.getAsLong() + micros <= lookup.start();
    }

    private static boolean isHeld(Map<String, List<Operation>> held, Operation lookup) {
        return lookup.field("node").endsWith("@" + lookup.field("at"))
                && held.getOrDefault(lookup.field("node"), List.of()).stream()
                        .anyMatch(op -> op.start() < lookup.start() && lookup.end() < op.end());
    }
}
