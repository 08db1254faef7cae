package io.epmesh.chaos.report;

import io.epmesh.chaos.history.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Who did what when: a column for each process, time downwards, faults shaded behind all. It holds
/// the first operations of the time that is asked for, so that a browser can bear it.
///
/// @param history all operations
/// @param from microseconds since the start of the run
record Timeline(List<Operation> history, long from) {
    /// How many operations it holds.
    static final int MOST = 10_000;

    private static final int MOST_COLUMNS = 48;
    private static final int COLUMN = 112;
    private static final int LEFT = 64;
    private static final int TOP = 30;

    /// Pixels of a second.
    static final int SECOND = 60;

    private static final Set<String> BEHIND = Set.of("fault", "converge", "about", "host", "load");

    /// Fields that say what an operation is about.
    private static final List<String> SUBJECTS =
            List.of("node", "key", "to", "host", "peer", "links", "line");

    /// Pixels of a line of text.
    private static final int LINE = 11;

    String html() {
        List<Operation> all =
                history.stream()
                        .filter(op -> !BEHIND.contains(op.function()) && op.end() >= from)
                        .sorted(Comparator.comparingLong(Operation::start))
                        .toList();
        Map<String, Integer> columns = columns(all);
        List<Operation> shown =
                all.stream().filter(op -> columns.containsKey(op.process())).limit(MOST).toList();
        long to = shown.isEmpty() ? from + 1 : shown.getLast().start() + 1_000_000;
        Markup body = new Markup();
        body.add("<h1>Timeline</h1>");
        body.add(
                "<p>%,d of %,d operations, from %s to %s; all are in"
                        + " <a href=\"history.jsonl\">history.jsonl</a>, and"
                        + " <code>bin/chaos --check FOLDER --from 90s</code> shows a later time."
                        + " %,d of %,d processes have a column. Rest the pointer on an operation to"
                        + " read it.</p>",
                shown.size(),
                history.stream().filter(op -> !BEHIND.contains(op.function())).count(),
                clock(from),
                clock(to),
                columns.size(),
                all.stream().map(Operation::process).distinct().count());
        body.add(
                "<div class=\"timeline\" style=\"width:%dpx;height:%dpx\">",
                LEFT + columns.size() * COLUMN, TOP + (int) y(to));
        Band.of(history).stream()
                .filter(band -> band.to() >= from && band.from() < to)
                .forEach(band ->
                        body.add(
                                "<div class=\"band %s\" style=\"top:%.1fpx;height:%.1fpx\" title=\"%s\">"
                                        + "<span>%s</span></div>",
                                band.kind().name().toLowerCase(Locale.ROOT),
                                TOP + y(Math.max(from, band.from())),
                                Math.max(
                                        1,
                                        y(Math.min(to, band.to()))
                                                - y(Math.max(from, band.from()))),
                                Markup.escape(band.label()),
                                Markup.escape(band.label())));
        for (long at = from / 1_000_000 * 1_000_000; at < to; at += 1_000_000) {
            if (at >= from) {
                body.add(
                        "<div class=\"clock\" style=\"top:%.1fpx\">%s</div>",
                        TOP + y(at), clock(at));
            }
        }
        columns.forEach((process, column) ->
                body.add(
                        "<div class=\"process\" style=\"left:%dpx\">%s</div>",
                        LEFT + column * COLUMN, Markup.escape(process)));
        shown.forEach(op -> operation(body, op, columns.getOrDefault(op.process(), 0), to));
        return Page.html("Timeline", body.add("</div>").toString());
    }

    private double y(long at) {
        return (at - from) * (double) SECOND / 1_000_000;
    }

    /// The nemesis first, then clients by host, then the many nodes as far as there is room.
    private static Map<String, Integer> columns(List<Operation> all) {
        Map<String, Set<String>> functions =
                all.stream()
                        .collect(
                                Collectors.groupingBy(
                                        Operation::process,
                                        TreeMap::new,
                                        Collectors.mapping(
                                                Operation::function, Collectors.toSet())));
        List<String> order = new ArrayList<>(functions.keySet());
        order.sort(
                Comparator.comparingInt((String process) -> rank(process, functions))
                        .thenComparingInt(String::length)
                        .thenComparing(Comparator.naturalOrder()));
        Map<String, Integer> columns = new LinkedHashMap<>();
        order.stream().limit(MOST_COLUMNS).forEach(process -> columns.put(process, columns.size()));
        return columns;
    }

    private static int rank(String process, Map<String, Set<String>> functions) {
        if (process.equals("nemesis")) {
            return 0;
        }
        boolean isNode = functions.getOrDefault(process, Set.of()).contains("register");
        return isNode ? 3 : process.contains("/") ? 1 : 2;
    }

    private void operation(Markup body, Operation op, int column, long to) {
        long start = Math.max(from, op.start());
        long end = Math.min(to, op.end());
        double height = Math.max(2, y(end) - y(start));
        body.add(
                "<div class=\"op %s\" style=\"left:%dpx;top:%.1fpx;height:%.1fpx\" title=\"%s\">"
                        + "%s</div>",
                op.outcome().name().toLowerCase(Locale.ROOT),
                LEFT + column * COLUMN,
                TOP + y(start),
                height,
                Markup.escape(about(op)),
                height < LINE ? "" : Markup.escape(brief(op)));
    }

    private static String about(Operation op) {
        StringBuilder about = new StringBuilder();
        about.append(
                "%s %s %s%n%s to %s, %.1f ms%n"
                        .formatted(
                                op.process(),
                                op.function(),
                                op.outcome().name().toLowerCase(Locale.ROOT),
                                clock(op.start()),
                                clock(op.end()),
                                op.micros() / 1e3));
        new TreeMap<>(op.value())
                .forEach((name, value) -> {
                    if (!value.isEmpty()) {
                        about.append("%s: %.200s%n".formatted(name, value));
                    }
                });
        return about.toString().strip();
    }

    private static String brief(Operation op) {
        String what =
                SUBJECTS.stream()
                        .map(op::field)
                        .filter(value -> !value.isEmpty())
                        .findFirst()
                        .orElse("");
        return "%s %.24s".formatted(op.function(), what);
    }

    /// A time of the run, as `1:02:03.456`.
    static String clock(long micros) {
        long millis = micros / 1_000;
        long seconds = millis / 1_000;
        return String.format(
                Locale.ROOT,
                "%d:%02d:%02d.%03d",
                seconds / 3_600,
                seconds / 60 % 60,
                seconds % 60,
                millis % 1_000);
    }
}
