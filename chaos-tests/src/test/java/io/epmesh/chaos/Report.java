package io.epmesh.chaos;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.epmesh.chaos.check.Result;
import io.epmesh.chaos.check.Verdict;
import io.epmesh.chaos.history.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What a run leaves beside its history: `results.json`, and the same as text.
///
/// @param about seed, versions and whatever else tells this run from another
/// @param history all operations
/// @param results what the checkers found
record Report(Map<String, String> about, List<Operation> history, List<Result> results) {
    private static final int MOST_VIOLATIONS = 100;

    Verdict verdict() {
        return Checks.verdict(results);
    }

    void write(Path file) throws IOException {
        try (JsonGenerator json =
                new JsonFactory().createGenerator(file.toFile(), JsonEncoding.UTF8)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeStringField("verdict", lower(verdict()));
            texts(json, "about", about);
            texts(json, "operations", operations());
            texts(json, "faults", faults());
            texts(json, "load", load());
            json.writeArrayFieldStart("checkers");
            for (Result result : results) {
                json.writeStartObject();
                json.writeStringField("checker", result.checker());
                json.writeStringField("verdict", lower(result.verdict()));
                texts(json, "figures", result.figures());
                json.writeNumberField("violations", result.violations().size());
                json.writeArrayFieldStart("first");
                for (String violation : first(result)) {
                    json.writeString(violation);
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    String text() {
        StringBuilder text = new StringBuilder();
        about.forEach((what, value) -> text.append("%-12s %s%n".formatted(what, value)));
        text.append("operations   %s%n".formatted(operations()));
        text.append("faults       %s%n".formatted(faults()));
        text.append("load         %s%n".formatted(load()));
        for (Result result : results) {
            text.append(
                    "%-12s %s %s%n"
                            .formatted(
                                    result.checker(), lower(result.verdict()), result.figures()));
            first(result).forEach(violation -> text.append("             " + violation + "\n"));
        }
        return text.append("verdict      %s%n".formatted(lower(verdict()))).toString();
    }

    private static List<String> first(Result result) {
        return result.violations().stream().limit(MOST_VIOLATIONS).toList();
    }

    /// How many of each function and outcome.
    private Map<String, String> operations() {
        return counts(op ->
                switch (op.function()) {
                    case "put", "remove", "lookup", "find", "register" ->
                            op.function() + " " + op.outcome().name().toLowerCase(Locale.ROOT);
                    default -> "observed";
                });
    }

    private Map<String, String> faults() {
        return counts(op -> op.function().equals("fault") ? op.field("kind") : "");
    }

    private Map<String, String> counts(Function<Operation, String> key) {
        Map<String, Long> counts =
                history.stream()
                        .map(key)
                        .filter(name -> !name.isEmpty())
                        .collect(
                                Collectors.groupingBy(
                                        name -> name, TreeMap::new, Collectors.counting()));
        Map<String, String> texts = new TreeMap<>();
        counts.forEach((name, count) -> texts.put(name, "" + count));
        return texts;
    }

    /// The machine's load average over a minute, seen once a cycle.
    private Map<String, String> load() {
        List<Double> loads =
                history.stream()
                        .filter(op -> op.function().equals("load"))
                        .map(op -> Double.parseDouble(op.field("loadavg").split(" ", -1)[0]))
                        .sorted()
                        .toList();
        return loads.isEmpty()
                ? Map.of()
                : new TreeMap<>(
                        Map.of(
                                "least", "" + loads.getFirst(),
                                "median", "" + loads.get(loads.size() / 2),
                                "most", "" + loads.getLast()));
    }

    private static void texts(JsonGenerator json, String name, Map<String, String> fields)
            throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, String> field : fields.entrySet()) {
            json.writeStringField(field.getKey(), field.getValue());
        }
        json.writeEndObject();
    }

    private static String lower(Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
    }
}
