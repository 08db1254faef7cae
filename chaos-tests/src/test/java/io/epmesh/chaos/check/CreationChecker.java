package io.epmesh.chaos.check;

import io.epmesh.chaos.history.Operation;
import io.epmesh.chaos.history.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The creations that a name is given on a host rise: operations `register` (`node`, `creation`) of
/// one process.
public record CreationChecker() implements Checker {
    @Override
    public Result check(List<Operation> history) {
        Map<String, Long> last = new HashMap<>();
        List<String> violations = new ArrayList<>();
        List<Operation> registrations =
                history.stream()
                        .filter(op -> op.function().equals("register"))
                        .filter(op -> op.outcome() == Outcome.OK)
                        .sorted(Comparator.comparingLong(Operation::start))
                        .toList();
        for (Operation registration : registrations) {
            long creation = Long.parseLong(registration.field("creation"));
            Long before = last.put(registration.process(), creation);
            if (before != null && creation <= before) {
                violations.add(
                        "%s: creation %d after %d"
                                .formatted(registration.field("node"), creation, before));
            }
        }
        return Result.of(
                "creations",
                registrations.size(),
                Map.of("registrations", "" + registrations.size()),
                violations);
    }
}
