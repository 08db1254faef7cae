package io.epmesh.node.naming;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/// What somebody who watches names is told next: all that match, and then what changes among them.
/// It holds what the watcher knows, and nothing is queued for it. One thread.
public final class NameWatch {
    private final Optional<Glob> glob;

    /// What the watcher knows when it has been told all that is on its way to it.
    private Optional<NameVersion> known;

    /// Whether its first batch is still to come, which it gets in any case.
    private boolean isNew = true;

    /// Begins one.
    ///
    /// @param glob which names; empty: all
    /// @param since what is known already, by an earlier watch of the same names
    public NameWatch(Optional<Glob> glob, Optional<NameVersion> since) {
        this.glob = glob;
        this.known = since;
    }

    /// The next batch, which the watcher then knows.
    ///
    /// @param now the newest history
    /// @return its parts, at least one; nothing if all is known; the first time always something
    public Optional<Iterator<NameUpdate>> news(NameHistory now) {
        if (!isNew && known.equals(Optional.of(now.version()))) {
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
        return Optional.of(
                changed.isPresent()
                        ? NameParts.changes(changed.get(), now)
                        : NameParts.snapshot(this::matches, now));
    }

    private boolean matches(NodeName name) {
        return glob.isEmpty() || glob.get().matches(name);
    }
}
