package io.epmesh.node;

import io.epmesh.node.naming.Event;
import io.epmesh.node.naming.EventHistory;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What has changed, from all who see changes: keeps the newest, logs each, and tells those who
/// follow. Any thread.
final class EventLog {
    /// The name is what a line of the log shows as its source.
    private static final Logger LOG = System.getLogger("io.epmesh.node.events");

    private static final Map<String, Level> LEVELS =
            Stream.of(Event.Kind.values())
                    .collect(Collectors.toUnmodifiableMap(Event.Kind::toString, Event.Kind::level));

    private final AtomicReference<EventHistory> history;
    private final List<Runnable> followers = new CopyOnWriteArrayList<>();

    /// @param run tells this history from all others
    EventLog(int run) {
        this.history = new AtomicReference<>(EventHistory.begin(run));
    }

    EventHistory history() {
        return history.get();
    }

    /// As [io.epmesh.node.naming.Mesh#onChange], on any thread that adds.
    Runnable onChange(Runnable changed) {
        followers.add(changed);
        return () -> followers.remove(changed);
    }

    /// Takes what one change has brought.
    void add(List<Event.Draft> drafts) {
        if (drafts.isEmpty()) {
            return;
        }
        Instant at = Instant.now();
        EventHistory before;
        EventHistory after;
        do {
            before = history.get();
            after = before.next(at, drafts);
        } while (!history.compareAndSet(before, after));
        after.after(Optional.of(before.last())).forEach(EventLog::log);
        followers.forEach(Runnable::run);
    }

    private static void log(Event event) {
        LOG.log(LEVELS.getOrDefault(event.kind(), Level.INFO), "{0}", event);
    }
}
