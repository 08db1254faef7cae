package io.epmesh.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/// What a connection goes through, and what was measured of it, round by round. One thread.
final class Between {
    static final int MANY = 16;
    static final int QUESTION_BYTES = 100;

    private static final long WARM_UP_NANOS = 3_000_000_000L;

    private final String name;
    private final Passage passage;
    private final List<Double> one = new ArrayList<>();
    private final List<Double> many = new ArrayList<>();
    private final List<Double> p50 = new ArrayList<>();
    private final List<Double> p99 = new ArrayList<>();

    Between(String name, Passage passage) {
        this.name = name;
        this.passage = passage;
    }

    void warmUp() throws IOException, InterruptedException {
        System.err.println("bench: warming up, between is " + name);
        double _ = passage.bytesPerSecond(MANY, WARM_UP_NANOS);
        Histogram _ = passage.roundTrips(QUESTION_BYTES, WARM_UP_NANOS);
    }

    void measure(long nanos) throws IOException, InterruptedException {
        one.add(passage.bytesPerSecond(1, nanos));
        many.add(passage.bytesPerSecond(MANY, nanos));
        Histogram times = passage.roundTrips(QUESTION_BYTES, nanos);
        p50.add(times.getValueAtPercentile(50) / 1e3);
        p99.add(times.getValueAtPercentile(99) / 1e3);
    }

    /// Prints its row.
    void print() {
        System.out.printf(
                Locale.ROOT,
                "| %s | %,.0f | %,.0f | %.1f | %.1f |%n",
                name,
                median(one) / (1 << 20),
                median(many) / (1 << 20),
                median(p50),
                median(p99));
    }

    /// Prints the row of its ratios to another one within rounds.
    ///
    /// @param nothing what takes no time
    void printAgainst(Between base, Between nothing) {
        System.out.printf(
                "| %s | %s | %s | %s | %s |%n",
                name,
                base.name,
                ratio(i -> one.get(i) / base.one.get(i)),
                ratio(i -> many.get(i) / base.many.get(i)),
                ratio(i ->
                        (p50.get(i) - nothing.p50.get(i))
                                / (base.p50.get(i) - nothing.p50.get(i))));
    }

    private String ratio(ToDoubleFunction<Integer> value) {
        Paired ratio =
                Paired.of(
                        IntStream.range(0, one.size()).mapToDouble(value::applyAsDouble).toArray());
        return String.format(
                Locale.ROOT, "%.2f (%.2f..%.2f)", ratio.median(), ratio.low(), ratio.high());
    }

    private static double median(List<Double> values) {
        return Paired.median(values.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
