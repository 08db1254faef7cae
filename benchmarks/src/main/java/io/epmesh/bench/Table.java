package io.epmesh.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// Collects the comparisons and prints them as tables in Markdown.
final class Table {
    /// From here on the loader is taken for the bound of the rate.
    private static final double BOUND = 0.95;

    private final int pairs;
    private final Duration duration;
    private final String loadAverage;
    private final List<String> figures = new ArrayList<>();
    private final List<String> ratios = new ArrayList<>();
    private double confidence;

    /// @param loadAverage of the machine before the start: far above 0, others disturb the runs
    Table(int pairs, Duration duration, String loadAverage) {
        this.pairs = pairs;
        this.duration = duration;
        this.loadAverage = loadAverage;
    }

    /// Adds the runs of one comparison, in the order of the pairs.
    void add(String title, int connections, String baseName, List<Run> base, List<Run> other) {
        figures.add(figures(title, connections, baseName, base));
        figures.add(
                figures(title, connections, baseName.equals("epmd") ? "epmesh" : "idle", other));
        ratios.add(
                "| %s | %d | %s | %s | %s | %s | %s |"
                        .formatted(
                                title,
                                connections,
                                baseName,
                                ratio(base, other, Run::perSecond),
                                ratio(base, other, Run::p50),
                                ratio(base, other, Run::p99),
                                ratio(base, other, Run::cpuMicros)));
    }

    private static String figures(String title, int connections, String name, List<Run> runs) {
        return String.format(
                Locale.ROOT,
                "| %s | %d | %s | %,.0f | %.1f | %.1f | %.1f | %.2f | %.0f %% | %.0f %%%s | %.1f"
                        + " | %,d | %,d |",
                title,
                connections,
                name,
                LookupBenchmark.median(runs, Run::perSecond),
                LookupBenchmark.median(runs, Run::p50),
                LookupBenchmark.median(runs, Run::p99),
                LookupBenchmark.median(runs, Run::p999),
                LookupBenchmark.median(runs, Run::cpuMicros),
                LookupBenchmark.median(runs, Run::serverBusy) * 100,
                LookupBenchmark.median(runs, Run::loaderBusy) * 100,
                LookupBenchmark.median(runs, Run::loaderBusy) >= BOUND ? " (bound)" : "",
                LookupBenchmark.median(runs, Run::residentKib) / 1024,
                runs.stream().mapToLong(Run::lookups).sum(),
                runs.stream().mapToLong(Run::failures).sum());
    }

    private String ratio(List<Run> base, List<Run> other, ToDoubleFunction<Run> value) {
        Paired ratio =
                Paired.of(
                        IntStream.range(0, base.size())
                                .mapToDouble(i ->
                                        value.applyAsDouble(other.get(i))
                                                / value.applyAsDouble(base.get(i)))
                                .toArray());
        confidence = ratio.confidence();
        return String.format(
                Locale.ROOT, "%.2f (%.2f..%.2f)", ratio.median(), ratio.low(), ratio.high());
    }

    void print() {
        System.out.printf(
                Locale.ROOT,
                "N = %d interleaved pairs a row, %.1f s a run; medians of the runs; latencies in"
                        + " µs, processor time of the server in µs a look-up. Load average before:"
                        + " %s.%n%n",
                pairs,
                duration.toMillis() / 1e3,
                loadAverage);
        System.out.println(
                "| load | at a time | server | look-ups/s | p50 | p99 | p99.9 | CPU | server's core"
                        + " | loader's core | RSS MiB | look-ups | failed |");
        System.out.println("|---|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        figures.forEach(System.out::println);
        System.out.printf(
                Locale.ROOT,
                "%nRatios within pairs: median (%.1f %% interval by the sign test).%n%n",
                confidence * 100);
        System.out.println("| load | at a time | against | rate | p50 | p99 | CPU |");
        System.out.println("|---|--:|---|--:|--:|--:|--:|");
        ratios.forEach(System.out::println);
    }
}
