package io.epmesh.node.session;

import io.epmesh.node.naming.Glob;
import io.epmesh.node.naming.NameHistory;
import io.epmesh.node.naming.NameVersion;
import io.epmesh.node.naming.NodeName;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The watches of one session. A watch is a version: what it is told next follows from that and
/// from the history, so nothing is queued for it. Owned by the event loop of the session.
final class Watches {
    static final int MAX = 256;

    private final Map<Long, Watch> watches = new LinkedHashMap<>();

    /// Begins a watch, about which nothing was told yet.
    ///
    /// @param request its number
    /// @throws IllegalArgumentException if there is one of that number
    void begin(long request, Optional<Glob> glob, Optional<NameVersion> since) {
        if (watches.containsKey(request)) {
            throw new IllegalArgumentException(
                    "request: %d (expected: not that of a watch)".formatted(request));
        }
        watches.put(request, new Watch(glob, since));
    }

    /// Returns whether there was one.
    boolean end(long request) {
        return watches.remove(request) != null;
    }

    boolean isEmpty() {
        return watches.isEmpty();
    }

    boolean isFull() {
        return watches.size() >= MAX;
    }

    Set<Long> requests() {
        return Set.copyOf(watches.keySet());
    }

    /// What a watch is to be told next; nothing while it is being told, or knows all.
    Optional<Iterator<Answer>> news(long request, NameHistory now) {
        Watch watch = watches.get(request);
        return watch == null ? Optional.empty() : watch.news(now);
    }

    /// The last part has gone out.
    void told(long request) {
        Watch watch = watches.get(request);
        if (watch != null) {
            watch.telling = false;
        }
    }

    private static final class Watch {
        private final Optional<Glob> glob;

        /// What the client knows when it has been told all that is on its way to it.
        private Optional<NameVersion> known;

        /// Whether its first batch is still to come, which it gets in any case.
        private boolean isNew = true;

        private boolean telling;

        Watch(Optional<Glob> glob, Optional<NameVersion> since) {
            this.glob = glob;
            this.known = since;
        }

        Optional<Iterator<Answer>> news(NameHistory now) {
            if (telling || (!isNew && known.equals(Optional.of(now.version())))) {
                return Optional.empty();
            }
            Optional<List<NodeName>> changed =
                    known.flatMap(now::changedSince)
                            .map(names -> names.stream().filter(this::matches).toList());
            known = Optional.of(now.version());
            if (!isNew && changed.isPresent() && changed.get().isEmpty()) {
                return Optional.empty();
            }
            isNew = false;
            telling = true;
            return Optional.of(
                    changed.isPresent()
                            ? WatchParts.changes(changed.get(), now)
                            : WatchParts.snapshot(this::matches, now));
        }

        private boolean matches(NodeName name) {
            return glob.isEmpty() || glob.get().matches(name);
        }
    }
}
