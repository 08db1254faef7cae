package io.epmesh.chaos.report;

import io.epmesh.chaos.check.Spread;
import io.epmesh.chaos.history.Operation;
import io.epmesh.chaos.history.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The plots of a run, each as SVG: what its clients asked for, how long that took and how often it
/// happened, and how the peers became equal again.
final class Plots {
    private static final int WINDOWS = 120;
    private static final long SECOND = 1_000_000;

    private final List<Band> bands;
    private final Map<String, List<Operation>> requests;
    private final List<Operation> history;
    private final long end;

    /// @param functions that clients ask for, [Report#REQUESTS]
    Plots(List<Operation> history, Set<String> functions) {
        this.history = history;
        this.bands = Band.of(history);
        this.end = history.stream().mapToLong(Operation::end).max().orElse(SECOND);
        this.requests =
                history.stream()
                        .filter(op -> functions.contains(op.function()))
                        .collect(
                                Collectors.groupingBy(
                                        Operation::function, TreeMap::new, Collectors.toList()));
    }

    /// Each request with its length.
    String latencies() {
        Plot plot = new Plot("Latency of each request, by its end", end, bands);
        requests.forEach((function, ops) -> {
            List<Series> all = new ArrayList<>();
            for (Outcome outcome : Outcome.values()) {
                Series series = ofOutcome(outcome, Series.Kind.POINTS);
                ops.stream()
                        .filter(op -> op.outcome() == outcome)
                        .forEach(op -> series.add(op.end(), millis(op.micros())));
                all.add(series);
            }
            plot.panel(function + ", ms", lengths(ops), all);
        });
        return plot.svg();
    }

    /// Quantiles of what was answered, window by window.
    String quantiles() {
        long window = window();
        Plot plot =
                new Plot(
                        "Latency of what was answered, quantiles of each " + seconds(window),
                        end,
                        bands);
        requests.forEach((function, ops) -> {
            List<Operation> ok = ops.stream().filter(op -> op.outcome() == Outcome.OK).toList();
            if (ok.isEmpty()) {
                return;
            }
            Series median = new Series("p50", "blue", Series.Kind.LINE);
            Series high = new Series("p99", "orange", Series.Kind.LINE);
            Series most = new Series("worst", "red", Series.Kind.LINE);
            byWindow(ok, window)
                    .forEach((at, lengths) -> {
                        Arrays.sort(lengths);
                        median.add(at, quantile(lengths, 0.5));
                        high.add(at, quantile(lengths, 0.99));
                        most.add(at, quantile(lengths, 1));
                    });
            plot.panel(function + ", ms", lengths(ok), List.of(median, high, most));
        });
        return plot.svg();
    }

    /// Requests a second, window by window.
    String rates() {
        long window = window();
        Plot plot = new Plot("Requests a second, mean of each " + seconds(window), end, bands);
        requests.forEach((function, ops) -> {
            List<Series> all = new ArrayList<>();
            for (Outcome outcome : Outcome.values()) {
                Series series = ofOutcome(outcome, Series.Kind.LINE);
                double[] counts = new double[(int) (end / window) + 1];
                ops.stream()
                        .filter(op -> op.outcome() == outcome)
                        .forEach(op -> counts[(int) (op.end() / window)]++);
                for (int i = 0; i < counts.length; i++) {
                    long middle = Math.min(end, i * window + window / 2);
                    series.add(middle, counts[i] * SECOND / window);
                }
                all.add(series);
            }
            double most = all.stream().mapToDouble(Plots::highest).max().orElse(1);
            plot.panel(function + " a second", Axis.even(most), all);
        });
        return plot.svg();
    }

    /// How long after each heal the peers were equal, and how many peers were taken for gone.
    String convergence() {
        Plot plot = new Plot("Convergence", end, bands);
        Series equal = new Series("equal", "ok", Series.Kind.POINTS);
        Series not = new Series("not equal", "fail", Series.Kind.POINTS);
        double most = 0;
        for (Operation op : history) {
            if (op.function().equals("converge")) {
                (op.outcome() == Outcome.OK ? equal : not).add(op.start(), op.micros() / 1e6);
                most = Math.max(most, op.micros() / 1e6);
            }
        }
        plot.panel(
                "from heal to equal dumps of all peers, s", Axis.even(most), List.of(equal, not));
        Series gone = gone();
        plot.panel(
                "peers taken for gone, by each other peer",
                Axis.even(highest(gone)),
                List.of(gone));
        Series unseen = unseen();
        if (unseen.size() > 0) {
            plot.panel(
                    "acknowledged, not yet seen by a watcher (elements by watchers)",
                    Axis.even(highest(unseen)),
                    List.of(unseen));
        }
        return plot.svg();
    }

    private static double highest(Series series) {
        return IntStream.range(0, series.size()).mapToDouble(series::value).max().orElse(1);
    }

    private Series unseen() {
        Series unseen = new Series("unseen", "green", Series.Kind.STEPS);
        TreeMap<Long, Integer> changes = new TreeMap<>();
        for (Spread.Gap gap : new Spread(history).gaps()) {
            changes.merge(gap.from(), 1, Integer::sum);
            changes.merge(gap.to(), -1, Integer::sum);
        }
        int now = 0;
        for (Map.Entry<Long, Integer> change : changes.entrySet()) {
            now += change.getValue();
            unseen.add(change.getKey(), now);
        }
        return unseen;
    }

    private Series gone() {
        Series gone = new Series("pairs", "blue", Series.Kind.STEPS);
        Set<String> pairs = new HashSet<>();
        gone.add(0, 0);
        history.stream()
                .filter(op -> Set.of("orphaned", "up", "down").contains(op.function()))
                .sorted((a, b) -> Long.compare(a.start(), b.start()))
                .forEach(op -> {
                    String pair = op.process() + " " + op.field("peer");
                    switch (op.function()) {
                        case "orphaned" -> pairs.add(pair);
                        case "up" -> pairs.remove(pair);
                        // a peer that is killed forgets whom it took for gone
                        default -> pairs.removeIf(it -> it.startsWith(op.field("host") + " "));
                    }
                    gone.add(op.start(), pairs.size());
                });
        gone.add(end, pairs.size());
        return gone;
    }

    private long window() {
        return Math.max(SECOND, (end / WINDOWS + SECOND - 1) / SECOND * SECOND);
    }

    private static Map<Long, double[]> byWindow(List<Operation> ops, long window) {
        Map<Long, List<Double>> lengths = new TreeMap<>();
        ops.forEach(op ->
                lengths.computeIfAbsent(op.end() / window, _ -> new ArrayList<>())
                        .add(millis(op.micros())));
        Map<Long, double[]> windows = new LinkedHashMap<>();
        long next = -1;
        for (Map.Entry<Long, List<Double>> entry : lengths.entrySet()) {
            long number = entry.getKey();
            if (number != next && next >= 0) {
                windows.put(next * window, new double[0]);
            }
            windows.put(
                    number * window + window / 2,
                    entry.getValue().stream().mapToDouble(Double::doubleValue).toArray());
            next = number + 1;
        }
        return windows;
    }

    /// No number of none: it breaks a line.
    private static double quantile(double[] sorted, double part) {
        return sorted.length == 0
                ? Double.NaN
                : sorted[Math.min(sorted.length - 1, (int) (part * sorted.length))];
    }

    private static Series ofOutcome(Outcome outcome, Series.Kind kind) {
        String name = outcome.name().toLowerCase(Locale.ROOT);
        return new Series(name, name, kind);
    }

    private static Axis lengths(List<Operation> ops) {
        double least = ops.stream().mapToLong(Operation::micros).min().orElse(1);
        double most = ops.stream().mapToLong(Operation::micros).max().orElse(1);
        return Axis.logarithmic(Math.max(10, least) / 1e3, Math.max(100, most) / 1e3);
    }

    private static double millis(long micros) {
        return Math.max(1, micros) / 1e3;
    }

    private static String seconds(long micros) {
        return micros / SECOND + " s";
    }
}
