package io.epmesh.bench;

import io.epmesh.bench.Sighting.State;
import java.time.Duration;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// What the clients of all hosts were told, in the order in which it came. Watches add, one thread
/// takes.
final class Sightings {
    private final BlockingQueue<Sighting> queue = new LinkedBlockingQueue<>();
    private long firstNanos;

    void add(Sighting sighting) {
        queue.add(sighting);
    }

    /// Forgets what was seen so far.
    void clear() {
        queue.clear();
    }

    /// Waits until all these hosts have seen a name in one of the states.
    ///
    /// @param hosts their numbers
    /// @return when the last of them did; nothing if that takes too long
    OptionalLong last(Set<Integer> hosts, String name, Set<State> states, Duration patience)
            throws InterruptedException {
        Set<Integer> missing = new HashSet<>(hosts);
        long deadline = System.nanoTime() + patience.toNanos();
        long last = Long.MIN_VALUE;
        firstNanos = Long.MAX_VALUE;
        while (!missing.isEmpty()) {
            Sighting next = queue.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                return OptionalLong.empty();
            }
            if (next.name().equals(name)
                    && states.contains(next.state())
                    && missing.remove(next.host())) {
                last = Math.max(last, next.nanos());
                firstNanos = Math.min(firstNanos, next.nanos());
            }
        }
        return OptionalLong.of(last);
    }

    /// When the first of them did, by the last call of [#last].
    long firstNanos() {
        return firstNanos;
    }

    /// Waits until something holds.
    ///
    /// @param now asked after each sighting
    /// @return when what made it hold was seen; nothing if that takes too long
    OptionalLong until(BooleanSupplier now, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        long last = System.nanoTime();
        while (!now.getAsBoolean()) {
            Sighting next = queue.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                return OptionalLong.empty();
            }
            last = next.nanos();
        }
        return OptionalLong.of(last);
    }

    /// How often a state was seen since [#clear]; takes all.
    long count(State state) {
        long count = 0;
        for (Sighting next = queue.poll(); next != null; next = queue.poll()) {
            count += next.state() == state ? 1 : 0;
        }
        return count;
    }
}
