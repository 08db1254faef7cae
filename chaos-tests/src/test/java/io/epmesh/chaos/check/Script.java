package io.epmesh.chaos.check;

import io.epmesh.chaos.history.Operation;
import io.epmesh.chaos.history.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A history written by hand; times in milliseconds.
public final class Script {
    private final List<Operation> history = new ArrayList<>();

    private Script() {}

    /// Hosts `h1` and on.
    ///
    /// @param count of hosts
    /// @return a script with nothing else
    public static Script hosts(int count) {
        Script script = new Script();
        for (int number = 1; number <= count; number++) {
            script.saw("h" + number, "host", 0, 0);
        }
        return script;
    }

    /// Something observed, or done by the nemesis.
    ///
    /// @param process who
    /// @param function what
    /// @param from its start
    /// @param to its end
    /// @param fields names and values in turn
    /// @return this
    public Script saw(String process, String function, long from, long to, String... fields) {
        return did(process, function, Outcome.INFO, from, to, fields);
    }

    /// Something asked for.
    ///
    /// @param process who
    /// @param function what
    /// @param outcome how it ended
    /// @param from its start
    /// @param to its end
    /// @param fields names and values in turn
    /// @return this
    public Script did(
            String process,
            String function,
            Outcome outcome,
            long from,
            long to,
            String... fields) {
        Map<String, String> value = new LinkedHashMap<>();
        for (int i = 0; i < fields.length; i += 2) {
            value.put(fields[i], fields[i + 1]);
        }
        history.add(new Operation(process, function, outcome, from * 1_000, to * 1_000, value));
        return this;
    }

    Result judgedBy(Checker checker) {
        return checker.check(history);
    }

    /// All of it.
    ///
    /// @return operations, in the order in which they were told
    public List<Operation> history() {
        return history;
    }
}
