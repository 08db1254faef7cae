package io.epmesh.chaos.check;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a checker found.
///
/// @param checker its name
/// @param verdict what it says
/// @param figures what was counted and measured, for people
/// @param violations a sentence each
public record Result(
        String checker, Verdict verdict, Map<String, String> figures, List<String> violations) {
    /// Copies.
    public Result {
        figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
        violations = List.copyOf(violations);
    }

    /// INVALID with violations; without any VALID, or UNKNOWN where nothing was tried.
    static Result of(
            String checker, long tried, Map<String, String> figures, List<String> violations) {
        Verdict verdict =
                !violations.isEmpty()
                        ? Verdict.INVALID
                        : tried == 0 ? Verdict.UNKNOWN : Verdict.VALID;
        return new Result(checker, verdict, figures, violations);
    }
}
