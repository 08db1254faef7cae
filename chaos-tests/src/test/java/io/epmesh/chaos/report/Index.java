package io.epmesh.chaos.report;

import io.epmesh.chaos.check.Goal;
import io.epmesh.chaos.check.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// The page that opens everything of a run.
///
/// @param report what it shows
/// @param directory where the other files are
record Index(Report report, Path directory) {
    private static final Map<String, String> PLOTS =
            new TreeMap<>(
                    Map.of(
                            "latency-raw.svg", "Latency of each request",
                            "latency-quantiles.svg", "Quantiles of latency",
                            "rate.svg", "Requests a second",
                            "convergence.svg", "Convergence"));

    String html() throws IOException {
        Map<String, String> about = report.about();
        Results results = new Results(report);
        String verdict = Report.lower(report.verdict());
        String title =
                "%s, seed %s"
                        .formatted(
                                about.getOrDefault("workload", "a run"),
                                about.getOrDefault("seed", "unknown"));
        Markup body = new Markup();
        body.add(
                "<h1>%s: <span class=\"verdict %s\">%s</span></h1>",
                Markup.escape(title), verdict, verdict);
        if (about.containsKey("replay")) {
            body.add(
                    "<p>The same again: <code>%s</code><br/>Judged again from its history: <code>%s"
                            + "</code></p>",
                    Markup.escape(about.getOrDefault("replay", "")), "bin/chaos --check FOLDER");
        }
        files(body);
        checkers(body);
        goals(body);
        body.add("<h2>The run</h2>").add("<div class=\"cards\">");
        table(body, "About", about);
        table(body, "Operations", results.operations());
        table(body, "Faults", results.faults());
        table(body, "Load average of the machine", results.load());
        body.add("</div>");
        body.add(
                "<h2>Plots</h2><p>Red: a fault is under way. Yellow: all is healed, and the peers are"
                        + " not equal yet.</p>");
        PLOTS.forEach((file, what) ->
                body.add("<a href=\"%s\"><img src=\"%s\" alt=\"%s\"/></a>", file, file, what));
        return Page.html(title + ": " + verdict, body.toString());
    }

    private void files(Markup body) throws IOException {
        body.add(
                "<p><a href=\"timeline.html\">Timeline</a> · <a href=\"history.jsonl\">history.jsonl"
                        + "</a> (each operation) · <a href=\"results.json\">results.json</a>");
        Path logs = directory.resolve("logs");
        if (Files.isDirectory(logs)) {
            List<String> names;
            try (var files = Files.list(logs)) {
                names =
                        files.map(file -> "" + file.getFileName())
                                .sorted(
                                        Comparator.comparingInt(String::length)
                                                .thenComparing(name -> name))
                                .toList();
            }
            body.add("<br/>Logs of the peers:");
            names.forEach(name ->
                    body.add(
                            "<a href=\"logs/%s\">%s</a>",
                            Markup.escape(name), Markup.escape(name.replaceFirst("\\.log$", ""))));
        }
        body.add("</p>");
    }

    private void checkers(Markup body) {
        body.add("<h2>Checkers</h2>")
                .add("<table><tr><th>property</th><th>verdict</th><th>figures</th></tr>");
        for (Result result : report.results()) {
            String verdict = Report.lower(result.verdict());
            body.add(
                    "<tr><td>%s</td><td class=\"verdict %s\">%s</td><td>%s",
                    Markup.escape(result.checker()), verdict, verdict, figures(result));
            if (!result.violations().isEmpty()) {
                body.add("<ul>");
                Results.first(result)
                        .forEach(text ->
                                body.add("<li class=\"violation\">%s</li>", Markup.escape(text)));
                int more = result.violations().size() - Results.first(result).size();
                if (more > 0) {
                    body.add("<li>and %,d more</li>", more);
                }
                body.add("</ul>");
            }
            body.add("</td></tr>");
        }
        body.add("</table>");
    }

    private static String figures(Result result) {
        StringBuilder figures = new StringBuilder();
        result.figures()
                .forEach((what, value) ->
                        figures.append(
                                "%s: %s<br/>"
                                        .formatted(Markup.escape(what), Markup.escape(value))));
        return figures.toString();
    }

    private void goals(Markup body) {
        body.add(
                "<h2>Times beside the goals</h2><p>Goals are for a machine that does nothing else;"
                        + " here they are told and not judged.</p><table><tr><th>what</th>"
                        + "<th>goal</th><th>seen</th></tr>");
        for (Goal goal : report.goals()) {
            body.add(
                    "<tr><td>%s</td><td>%s</td><td class=\"%s\">%s</td></tr>",
                    Markup.escape(goal.what()),
                    Markup.escape(goal.goal()),
                    goal.met().name().toLowerCase(Locale.ROOT),
                    Markup.escape(goal.seen()));
        }
        body.add("</table>");
    }

    private static void table(Markup body, String title, Map<String, String> rows) {
        body.add("<table><tr><th colspan=\"2\">%s</th></tr>", title);
        rows.forEach((name, value) ->
                body.add(
                        "<tr><td>%s</td><td>%s</td></tr>",
                        Markup.escape(name), Markup.escape(value)));
        body.add("</table>");
    }
}
