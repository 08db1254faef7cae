package io.epmesh.simulator;

import io.epmesh.gossip.Dot;
import io.epmesh.gossip.Key;
import io.epmesh.gossip.MappingWrite;
import io.epmesh.gossip.MappingWrite.Put;
import io.epmesh.gossip.Mappings;
import io.epmesh.gossip.WriterId;
import io.epmesh.gossip.Writes;
import io.epmesh.node.naming.CableOrder;
import io.epmesh.node.naming.CutEntry;
import io.epmesh.node.naming.CutTable;
import io.epmesh.node.naming.NodePair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Every order for cables that any peer has ever given, with all that the peer knew then: so what
/// holds follows from who knew what, and not from what the core says it has superseded.
final class CutOracle {
    /// How long orders last that have an end.
    static final Duration BRIEF = Duration.ofSeconds(2);

    private static final Comparator<Put> WINNER_FIRST =
            Comparator.comparingLong(Put::wallMillis).thenComparing(Put::dot).reversed();

    private final Map<Key, List<Given>> byKey = new HashMap<>();

    /// One write, and how many writes of each writer its writer knew.
    private record Given(MappingWrite write, Map<WriterId, Long> known, long at) {
        boolean knew(Dot dot) {
            return known.getOrDefault(dot.writer(), 0L) >= dot.counter()
                    || (dot.writer().equals(write.dot().writer())
                            && dot.counter() < write.dot().counter());
        }

        /// Whether it ends a put: a later order all that it knew, a sweep what it names.
        boolean ends(Put put) {
            return write instanceof Put ? knew(put.dot()) : write.superseded().contains(put.dot());
        }
    }

    void staged(Writes.Batch batch, Mappings known, long now) {
        Map<WriterId, Long> counters = Map.of();
        for (MappingWrite write : batch.writes()) {
            if (write.key().kind() == NodePair.KIND) {
                counters = counters.isEmpty() ? known.counters() : counters;
                if (write instanceof MappingWrite.Remove sweep) {
                    checkSweep(sweep, now);
                }
                byKey.computeIfAbsent(write.key(), _ -> new ArrayList<>())
                        .add(new Given(write, counters, now));
            }
        }
    }

    /// A sweep ends what is over, and what did not count beside it; no fix is so old here.
    private void checkSweep(MappingWrite.Remove sweep, long now) {
        Set<Dot> named = new HashSet<>(sweep.superseded());
        List<Given> ended =
                byKey.getOrDefault(sweep.key(), List.of()).stream()
                        .filter(given -> named.contains(given.write().dot()))
                        .toList();
        for (Given given : ended) {
            if (order((Put) given.write()).isFix()) {
                throw new Violation(Invariant.FIX_WINS, "%s is swept", given.write());
            }
        }
        boolean isOver =
                ended.stream()
                        .anyMatch(given ->
                                order((Put) given.write()).lasts().isPresent()
                                        && now - given.at() >= BRIEF.toNanos());
        if (!isOver) {
            throw new Violation(Invariant.FIX_WINS, "%s is swept, not over", ended);
        }
    }

    /// Whether a peer shows what it must, of orders for ever: where a fix is known that was given
    /// beside a cut or later, the pair is open.
    ///
    /// @param known by the peer
    void check(Object observer, Mappings known, CutTable table) {
        Map<WriterId, Long> counters = known.counters();
        byKey.forEach((key, all) -> {
            List<Given> here =
                    all.stream()
                            .filter(given ->
                                    counters.getOrDefault(given.write().dot().writer(), 0L)
                                            >= given.write().dot().counter())
                            .toList();
            NodePair pair = NodePair.of(key).orElseThrow();
            Optional<CableOrder> expected = standing(here);
            Optional<CutEntry> shown = table.at(pair);
            if (expected.isPresent() && expected.get().lasts().isPresent()) {
                return; // over, or soon
            }
            boolean isRight =
                    expected.isEmpty()
                            ? shown.isEmpty()
                            : shown.isPresent()
                                    && shown.get().lowToHigh().equals(expected.get().lowToHigh())
                                    && shown.get().highToLow().equals(expected.get().highToLow());
            if (!isRight) {
                throw new Violation(
                        Invariant.FIX_WINS,
                        "%s shows %s for %s (expected: %s)",
                        observer,
                        shown,
                        pair,
                        expected);
            }
        });
    }

    /// What counts of what was given; nothing: open.
    private static Optional<CableOrder> standing(List<Given> all) {
        List<Put> standing = new ArrayList<>();
        for (Given given : all) {
            if (given.write() instanceof Put put
                    && all.stream().noneMatch(other -> other.ends(put))) {
                standing.add(put);
            }
        }
        boolean isFixed = standing.stream().anyMatch(put -> order(put).isFix());
        return isFixed
                ? Optional.empty()
                : standing.stream().min(WINNER_FIRST).map(CutOracle::order);
    }

    private static CableOrder order(Put put) {
        return CableOrder.decode(put.value()).orElseThrow();
    }
}
