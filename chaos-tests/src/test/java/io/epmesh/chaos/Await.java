package io.epmesh.chaos;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Waits, for a bounded time, until an assertion holds.
final class Await {
    private static final Duration PAUSE = Duration.ofMillis(20);

    private Await() {}

    /// Something that throws while it does not hold yet.
    interface Assertion {
        void check() throws Exception;
    }

    /// Tries `assertion` until it passes.
    ///
    /// @throws AssertionError with its last words if it does not within `bound`
    static void within(Duration bound, Assertion assertion) {
        long end = System.nanoTime() + bound.toNanos();
        while (true) {
            Throwable last = failure(assertion);
            if (last == null) {
                return;
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + bound + ": " + last.getMessage(), last);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /// Checks `assertion` again and again for the whole of `time`.
    ///
    /// @throws AssertionError as soon as it fails
    static void throughout(Duration time, Assertion assertion) {
        long end = System.nanoTime() + time.toNanos();
        do {
            Throwable last = failure(assertion);
            if (last != null) {
                throw new AssertionError("did not last " + time + ": " + last.getMessage(), last);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        } while (System.nanoTime() < end);
    }

    private static @Nullable Throwable failure(Assertion assertion) {
        try {
            assertion.check();
            return null;
        } catch (Exception | AssertionError failure) {
            return failure;
        }
    }
}
