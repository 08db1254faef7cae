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

/// No look-up names a foreign port, or a dead one that could be known to be dead. A `lookup`
/// (`node`, `at`: the host whose peer answered, `port`, 0 if there is none) is held against the
/// lives of that node (`live`: `node`, `host`, `port`).
///
/// A port is foreign if it never was that node's. It is dead if that life has ended; that could be
/// known when, for longer than the bound, the node had been dead and the peer that answered had
/// been connected with the node's own.
///
/// @param bound how long a dead port may be answered after it could be known
public record LookupChecker(Duration bound) implements Checker {
    @Override
    public Result check(List<Operation> history) {
        Reachability reachability = new Reachability(history, Reachability.Links.CLEAN);
        Map<String, List<Operation>> lives = new HashMap<>();
        history.stream()
                .filter(op -> op.function().equals("live"))
                .forEach(life ->
                        lives.computeIfAbsent(life.field("node"), _ -> new ArrayList<>())
                                .add(life));
        List<String> violations = new ArrayList<>();
        Times stale = new Times();
        Times unknowable = new Times();
        long named = 0;
        for (Operation lookup : history) {
            if (!lookup.function().equals("lookup")
                    || lookup.outcome() != Outcome.OK
                    || lookup.field("port").equals("0")) {
                continue;
            }
            named++;
            List<Operation> ofPort =
                    lives.getOrDefault(lookup.field("node"), List.of()).stream()
                            .filter(life -> life.field("port").equals(lookup.field("port")))
                            .filter(life -> life.start() <= lookup.end())
                            .toList();
            if (ofPort.isEmpty()) {
                violations.add("foreign port: " + lookup.toJson());
                continue;
            }
            long died = ofPort.stream().mapToLong(Operation::end).max().orElseThrow();
            if (died >= lookup.start()) {
                continue;
            }
            OptionalLong connected =
                    reachability.connectedSince(
                            lookup.field("at"), ofPort.getFirst().field("host"), lookup.start());
            if (connected.isEmpty()) {
                unknowable.add(lookup.start() - died);
                continue;
            }
            long known = lookup.start() - Math.max(died, connected.getAsLong());
            stale.add(known);
            if (known > bound.toNanos() / 1_000) {
                violations.add(
                        "dead port, known for %s: %s"
                                .formatted(Times.millis(known), lookup.toJson()));
            }
        }
        Map<String, String> figures = new LinkedHashMap<>();
        figures.put("look-ups that named a port", "" + named);
        figures.put("of them a dead one, time since it could be known", stale.toString());
        figures.put("of them a dead one behind a fault, time since its end", unknowable.toString());
        return Result.of("look-ups", named, figures, violations);
    }
}
