package io.epmesh.gossip;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/// Counts how long something took, in a few buckets. Any thread.
final class Stopwatch {
    private static final long[] BOUNDS_MILLIS = {1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 5_000};

    private final LongAdder nanos = new LongAdder();
    private final LongAdder[] counts = new LongAdder[BOUNDS_MILLIS.length + 1];

    Stopwatch() {
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    void took(long duration) {
        int bucket = 0;
        while (bucket < BOUNDS_MILLIS.length && duration > BOUNDS_MILLIS[bucket] * 1_000_000) {
            bucket++;
        }
        counts[bucket].increment();
        nanos.add(duration);
    }

    GossipStatistics.Timings timings() {
        List<GossipStatistics.Timings.Bucket> buckets = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            buckets.add(
                    new GossipStatistics.Timings.Bucket(
                            i < BOUNDS_MILLIS.length
                                    ? Optional.of(Duration.ofMillis(BOUNDS_MILLIS[i]))
                                    : Optional.empty(),
                            counts[i].sum()));
        }
        return new GossipStatistics.Timings(Duration.ofNanos(nanos.sum()), buckets);
    }
}
