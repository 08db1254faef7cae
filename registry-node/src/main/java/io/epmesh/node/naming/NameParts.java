package io.epmesh.node.naming;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Predicate;

/// Cuts one batch of a watch into parts that fit into a frame by far, with a bounded number of
/// names looked at for each, so that the event loop serves others in between.
///
/// @param <T> what is looked at: entries, or names
final class NameParts<T> implements Iterator<NameUpdate> {
    private static final int MAX_NAMES = 100;
    private static final int MAX_LOOKS = 2_000;

    private final NameUpdate.Kind kind;
    private final NameHistory now;
    private final Iterator<T> rest;
    private final Look<T> look;
    private boolean ended;

    private interface Look<T> {
        void at(T each, List<NodeEntry> nodes, List<NodeName> gone);
    }

    private NameParts(NameUpdate.Kind kind, NameHistory now, Iterator<T> rest, Look<T> look) {
        this.kind = kind;
        this.now = now;
        this.rest = rest;
        this.look = look;
    }

    /// All that match.
    static Iterator<NameUpdate> snapshot(Predicate<NodeName> wanted, NameHistory now) {
        return new NameParts<>(
                NameUpdate.Kind.SNAPSHOT,
                now,
                now.winners(),
                (entry, nodes, _) -> {
                    if (wanted.test(entry.node())) {
                        nodes.add(entry);
                    }
                });
    }

    /// These names as they are answered now.
    static Iterator<NameUpdate> changes(List<NodeName> names, NameHistory now) {
        return new NameParts<>(
                NameUpdate.Kind.CHANGES,
                now,
                names.iterator(),
                (name, nodes, gone) -> {
                    Optional<NodeEntry> entry = now.winner(name);
                    if (entry.isPresent()) {
                        nodes.add(entry.get());
                    } else {
                        gone.add(name);
                    }
                });
    }

    @Override
    public boolean hasNext() {
        return !ended;
    }

    @Override
    public NameUpdate next() {
        if (ended) {
            throw new NoSuchElementException();
        }
        List<NodeEntry> nodes = new ArrayList<>();
        List<NodeName> gone = new ArrayList<>();
        for (int looks = 0;
                looks < MAX_LOOKS && rest.hasNext() && nodes.size() + gone.size() < MAX_NAMES;
                looks++) {
            look.at(rest.next(), nodes, gone);
        }
        ended = !rest.hasNext();
        return new NameUpdate(kind, !ended, now.version(), nodes, gone);
    }
}
