package io.epmesh.chaos.report;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.epmesh.chaos.check.Goal;
import io.epmesh.chaos.check.Result;
import io.epmesh.chaos.history.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What a run says in figures: `results.json`, and the same as text.
///
/// @param report what it is made of
record Results(Report report) {
    private static final int MOST_VIOLATIONS = 100;

    void write(Path file) throws IOException {
        try (JsonGenerator json =
                new JsonFactory().createGenerator(file.toFile(), JsonEncoding.UTF8)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeStringField("verdict", Report.lower(report.verdict()));
            texts(json, "about", report.about());
            texts(json, "operations", operations());
            texts(json, "faults", faults());
            texts(json, "load", load());
            json.writeArrayFieldStart("checkers");
            for (Result result : report.results()) {
                json.writeStartObject();
                json.writeStringField("checker", result.checker());
                json.writeStringField("verdict", Report.lower(result.verdict()));
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
            json.writeArrayFieldStart("goals");
            for (Goal goal : report.goals()) {
                json.writeStartObject();
                json.writeStringField("what", goal.what());
                json.writeStringField("goal", goal.goal());
                json.writeStringField("seen", goal.seen());
                json.writeStringField(
                        "met",
                        switch (goal.met()) {
                            case VALID -> "yes";
                            case INVALID -> "no";
                            case UNKNOWN -> "unknown";
                        });
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    String text() {
        StringBuilder text = new StringBuilder();
        report.about().forEach((what, value) -> text.append("%-12s %s%n".formatted(what, value)));
        text.append("operations   %s%n".formatted(operations()));
        text.append("faults       %s%n".formatted(faults()));
        text.append("load         %s%n".formatted(load()));
        for (Goal goal : report.goals()) {
            text.append(
                    "goal         %s: %s (goal: %s)%n"
                            .formatted(goal.what(), goal.seen(), goal.goal()));
        }
        for (Result result : report.results()) {
            text.append(
                    "%-12s %s %s%n"
                            .formatted(
                                    result.checker(),
                                    Report.lower(result.verdict()),
                                    result.figures()));
            first(result).forEach(violation -> text.append("             " + violation + "\n"));
        }
        return text.append("verdict      %s%n".formatted(Report.lower(report.verdict())))
                .toString();
    }

    /// The violations that are shown; the others are as many more.
    static List<String> first(Result result) {
        return result.violations().stream().limit(MOST_VIOLATIONS).toList();
    }

    /// How many of each function and outcome.
    Map<String, String> operations() {
        return counts(op ->
                Report.REQUESTS.contains(op.function())
                        ? op.function() + " " + op.outcome().name().toLowerCase(Locale.ROOT)
                        : "observed");
    }

    /// How many of each kind.
    Map<String, String> faults() {
        return counts(op -> op.function().equals("fault") ? op.field("kind") : "");
    }

    private Map<String, String> counts(Function<Operation, String> key) {
        Map<String, Long> counts =
                report.history().stream()
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
    Map<String, String> load() {
        List<Double> loads =
                report.history().stream()
                        .filter(op -> op.function().equals("load"))
                        .map(op -> Double.parseDouble(op.field("loadavg").split(" ", 2)[0]))
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
}
