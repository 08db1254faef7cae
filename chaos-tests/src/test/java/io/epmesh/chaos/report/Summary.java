package io.epmesh.chaos.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A table of many runs, a line each, from their `results.json`: what `docs/testing.md` has.
///
/// @param runs fields of each, by their paths in the file (`about/seed`)
public record Summary(List<Map<String, String>> runs) {
    private static final String REPORT = "report";

    /// Copies.
    public Summary {
        runs = List.copyOf(runs);
    }

    /// All runs in a folder and those below it.
    ///
    /// @param results that has `WORKLOAD/SEED-TIME/results.json`
    /// @return by workload, seed and time
    /// @throws IOException if one cannot be read
    public static Summary of(Path results) throws IOException {
        List<Path> files;
        try (var below = Files.walk(results)) {
            files = below.filter(file -> file.endsWith("results.json")).sorted().toList();
        }
        List<Map<String, String>> runs = new ArrayList<>();
        for (Path file : files) {
            Map<String, String> run = fields(file);
            run.put(REPORT, "" + results.relativize(file).resolveSibling("index.html"));
            runs.add(run);
        }
        runs.sort(
                Comparator.comparing((Map<String, String> run) -> text(run, "about/workload"))
                        .thenComparing(run -> text(run, "about/begun")));
        return new Summary(runs);
    }

    /// A page that opens the reports of all runs.
    ///
    /// @return HTML
    public String html() {
        Markup body = new Markup();
        body.add(
                "<h1>Runs under faults</h1><table><tr><th>run</th><th>begun</th><th>revision</th>");
        body.add("<th>time</th><th>verdict</th><th>answered</th><th>faults</th></tr>");
        for (Map<String, String> run : runs) {
            body.add(
                    "<tr><td><a href=\"%s\">%s, seed %s</a></td><td>%s</td><td>%s</td>",
                    Markup.escape(text(run, REPORT)),
                    Markup.escape(text(run, "about/workload")),
                    Markup.escape(text(run, "about/seed")),
                    Markup.escape(text(run, "about/begun")),
                    Markup.escape(text(run, "about/revision")));
            body.add(
                    "<td>%s s</td><td class=\"verdict %s\">%s</td>",
                    Markup.escape(text(run, "about/seconds")),
                    Markup.escape(text(run, "verdict")),
                    Markup.escape(text(run, "verdict")));
            body.add(
                    "<td class=\"number\">%,d</td><td class=\"number\">%,d</td></tr>",
                    sum(run, "operations/", " ok"), sum(run, "faults/", ""));
        }
        return Page.html("Runs under faults", body.add("</table>").toString());
    }

    /// The table.
    ///
    /// @return lines of Markdown
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append("| workload | seed | hosts | time | revision | verdict | requests answered |");
        text.append(" faults | false alarms | heal to equal, worst |");
        text.append(" cut off, frozen to orphaned, worst | local look-up, worst |");
        text.append(" load, median, most |\n");
        text.append("|---".repeat(13)).append("|\n");
        for (Map<String, String> run : runs) {
            text.append(
                    ("| %s | %s | %s | %s s | %s | %s | %,d | %,d | %s |"
                                    + " %s | %s, %s | %s | %s, %s |%n")
                            .formatted(
                                    text(run, "about/workload"),
                                    text(run, "about/seed"),
                                    text(run, "about/hosts"),
                                    text(run, "about/seconds"),
                                    text(run, "about/revision"),
                                    text(run, "verdict"),
                                    sum(run, "operations/", " ok"),
                                    sum(run, "faults/", ""),
                                    text(run, "alarms/false alarms").replaceFirst("/.*", ""),
                                    worst(run),
                                    most(text(run, "alarms/cut off to orphaned")),
                                    most(text(run, "alarms/frozen to orphaned")),
                                    most(text(run, "availability/local look-ups")),
                                    text(run, "load/median"),
                                    text(run, "load/most")));
        }
        return text.toString();
    }

    private static String text(Map<String, String> run, String path) {
        return run.getOrDefault(path, "unknown");
    }

    private static long sum(Map<String, String> run, String start, String end) {
        return run.entrySet().stream()
                .filter(field -> field.getKey().startsWith(start) && field.getKey().endsWith(end))
                .mapToLong(field -> Long.parseLong(field.getValue()))
                .sum();
    }

    /// The longest heal, with and without peers that were started, as `4.4 s, 24.9 s`.
    private static String worst(Map<String, String> run) {
        return most(text(run, "convergence/heal to equal dumps"))
                + "; peers started: "
                + most(text(run, "convergence/the same where peers were started"));
    }

    private static String most(String times) {
        return times.equals("unknown") ? "–" : times.replaceFirst(".*max (.*) of \\d+", "$1");
    }

    /// All texts and numbers of a file; figures of checkers by the checker's name.
    private static Map<String, String> fields(Path file) throws IOException {
        Map<String, String> fields = new TreeMap<>();
        List<String> path = new ArrayList<>();
        String checker = "";
        try (JsonParser json = new JsonFactory().createParser(file.toFile())) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                switch (token) {
                    case START_OBJECT -> path.add(String.valueOf(json.currentName()));
                    case END_OBJECT -> path.removeLast();
                    case VALUE_STRING, VALUE_NUMBER_INT -> {
                        String name = String.valueOf(json.currentName());
                        checker = name.equals("checker") ? json.getText() : checker;
                        String in = path.getLast();
                        String key =
                                switch (in) {
                                    case "null" -> path.size() == 1 ? name : checker + "/" + name;
                                    case "figures" -> checker + "/" + name;
                                    default -> in + "/" + name;
                                };
                        fields.put(key, json.getText());
                    }
                    default -> {}
                }
            }
        }
        return fields;
    }
}
