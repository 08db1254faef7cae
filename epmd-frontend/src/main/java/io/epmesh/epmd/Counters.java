package io.epmesh.epmd;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// Counts events on the event loop; read from any thread.
final class Counters {
    enum Event {
        CONNECTION,
        REPLY,
        HAND_OVER,
        VIOLATION,
        NOT_ALLOWED,
        TIMEOUT,
        TURNED_AWAY,
        ACCEPT_FAILURE,
        LOOKUP_FOUND,
        LOOKUP_MISSING
    }

    /// Invariant: complete, and never changed after construction.
    private final Map<Event, LongAdder> counts = new EnumMap<>(Event.class);

    Counters() {
        for (Event event : Event.values()) {
            counts.put(event, new LongAdder());
        }
    }

    void count(Event event) {
        adder(event).increment();
    }

    EpmdStatistics statistics() {
        return new EpmdStatistics(
                adder(Event.CONNECTION).sum(),
                adder(Event.REPLY).sum(),
                adder(Event.HAND_OVER).sum(),
                adder(Event.VIOLATION).sum(),
                adder(Event.NOT_ALLOWED).sum(),
                adder(Event.TIMEOUT).sum(),
                adder(Event.TURNED_AWAY).sum(),
                adder(Event.ACCEPT_FAILURE).sum(),
                adder(Event.LOOKUP_FOUND).sum(),
                adder(Event.LOOKUP_MISSING).sum());
    }

    private LongAdder adder(Event event) {
        LongAdder adder = counts.get(event);
        if (adder == null) {
            throw new AssertionError("no counter for " + event);
        }
        return adder;
    }
}
