package io.epmesh.gossip.jgroups;

import java.time.Duration;
import java.util.concurrent.Callable;

/// What takes a moment unless something holds it up each time.
final class Moment {
    private static final int TRIES = 8;

    private Moment() {}

    /// The shortest of some tries, of which the first that is short enough is the last: a machine
    /// that is busy for a while is no fault of what is tried.
    static Duration shortest(Duration enough, Callable<Duration> attempt) throws Exception {
        Duration shortest = attempt.call();
        for (int i = 1; i < TRIES && shortest.compareTo(enough) >= 0; i++) {
            Duration next = attempt.call();
            shortest = next.compareTo(shortest) < 0 ? next : shortest;
        }
        return shortest;
    }

    static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
