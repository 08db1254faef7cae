package io.epmesh.bench;

import java.util.Locale;
import java.util.OptionalLong;
import org.HdrHistogram.Histogram;

/// One row of times.
final class Figure {
    private final String what;
    private final String goal;
    private final Histogram micros = new Histogram(3);
    private int missed;

    /// @param goal as the row shall say it; empty: none
    Figure(String what, String goal) {
        this.what = what;
        this.goal = goal;
    }

    /// Adds a time between two moments; before the first counts as at once.
    void add(long fromNanos, OptionalLong to) {
        if (to.isPresent()) {
            micros.recordValue(Math.max(0, (to.getAsLong() - fromNanos) / 1_000));
        } else {
            missed++;
        }
    }

    static void head() {
        System.out.println("| what | N | p50 ms | p99 ms | max ms | never | goal |");
        System.out.println("|---|--:|--:|--:|--:|--:|---|");
    }

    void print() {
        System.out.printf(
                Locale.ROOT,
                "| %s | %d | %,.1f | %,.1f | %,.1f | %d | %s |%n",
                what,
                micros.getTotalCount() + missed,
                micros.getValueAtPercentile(50) / 1e3,
                micros.getValueAtPercentile(99) / 1e3,
                micros.getMaxValue() / 1e3,
                missed,
                goal);
    }
}
