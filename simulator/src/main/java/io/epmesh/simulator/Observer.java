package io.epmesh.simulator;

import static java.util.Objects.requireNonNull;

import io.epmesh.gossip.Changes;
import io.epmesh.gossip.Dot;
import io.epmesh.gossip.Key;
import io.epmesh.gossip.Mapping;
import io.epmesh.gossip.Mapping.Candidate;
import io.epmesh.gossip.MappingChange;
import io.epmesh.gossip.MappingWrite;
import io.epmesh.gossip.MappingWrite.Put;
import io.epmesh.gossip.Mappings;
import io.epmesh.gossip.PeerId;
import io.epmesh.gossip.Publication;
import io.epmesh.gossip.Snapshot;
import io.epmesh.gossip.Snapshot.OwnerView;
import io.epmesh.gossip.Snapshot.Phase;
import io.epmesh.gossip.WriterId;
import io.epmesh.node.naming.CutBook;
import io.epmesh.node.naming.CutTable;
import io.epmesh.node.naming.NameTable;
import io.epmesh.node.naming.NodeEntry;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;

/// What one run of a peer shows, held at each step against what it can only show, knowing what it
/// knows: that is worked out here from the list of all writes, not from states.
final class Observer {
    private static final Comparator<Put> WINNER_FIRST =
            Comparator.comparingLong(Put::wallMillis).thenComparing(Put::dot).reversed();

    /// The table of names is made anew for comparison after each so many publications.
    private static final int TABLE_EVERY = 32;

    private final Object name;
    private final WriteOracle writes;
    private final OwnerOracle owners;
    private Mappings known = Mappings.EMPTY;
    private Map<WriterId, Long> counters = Map.of();

    /// Put and not superseded by anything known, by key.
    private final Map<Key, Set<Put>> standing = new HashMap<>();

    private final Set<Dot> superseded = new HashSet<>();
    private final Set<Key> touched = new HashSet<>();
    private final Supplier<CutBook.Time> clock;
    private final CutBook cuts = new CutBook();
    private Snapshot shown;
    private NameTable table;
    private final boolean isWatched;
    private int published;

    /// @param clock the peer's
    Observer(
            Object name,
            PeerId self,
            WriteOracle writes,
            OwnerOracle owners,
            Supplier<CutBook.Time> clock,
            boolean isWatched) {
        this.clock = clock;
        this.isWatched = isWatched;
        this.name = name;
        this.writes = writes;
        this.owners = owners;
        this.shown = new Snapshot(self, HashTreePMap.empty(), HashTreePMap.empty());
        this.table = NameTable.empty(self);
    }

    Snapshot shown() {
        return shown;
    }

    NameTable table() {
        return table;
    }

    /// What holds for cables.
    CutTable cuts() {
        return cuts.table(clock.get());
    }

    /// What a sweep by this peer does.
    List<MappingChange> staleCuts() {
        return cuts.stale(clock.get());
    }

    void published(Publication publication) {
        Snapshot before = shown;
        shown = publication.snapshot();
        if (!isWatched) {
            return;
        }
        Changes changes = publication.changes();
        Set<PeerId> changed = new HashSet<>(changes.owners());
        changed.addAll(changes.entries().keySet());
        for (PeerId owner : changed) {
            compare(before.owners().get(owner), requireNonNull(shown.owners().get(owner)));
        }
        touched.addAll(changes.mappings());
        cuts.take(shown, changes.mappings(), clock.get());
        table = table.next(shown, changes);
        if (++published % TABLE_EVERY == 0) {
            checkTable();
        }
    }

    /// After each step.
    void checkMappings(Mappings now) {
        if (now != known) {
            learn(now.counters());
            known = now;
        }
        for (Key key : touched) {
            check(key);
        }
        touched.clear();
    }

    void checkTable() {
        Changes all = new Changes(Map.of(), shown.owners().keySet(), shown.mappings().keySet());
        NameTable anew = NameTable.empty(shown.self()).next(shown, all);
        if (!anew.entries().equals(table.entries())
                || !anew.entriesHere().equals(table.entriesHere())) {
            throw new Violation(
                    Invariant.LOOKUPS_PURE,
                    "%s answers %s more and %s less than when asked anew, here %s and %s",
                    name,
                    less(table.entries(), anew.entries()),
                    less(anew.entries(), table.entries()),
                    less(table.entriesHere(), anew.entriesHere()),
                    less(anew.entriesHere(), table.entriesHere()));
        }
    }

    private static List<NodeEntry> less(List<NodeEntry> all, List<NodeEntry> others) {
        return all.stream().filter(entry -> !others.contains(entry)).toList();
    }

    private void compare(@Nullable OwnerView before, OwnerView now) {
        boolean wasLiving = before != null && before.phase() == Phase.LIVING;
        if (before != null
                && (now.stamp().compareTo(before.stamp()) < 0
                        || (!now.id().equals(shown.self())
                                && now.beat().compareTo(before.beat()) < 0))) {
            throw new Violation(
                    Invariant.MONOTONIC,
                    "%s shows %s at %s, %s after %s, %s",
                    name,
                    now.id(),
                    now.stamp(),
                    now.beat(),
                    before.stamp(),
                    before.beat());
        }
        if (now.id().equals(shown.self())) {
            owners.published(now);
            return;
        }
        owners.checkEntries(now, name);
        if (!wasLiving && now.phase() == Phase.LIVING) {
            owners.checkRevived(now, name);
        }
    }

    private void learn(Map<WriterId, Long> now) {
        counters.forEach((writer, counter) -> {
            if (now.getOrDefault(writer, 0L) < counter) {
                throw new Violation(
                        Invariant.MONOTONIC,
                        "%s knows %d writes of %s after %d",
                        name,
                        now.getOrDefault(writer, 0L),
                        writer,
                        counter);
            }
        });
        now.forEach((writer, counter) -> {
            for (long i = counters.getOrDefault(writer, 0L) + 1; i <= counter; i++) {
                learn(writes.sent(new Dot(writer, i)));
            }
        });
        counters = now;
    }

    private void learn(MappingWrite write) {
        touched.add(write.key());
        superseded.addAll(write.superseded());
        Set<Put> puts = standing.computeIfAbsent(write.key(), _ -> new HashSet<>());
        puts.removeIf(put -> superseded.contains(put.dot()));
        if (write instanceof Put put && !superseded.contains(put.dot())) {
            puts.add(put);
        }
    }

    private void check(Key key) {
        List<Candidate> expected =
                standing.getOrDefault(key, Set.of()).stream()
                        .sorted(WINNER_FIRST)
                        .map(put -> new Candidate(put.dot(), put.wallMillis(), put.value()))
                        .toList();
        Mapping mapping = shown.mappings().get(key);
        List<Candidate> candidates = mapping == null ? List.of() : mapping.candidates();
        if (!candidates.equals(expected)) {
            throw new Violation(
                    Invariant.MAPPINGS_EXACT,
                    "%s shows %s (expected: %s)",
                    name,
                    candidates,
                    expected);
        }
    }
}
