package io.epmesh.node.naming;

import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.pcollections.TreePMap;

/// The newest table of names, and which names were answered differently before. Immutable; any
/// thread.
///
/// It remembers names, not what they were: whoever knows an old version looks up today's answers of
/// the names that have changed since. So it costs nothing per watcher, and a slow one's changes
/// replace each other by themselves.
public final class NameHistory {
    /// Most names that are remembered. An owner may have 65,536; who was away while more changed
    /// than this needs the whole anyway.
    static final int REMEMBERED = 20_000;

    private final NameTable table;
    private final NameVersion version;

    /// What each version changed. Invariant: its keys are successive numbers up to the version's,
    /// its values hold `remembered` names, at most [#REMEMBERED].
    private final TreePMap<Long, List<NodeName>> changes;

    private final int remembered;

    private NameHistory(
            NameTable table,
            NameVersion version,
            TreePMap<Long, List<NodeName>> changes,
            int remembered) {
        this.table = table;
        this.version = version;
        this.changes = changes;
        this.remembered = remembered;
    }

    /// {@return a history that begins}
    ///
    /// @param run tells it from all others
    /// @param table its first table
    public static NameHistory begin(long run, NameTable table) {
        return new NameHistory(table, new NameVersion(run, 0), TreePMap.empty(), 0);
    }

    /// {@return the history with one more table}
    ///
    /// @param newer made by [NameTable#next] of this one's
    public NameHistory next(NameTable newer) {
        List<NodeName> changed = newer.changed();
        if (changed.isEmpty()) {
            return new NameHistory(newer, version, changes, remembered);
        }
        long number = version.number() + 1;
        TreePMap<Long, List<NodeName>> kept = changes.plus(number, changed);
        int names = remembered + changed.size();
        while (names > REMEMBERED) {
            names -= kept.firstEntry().getValue().size();
            kept = kept.minusFirstEntry();
        }
        return new NameHistory(newer, new NameVersion(version.run(), number), kept, names);
    }

    /// {@return the newest table}
    public NameTable table() {
        return table;
    }

    /// {@return the version of the newest table}
    public NameVersion version() {
        return version;
    }

    /// The names whose answers may differ from those of an older version.
    ///
    /// @param older any
    /// @return the names; nothing where that is not known
    public Optional<Set<NodeName>> changedSince(NameVersion older) {
        long oldest = version.number() - changes.size();
        if (older.run() != version.run()
                || older.number() < oldest
                || older.number() > version.number()) {
            return Optional.empty();
        }
        Set<NodeName> names = new HashSet<>();
        changes.tailMap(older.number(), false).values().forEach(names::addAll);
        return Optional.of(names);
    }

    /// {@return the entries that answer, each name once, in no order; made while they are taken}
    public Iterator<NodeEntry> winners() {
        return table.winners();
    }

    /// {@return the entry that answers a name}
    ///
    /// @param name full
    public Optional<NodeEntry> winner(NodeName name) {
        return table.winner(name);
    }
}
