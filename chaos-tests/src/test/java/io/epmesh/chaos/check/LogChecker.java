package io.epmesh.chaos.check;

import io.epmesh.chaos.history.Operation;
import java.util.List;
import java.util.Map;

/// No peer logs an error: operations `error` (`line`) of its host.
public record LogChecker() implements Checker {
    @Override
    public Result check(List<Operation> history) {
        long hosts = history.stream().filter(op -> op.function().equals("host")).count();
        List<String> violations =
                history.stream()
                        .filter(op -> op.function().equals("error"))
                        .map(op -> op.process() + " logged: " + op.field("line"))
                        .toList();
        return Result.of("logs", hosts, Map.of("errors", "" + violations.size()), violations);
    }
}
