package io.epmesh.node;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits, for a bounded time, for what other threads do.
public final class Await {
    private static final Duration BOUND = Duration.ofMinutes(1);

    private Await() {}

    /// Waits until it holds.
    ///
    /// @param what it is, for the error
    /// @param condition asked again and again
    /// @throws AssertionError if `condition` does not hold within a minute
    public static void until(String what, BooleanSupplier condition) {
        until(what, BOUND.toSeconds(), condition);
    }

    /// Waits until it holds.
    ///
    /// @param what it is, for the error
    /// @param seconds how long at the most
    /// @param condition asked again and again
    /// @throws AssertionError if it does not hold by then
    public static void until(String what, long seconds, BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not within %d s: %s".formatted(seconds, what));
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
