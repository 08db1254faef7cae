package io.epmesh.epmd;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/// Time that a test moves, as a wall clock and as nanoseconds.
final class ManualClock implements InstantSource, LongSupplier {
    private Instant now;

    ManualClock(long epochSecond) {
        now = Instant.ofEpochSecond(epochSecond);
    }

    void advance(Duration duration) {
        now = now.plus(duration);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public long getAsLong() {
        return now.getEpochSecond() * 1_000_000_000 + now.getNano();
    }
}
