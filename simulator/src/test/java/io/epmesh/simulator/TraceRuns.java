package io.epmesh.simulator;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Joins consecutive numbers that one member sent, or heard of one sender, into one event, so that
/// a trace stays short. A fault ends all runs, a view ends those of its observer: within a run
/// neither changes.
final class TraceRuns {
    private record Key(Trace.Member observer, Trace.Member sender, boolean sent) {}

    private final Map<Key, Trace.Event> open = new HashMap<>();
    private final List<Trace.Event> joined = new ArrayList<>();

    private TraceRuns() {}

    /// Returns the events with runs joined, ordered by their first millisecond.
    ///
    /// @param events ordered by time
    static List<Trace.Event> join(List<Trace.Event> events) {
        TraceRuns runs = new TraceRuns();
        events.forEach(runs::add);
        runs.joined.addAll(runs.open.values());
        runs.joined.sort(Comparator.comparingLong(Trace.Event::millis));
        return runs.joined;
    }

    private void add(Trace.Event event) {
        switch (event) {
            case Trace.Fault _ -> {
                joined.addAll(open.values());
                open.clear();
                joined.add(event);
            }
            case Trace.ViewInstalled view -> {
                open.entrySet().removeIf(entry -> ended(entry, view.observer()));
                joined.add(event);
            }
            case Trace.Suspected _ -> joined.add(event);
            case Trace.Sent sent -> extend(new Key(sent.sender(), sent.sender(), true), sent);
            case Trace.Heard heard ->
                    extend(new Key(heard.observer(), heard.sender(), false), heard);
        }
    }

    private boolean ended(Map.Entry<Key, Trace.Event> entry, Trace.Member observer) {
        boolean ended = entry.getKey().observer().equals(observer);
        if (ended) {
            joined.add(entry.getValue());
        }
        return ended;
    }

    private void extend(Key key, Trace.Event event) {
        Trace.Event previous = open.get(key);
        if (previous == null) {
            open.put(key, event);
            return;
        }
        Optional<Trace.Event> longer = longer(previous, event);
        if (longer.isEmpty()) {
            joined.add(previous);
        }
        open.put(key, longer.orElse(event));
    }

    private static Optional<Trace.Event> longer(Trace.Event run, Trace.Event next) {
        if (run instanceof Trace.Sent(long since, _, Trace.Member sender, int first, int last)
                && next instanceof Trace.Sent sent
                && sent.first() == last + 1) {
            return Optional.of(
                    new Trace.Sent(since, sent.lastMillis(), sender, first, sent.last()));
        }
        if (run instanceof Trace.Heard before
                && next instanceof Trace.Heard heard
                && heard.first() == before.last() + 1) {
            return Optional.of(
                    new Trace.Heard(
                            before.millis(),
                            heard.lastMillis(),
                            before.observer(),
                            before.sender(),
                            before.first(),
                            heard.last()));
        }
        return Optional.empty();
    }
}
