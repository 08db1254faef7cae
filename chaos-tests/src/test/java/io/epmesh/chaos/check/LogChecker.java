package io.epmesh.chaos.check;

import io.epmesh.chaos.history.Operation;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// No peer logs an error: operations `error` (`line`) of its host. Save one that it has to tell of:
/// that it has no room while the nemesis has filled its disk, operation `full` (`host`), and that
/// its journal is damaged where the nemesis has cut off even the file's header, `fault` (`what`).
public record LogChecker() implements Checker {
    @Override
    public Result check(List<Operation> history) {
        long hosts = history.stream().filter(op -> op.function().equals("host")).count();
        List<String> violations =
                history.stream()
                        .filter(op -> op.function().equals("error"))
                        .filter(op -> !isToldOfAFullDisk(op, history))
                        .filter(op -> !isToldOfADamagedJournal(op, history))
                        .map(op -> op.process() + " logged: " + op.field("line"))
                        .toList();
        return Result.of("logs", hosts, Map.of("errors", "" + violations.size()), violations);
    }

    private static boolean isToldOfAFullDisk(Operation error, List<Operation> history) {
        return error.field("line").contains("No space left on device")
                && isAmid(
                        error,
                        history,
                        op ->
                                op.function().equals("full")
                                        && op.field("host").equals(error.process()));
    }

    private static boolean isToldOfADamagedJournal(Operation error, List<Operation> history) {
        return error.field("line").contains("journal: damaged, set aside")
                && isAmid(
                        error,
                        history,
                        op ->
                                op.function().equals("fault")
                                        && op.field("what")
                                                .startsWith("TRUNCATE [" + error.process() + "] "));
    }

    private static boolean isAmid(
            Operation error, List<Operation> history, Predicate<Operation> excuse) {
        return history.stream()
                .filter(excuse)
                .anyMatch(op -> op.start() <= error.start() && error.start() <= op.end());
    }
}
