package io.epmesh.chaos.check;

import io.epmesh.chaos.history.Operation;
import io.epmesh.chaos.history.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// When all is healed, a name of several nodes is answered alike everywhere, and leads to the one
/// that wins: operations `winner` (`node`, `port`) of each host, and `reach` of a `cycle`.
public record WinnerChecker() implements Checker {
    @Override
    public Result check(List<Operation> history) {
        Lives lives = new Lives(history);
        Map<String, Set<String>> answers = new TreeMap<>();
        List<String> violations = new ArrayList<>();
        Set<String> contended = new TreeSet<>();
        for (Operation op : history) {
            boolean isReach = op.function().equals("reach") && !op.field("cycle").isEmpty();
            if (!isReach && !op.function().equals("winner")) {
                continue;
            }
            String node = op.field("node");
            int living = lives.during(node, op.start(), op.end()).size();
            String name = node + " in cycle " + op.field("cycle");
            if (living > 1) {
                contended.add(name);
            }
            if (living == 0) {
                continue;
            }
            if (op.outcome() != Outcome.OK) {
                violations.add("not reached: " + op.toJson());
            } else if (!lives.isAlive(node, op.field("port"), op.start(), op.end())) {
                violations.add("no living node: " + op.toJson());
            } else {
                answers.computeIfAbsent(name, _ -> new TreeSet<>()).add(op.field("port"));
            }
        }
        answers.forEach((name, ports) -> {
            if (ports.size() > 1) {
                violations.add("%s is answered differently: %s".formatted(name, ports));
            }
        });
        Map<String, String> figures = new LinkedHashMap<>();
        figures.put("names asked for on all hosts, at each heal", "" + answers.size());
        figures.put("of them with several nodes", "" + contended.size());
        return Result.of("winners", contended.size(), figures, violations);
    }
}
