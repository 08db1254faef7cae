package io.epmesh.node.naming;

import io.epmesh.gossip.Dot;
import io.epmesh.gossip.Key;
import io.epmesh.gossip.Mapping;
import io.epmesh.gossip.Mapping.Candidate;
import io.epmesh.gossip.MappingChange;
import io.epmesh.gossip.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// All orders for cables that a peer knows, and since when it knows each. Owned by one thread.
///
/// ```
/// remove-wins   of several orders for a pair that did not know of each other, a fix counts;
///               without one, the winner of the mapping. A later order supersedes all it saw.
/// age           of an order: since it is known here, or since it was given by the wall clock,
///               whichever is longer. In doubt a cable is open.
/// stale         what nobody needs any more: a cut that was known here for as long as it lasts, a
///               fix for a day, after which a cut from an island older than that may come back
/// ```
public final class CutBook {
    /// Pairs that the mesh may hold orders for, fixes among them; a local order beyond is refused.
    public static final int LIMIT = 10_000;

    private static final Duration FIX_KEPT = Duration.ofDays(1);

    /// By the wall clock alone an order is stale only so long after its end, and known here for so
    /// long: a clock may be wrong.
    private static final Duration WALL_GRACE = Duration.ofDays(1);

    private static final Duration KNOWN_LEAST = Duration.ofHours(1);

    private final Map<Key, Mapping> byKey = new TreeMap<>();

    /// Invariant: has exactly the dots of `byKey`.
    private final Map<Dot, Long> knownSince = new HashMap<>();

    /// A time, by both clocks.
    ///
    /// @param nanos of a monotonic clock
    /// @param wallMillis since 1970
    public record Time(long nanos, long wallMillis) {}

    /// Creates an empty book.
    public CutBook() {}

    /// Takes in what stands under some keys now.
    ///
    /// @param snapshot the newest
    /// @param keys that may have changed, of any kind
    /// @param now the time
    public void take(Snapshot snapshot, Collection<Key> keys, Time now) {
        for (Key key : keys) {
            if (key.kind() == NodePair.KIND) {
                Mapping before = byKey.remove(key);
                Mapping after = snapshot.mappings().get(key);
                if (after != null) {
                    byKey.put(key, after);
                    after.candidates().forEach(c -> knownSince.putIfAbsent(c.dot(), now.nanos()));
                }
                if (before != null) {
                    before.candidates().stream()
                            .filter(c -> after == null || !after.candidates().contains(c))
                            .forEach(c -> knownSince.remove(c.dot()));
                }
            }
        }
    }

    /// {@return for how many pairs there are orders, fixes among them}
    public int size() {
        return byKey.size();
    }

    /// Whether there is an order for a pair.
    ///
    /// @param pair any
    /// @return also if it is a fix, or over
    public boolean has(NodePair pair) {
        return byKey.containsKey(pair.key());
    }

    /// {@return what holds}
    ///
    /// @param now the time
    public CutTable table(Time now) {
        List<CutEntry> entries = new ArrayList<>();
        byKey.values()
                .forEach(mapping ->
                        NodePair.of(mapping.key())
                                .flatMap(pair -> entry(pair, mapping, now))
                                .ifPresent(entries::add));
        return new CutTable(entries);
    }

    /// {@return who has opened a pair, if that is not too long ago}
    ///
    /// @param pair any
    public Optional<CableOrder> fix(NodePair pair) {
        Mapping mapping = byKey.get(pair.key());
        return mapping == null
                ? Optional.empty()
                : mapping.candidates().stream()
                        .flatMap(candidate -> CableOrder.decode(candidate.value()).stream())
                        .filter(CableOrder::isFix)
                        .findFirst();
    }

    /// What can be removed, by any peer.
    ///
    /// @param now the time
    /// @return the changes that do it
    public List<MappingChange> stale(Time now) {
        List<MappingChange> stale = new ArrayList<>();
        for (Mapping mapping : byKey.values()) {
            List<Candidate> counting = counting(mapping);
            if (!counting.isEmpty() && counting.stream().allMatch(one -> isStale(one, now))) {
                Set<Dot> dots =
                        mapping.candidates().stream()
                                .map(Candidate::dot)
                                .collect(Collectors.toSet());
                stale.add(MappingChange.end(mapping.key(), dots));
            }
        }
        return stale;
    }

    /// The fixes, or without any the winner; nothing where something cannot be read: it is of a
    /// later version, and may be a fix.
    private static List<Candidate> counting(Mapping mapping) {
        List<Candidate> fixes = new ArrayList<>();
        for (Candidate candidate : mapping.candidates()) {
            Optional<CableOrder> order = CableOrder.decode(candidate.value());
            if (order.isEmpty()) {
                return List.of();
            }
            if (order.get().isFix()) {
                fixes.add(candidate);
            }
        }
        return fixes.isEmpty() ? List.of(mapping.winner()) : fixes;
    }

    private Optional<CutEntry> entry(NodePair pair, Mapping mapping, Time now) {
        List<Candidate> counting = counting(mapping);
        if (counting.isEmpty()) {
            return Optional.empty();
        }
        Candidate winner = counting.getFirst();
        CableOrder order = CableOrder.decode(winner.value()).orElseThrow();
        if (order.isFix()) {
            return Optional.empty();
        }
        Duration known = known(winner, now);
        Duration wallAge = wallAge(winner, now);
        Duration age = known.compareTo(wallAge) >= 0 ? known : wallAge;
        Optional<Duration> remaining = order.lasts().map(lasts -> lasts.minus(age));
        return remaining.isPresent() && !remaining.get().isPositive()
                ? Optional.empty()
                : Optional.of(
                        new CutEntry(
                                pair,
                                order.lowToHigh(),
                                order.highToLow(),
                                remaining,
                                order.writer(),
                                Instant.ofEpochMilli(winner.wallMillis())));
    }

    private boolean isStale(Candidate candidate, Time now) {
        Optional<Duration> kept =
                CableOrder.decode(candidate.value())
                        .flatMap(order -> order.isFix() ? Optional.of(FIX_KEPT) : order.lasts());
        return kept.isPresent()
                && (known(candidate, now).compareTo(kept.get()) >= 0
                        || (known(candidate, now).compareTo(KNOWN_LEAST) >= 0
                                && wallAge(candidate, now).compareTo(kept.get().plus(WALL_GRACE))
                                        >= 0));
    }

    private Duration known(Candidate candidate, Time now) {
        Long since = knownSince.get(candidate.dot());
        if (since == null) {
            throw new IllegalStateException("never seen: " + candidate);
        }
        return Duration.ofNanos(now.nanos() - since);
    }

    private static Duration wallAge(Candidate candidate, Time now) {
        return Duration.ofMillis(now.wallMillis() - candidate.wallMillis());
    }
}
