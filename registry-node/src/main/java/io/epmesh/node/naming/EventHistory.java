package io.epmesh.node.naming;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.pcollections.TreePMap;

/// The newest events that one peer has seen since it started. Immutable; any thread. It is not
/// replicated: each peer tells what it saw itself, when it saw it.
public final class EventHistory {
    /// Most events that are remembered: some hundred bytes each.
    public static final int REMEMBERED = 4_096;

    /// Events of one kind that come of one change; of the rest one event tells how many they are,
    /// so that a host with ten thousand nodes does not wash everything else away.
    public static final int OF_ONE_KIND = 50;

    private final EventId last;

    /// Invariant: the keys are successive, up to the number of the last.
    private final TreePMap<Long, Event> events;

    private EventHistory(EventId last, TreePMap<Long, Event> events) {
        this.last = last;
        this.events = events;
    }

    /// {@return a history of nothing}
    ///
    /// @param run tells it from all others
    public static EventHistory begin(int run) {
        return new EventHistory(new EventId(run, 0), TreePMap.empty());
    }

    /// {@return the history with one change more}
    ///
    /// @param at when it was seen
    /// @param drafts what has come of it
    public EventHistory next(Instant at, List<Event.Draft> drafts) {
        TreePMap<Long, Event> kept = events;
        long number = last.number();
        for (Event.Draft draft : bounded(drafts)) {
            EventId id = new EventId(last.run(), ++number);
            kept = kept.plus(number, new Event(id, at, draft.kind().toString(), draft.fields()));
            if (kept.size() > REMEMBERED) {
                kept = kept.minusFirstEntry();
            }
        }
        return new EventHistory(new EventId(last.run(), number), kept);
    }

    private static List<Event.Draft> bounded(List<Event.Draft> drafts) {
        if (drafts.size() <= OF_ONE_KIND) {
            return drafts;
        }
        List<Event.Draft> told = new ArrayList<>();
        Map<Event.Kind, Integer> counts = new EnumMap<>(Event.Kind.class);
        for (Event.Draft draft : drafts) {
            if (counts.merge(draft.kind(), 1, Integer::sum) <= OF_ONE_KIND) {
                told.add(draft);
            }
        }
        counts.forEach((kind, count) -> {
            if (count > OF_ONE_KIND) {
                told.add(Event.Draft.of(kind).with("more", count - OF_ONE_KIND));
            }
        });
        return told;
    }

    /// {@return the newest event's id}
    public EventId last() {
        return last;
    }

    /// The events behind one, oldest first.
    ///
    /// @param known the last one that the asker knows; of another run, or forgotten, or empty: all
    ///   that are remembered
    /// @return the events
    public List<Event> after(Optional<EventId> known) {
        long from =
                known.filter(id -> id.run() == last.run() && id.number() <= last.number())
                        .map(EventId::number)
                        .orElse(0L);
        return from == last.number()
                ? List.of()
                : List.copyOf(events.tailMap(from, false).values());
    }
}
