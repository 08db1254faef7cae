package io.epmesh.chaos.check;

import io.epmesh.chaos.history.Operation;
import io.epmesh.chaos.history.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Nothing acknowledged is lost, nothing removed comes back: operations `put` (`key`, `value`; no
/// value twice) and `remove` (`key`), against the mappings in each `dump` (lines `key value`, those
/// that stand beside a winner included), which is taken when all peers are healed and nobody
/// writes, and against each `find` (`key`, `value`, empty if there is none), at any time.
///
/// A put may be missing from a dump only if something superseded it: a put or remove of the same
/// key that did not end before it began. It must be missing once a later write has seen it: of the
/// same writer, after it, or of anybody after a dump that showed it. What a dump lacks although it
/// was acknowledged, or was in one before, never comes back.
public record MappingChecker() implements Checker {
    /// A dump with its mappings.
    private record Dump(Operation op, Set<String> lines) {}

    @Override
    public Result check(List<Operation> history) {
        List<Operation> writes =
                history.stream().filter(op -> isPut(op) || op.function().equals("remove")).toList();
        List<Dump> dumps =
                history.stream()
                        .filter(op -> op.function().equals("dump"))
                        .sorted(Comparator.comparingLong(Operation::start))
                        .map(op ->
                                new Dump(
                                        op,
                                        op.field("mappings").lines().collect(Collectors.toSet())))
                        .toList();
        Map<String, List<Operation>> byKey =
                writes.stream().collect(Collectors.groupingBy(op -> op.field("key")));
        Map<String, Long> goneAt = new HashMap<>();
        List<String> violations = new ArrayList<>();
        for (Operation write : writes) {
            if (isPut(write)) {
                List<Operation> ofKey = byKey.getOrDefault(write.field("key"), List.of());
                goneAt.put(line(write), checkPut(write, ofKey, dumps, violations));
            }
        }
        for (Dump dump : dumps) {
            dump.lines().stream()
                    .filter(line -> !goneAt.containsKey(line))
                    .forEach(line -> violations.add("nobody put it: " + line + where(dump)));
        }
        long finds = checkFinds(history, goneAt, violations);
        Map<String, String> figures = new LinkedHashMap<>();
        figures.put("writes acknowledged", "" + count(writes, Outcome.OK));
        figures.put("writes refused", "" + count(writes, Outcome.FAIL));
        figures.put("writes of unknown outcome", "" + count(writes, Outcome.INFO));
        figures.put("keys", "" + byKey.size());
        figures.put("look-ups of mappings", "" + finds);
        return Result.of(
                "mappings", Math.min(count(writes, Outcome.OK), dumps.size()), figures, violations);
    }

    private static long checkFinds(
            List<Operation> history, Map<String, Long> goneAt, List<String> violations) {
        long finds = 0;
        for (Operation find : history) {
            if (!find.function().equals("find") || find.outcome() != Outcome.OK) {
                continue;
            }
            finds++;
            if (find.field("value").isEmpty()) {
                continue;
            }
            Long gone = goneAt.get(line(find));
            if (gone == null) {
                violations.add("nobody put it: " + find.toJson());
            } else if (gone < find.start()) {
                violations.add("came back: " + find.toJson());
            }
        }
        return finds;
    }

    /// Checks one put against all dumps; since when it is gone for good, or never.
    private static long checkPut(
            Operation put, List<Operation> ofKey, List<Dump> dumps, List<String> violations) {
        long seenAt = Long.MAX_VALUE;
        long goneAt = put.outcome() == Outcome.FAIL ? put.start() : Long.MAX_VALUE;
        for (Dump dump : dumps) {
            if (dump.op().end() < put.start()) {
                continue;
            }
            boolean there = dump.lines().contains(line(put));
            if (there) {
                if (goneAt != Long.MAX_VALUE) {
                    violations.add("came back, or was refused: " + line(put) + where(dump));
                } else if (isOutdated(put, seenAt, ofKey, dump.op())) {
                    violations.add("removed or replaced but there: " + line(put) + where(dump));
                }
                seenAt = Math.min(seenAt, dump.op().end());
            } else if (isDue(put, seenAt, dump.op()) && goneAt == Long.MAX_VALUE) {
                if (!maySupersede(put, ofKey, dump.op())) {
                    violations.add("acknowledged but lost: " + line(put) + where(dump));
                }
                goneAt = dump.op().end();
            }
        }
        return goneAt;
    }

    /// Whether it must have happened before the dump.
    private static boolean isDue(Operation put, long seenAt, Operation dump) {
        return (put.outcome() == Outcome.OK || seenAt < dump.start()) && put.end() <= dump.start();
    }

    /// Whether a write that surely saw the put was acknowledged before the dump.
    private static boolean isOutdated(
            Operation put, long seenAt, List<Operation> ofKey, Operation dump) {
        return ofKey.stream()
                .filter(later -> !later.equals(put) && later.outcome() == Outcome.OK)
                .filter(later -> later.end() <= dump.start())
                .anyMatch(later ->
                        seenAt <= later.start()
                                || (put.outcome() == Outcome.OK
                                        && later.process().equals(put.process())
                                        && put.end() <= later.start()));
    }

    /// Whether any write may have seen the put before the dump.
    private static boolean maySupersede(Operation put, List<Operation> ofKey, Operation dump) {
        return ofKey.stream()
                .filter(other -> !other.equals(put) && other.outcome() != Outcome.FAIL)
                .filter(other -> other.start() < dump.end())
                .anyMatch(other -> other.outcome() == Outcome.INFO || other.end() > put.start());
    }

    private static boolean isPut(Operation op) {
        return op.function().equals("put");
    }

    private static String line(Operation op) {
        return op.field("key") + " " + op.field("value");
    }

    private static String where(Dump dump) {
        return " on " + dump.op().process() + " in cycle " + dump.op().field("cycle");
    }

    private static long count(List<Operation> writes, Outcome outcome) {
        return writes.stream().filter(op -> op.outcome() == outcome).count();
    }
}
