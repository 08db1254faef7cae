package io.epmesh.gossip;

import java.util.concurrent.atomic.AtomicLong;

/// Tells whether a thread that takes up one task after the other gets on with them. Written by that
/// thread, read by the [Watchdog].
final class Pulse {
    /// Rises with each change between waiting (even) and working (odd).
    private final AtomicLong turns = new AtomicLong();

    /// Work begins.
    void working() {
        if (turns.get() % 2 == 0) {
            turns.incrementAndGet();
        }
    }

    /// Nothing is left to do: the thread waits.
    void waiting() {
        if (turns.get() % 2 != 0) {
            turns.incrementAndGet();
        }
    }

    /// Which piece of work is at hand; 0 while there is none.
    long work() {
        long now = turns.get();
        return now % 2 == 0 ? 0 : now;
    }
}
