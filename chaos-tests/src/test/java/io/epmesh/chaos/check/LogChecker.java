package io.epmesh.chaos.check;

import io.epmesh.chaos.history.Operation;
import java.util.List;
import java.util.Map;

/// No peer logs an error: operations `error` (`line`) of its host. Save that it has no room while
/// the nemesis has filled its disk, operation `full` (`host`).
public record LogChecker() implements Checker {
    @Override
    public Result check(List<Operation> history) {
        long hosts = history.stream().filter(op -> op.function().equals("host")).count();
        List<String> violations =
                history.stream()
                        .filter(op -> op.function().equals("error"))
                        .filter(op -> !isToldOfAFullDisk(op, history))
                        .map(op -> op.process() + " logged: " + op.field("line"))
                        .toList();
        return Result.of("logs", hosts, Map.of("errors", "" + violations.size()), violations);
    }

    private static boolean isToldOfAFullDisk(Operation error, List<Operation> history) {
        return error.field("line").contains("No space left on device")
                && history.stream()
                        .filter(op -> op.function().equals("full"))
                        .filter(op -> op.field("host").equals(error.process()))
                        .anyMatch(op -> op.start() <= error.start() && error.start() <= op.end());
    }
}
