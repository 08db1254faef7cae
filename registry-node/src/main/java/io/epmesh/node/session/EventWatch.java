package io.epmesh.node.session;

import io.epmesh.node.naming.Event;
import io.epmesh.node.naming.EventHistory;
import io.epmesh.node.naming.EventId;
import io.epmesh.node.naming.Mesh;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/// Watches events: those that are remembered, or those behind a known one, and then each that
/// comes.
final class EventWatch implements Watches.Watch {
    /// An event takes some hundred bytes, and never more than a few KiB.
    private static final int PER_PART = 100;

    private Optional<EventId> known;
    private boolean isNew = true;

    EventWatch(Optional<EventId> since) {
        this.known = since;
    }

    @Override
    public Optional<Iterator<Answer>> news(Mesh mesh) {
        EventHistory now = mesh.events();
        if (!isNew && known.equals(Optional.of(now.last()))) {
            return Optional.empty();
        }
        isNew = false;
        List<Event> news = now.after(known);
        known = Optional.of(now.last());
        return Optional.of(parts(news));
    }

    static Iterator<Answer> parts(List<Event> events) {
        return new Parts<>(events, _ -> true, PER_PART, Answer.Events::new);
    }
}
