package io.epmesh.chaos.check;

import io.epmesh.chaos.history.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// When all is healed the mesh names the nodes that live, each with its port and as up, and no
/// others. A `dump` has lines `node port state` in its field `names`; a `live` (`node`, `port`) is
/// the life of a node from before its registration to its end.
public record NamesChecker() implements Checker {
    @Override
    public Result check(List<Operation> history) {
        List<Operation> lives =
                history.stream().filter(op -> op.function().equals("live")).toList();
        List<String> violations = new ArrayList<>();
        long dumps = 0;
        int most = 0;
        for (Operation dump : history) {
            if (!dump.function().equals("dump")) {
                continue;
            }
            dumps++;
            Set<String> named = new TreeSet<>(dump.field("names").lines().toList());
            Set<String> expected = new TreeSet<>();
            lives.stream()
                    .filter(life -> life.start() <= dump.start() && dump.end() <= life.end())
                    .forEach(life ->
                            expected.add(life.field("node") + " " + life.field("port") + " up"));
            most = Math.max(most, expected.size());
            String where = " on " + dump.process() + " in cycle " + dump.field("cycle");
            expected.stream()
                    .filter(node -> !named.contains(node))
                    .forEach(node -> violations.add("lives but is not named: " + node + where));
            named.stream()
                    .filter(node -> !expected.contains(node))
                    .forEach(node -> violations.add("named but does not live: " + node + where));
        }
        return Result.of(
                "names",
                dumps,
                new TreeMap<>(Map.of("dumps", "" + dumps, "most names in one", "" + most)),
                violations);
    }
}
