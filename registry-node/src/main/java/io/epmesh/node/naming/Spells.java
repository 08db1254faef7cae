package io.epmesh.node.naming;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// For how long peers have known different things: a spell begins with the first look that finds
/// them to differ, and ends with the first that finds them to agree. Immutable.
///
/// @param begunAt of the spell that goes on; empty: the last look found agreement
/// @param lookedAt the last look, of any outcome
/// @param past the lengths of the newest [#KEPT] spells, the oldest first
public record Spells(Optional<Long> begunAt, long lookedAt, List<Duration> past) {
    /// None yet.
    public static final Spells NONE = new Spells(Optional.empty(), 0, List.of());

    /// How many are remembered.
    static final int KEPT = 100;

    /// Nobody knows when a spell ended within a pause as long as this.
    private static final long PAUSE_NANOS = 2_000_000_000L;

    /// Copies the list.
    public Spells {
        past = List.copyOf(past);
    }

    /// What there is to tell of them.
    ///
    /// @param differing for how long peers differ by now; empty: they agree
    /// @param count how many spells are remembered
    /// @param last length of the newest; empty: there was none
    /// @param p99 99 of 100 were not longer
    public record Summary(
            Optional<Duration> differing,
            int count,
            Optional<Duration> last,
            Optional<Duration> p99) {
        /// Of a peer that has seen none.
        public static final Summary NONE =
                new Summary(Optional.empty(), 0, Optional.empty(), Optional.empty());
    }

    /// {@return what is known after one more look}
    ///
    /// @param agree whether all peers answered, and alike
    /// @param nanos when, on the monotonic clock
    public Spells looked(boolean agree, long nanos) {
        if (!agree) {
            return new Spells(Optional.of(begunAt.orElse(nanos)), nanos, past);
        }
        if (begunAt.isEmpty() || nanos - lookedAt > PAUSE_NANOS) {
            return new Spells(Optional.empty(), nanos, past);
        }
        List<Duration> more = new ArrayList<>(past);
        more.add(Duration.ofNanos(nanos - begunAt.get()));
        return new Spells(
                Optional.empty(),
                nanos,
                more.subList(Math.max(0, more.size() - KEPT), more.size()));
    }

    /// {@return what there is to tell}
    public Summary summary() {
        int count = past.size();
        List<Duration> sorted = past.stream().sorted().toList();
        return new Summary(
                begunAt.map(begun -> Duration.ofNanos(lookedAt - begun)),
                count,
                count == 0 ? Optional.empty() : Optional.of(past.getLast()),
                count == 0
                        ? Optional.empty()
                        : Optional.of(sorted.get((int) Math.ceil(0.99 * count) - 1)));
    }
}
