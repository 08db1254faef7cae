package io.epmesh.chaos.check;

import io.epmesh.chaos.history.Operation;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Where peers were upgraded one by one, those of both versions spoke with each other: operations
/// `newer` of a peer that tells of messages which only a newer version has. What they must not make
/// of it, everything else judges. Of a run whose next version said no more, `about` (`next`), this
/// asks nothing.
public record VersionChecker() implements Checker {
    @Override
    public Result check(List<Operation> history) {
        long upgrades =
                history.stream()
                        .filter(op -> op.function().equals("fault"))
                        .filter(op -> op.field("kind").equals("rolling_upgrade"))
                        .count();
        boolean saysMore = history.stream().anyMatch(op -> !op.field("next").isEmpty());
        long told = history.stream().filter(op -> op.function().equals("newer")).count();
        return Result.of(
                "versions",
                upgrades == 0 || !saysMore ? history.size() : told,
                new TreeMap<>(
                        Map.of(
                                "rolling upgrades, there or back",
                                "" + upgrades,
                                "told that a newer version speaks",
                                "" + told)),
                List.of());
    }
}
