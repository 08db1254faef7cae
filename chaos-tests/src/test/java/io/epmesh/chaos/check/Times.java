package io.epmesh.chaos.check;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/// A collection of lengths of time in microseconds.
final class Times {
    private final List<Long> micros = new ArrayList<>();

    void add(long length) {
        micros.add(length);
    }

    int count() {
        return micros.size();
    }

    /// As `p50 1.2 ms, p99 3.4 ms, max 5.6 ms of 1000`.
    @Override
    public String toString() {
        if (micros.isEmpty()) {
            return "none";
        }
        List<Long> sorted = new ArrayList<>(micros);
        Collections.sort(sorted);
        return "p50 %s, p99 %s, max %s of %d"
                .formatted(
                        millis(quantile(sorted, 0.5)),
                        millis(quantile(sorted, 0.99)),
                        millis(sorted.getLast()),
                        sorted.size());
    }

    static String millis(long micros) {
        return String.format(Locale.ROOT, "%.1f ms", micros / 1_000.0);
    }

    /// The length that a part of all do not exceed; there must be some.
    long quantile(double part) {
        List<Long> sorted = new ArrayList<>(micros);
        Collections.sort(sorted);
        return quantile(sorted, part);
    }

    private static long quantile(List<Long> sorted, double part) {
        return sorted.get(Math.min(sorted.size() - 1, (int) (part * sorted.size())));
    }
}
