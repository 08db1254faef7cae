package io.epmesh.node.naming;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What holds for cables, as one peer sees it at one moment. Immutable; any thread.
///
/// ```
/// byPair   the orders by their two patterns, found by the patterns that fit a node: its name,
///          and each of `globs` that matches it
/// ```
public final class CutTable {
    /// Nothing is ordered.
    public static final CutTable EMPTY = new CutTable(List.of());

    private final List<CutEntry> entries;
    private final Map<NodePair, CutEntry> byPair = new HashMap<>();

    /// Patterns of the orders that more than one node may fit, each once.
    private final List<NodePattern> globs;

    /// The table of some orders.
    ///
    /// @param entries of each pair at the most one
    public CutTable(List<CutEntry> entries) {
        this.entries = entries.stream().sorted((a, b) -> a.pair().compareTo(b.pair())).toList();
        this.entries.forEach(entry -> byPair.put(entry.pair(), entry));
        this.globs =
                entries.stream()
                        .map(CutEntry::pair)
                        .flatMap(pair -> List.of(pair.low(), pair.high()).stream())
                        .filter(pattern -> !pattern.isName())
                        .distinct()
                        .toList();
    }

    /// {@return what is not open, in the order of the pairs}
    public List<CutEntry> entries() {
        return entries;
    }

    /// {@return what is ordered for exactly this pair}
    ///
    /// @param pair any
    public Optional<CutEntry> at(NodePair pair) {
        return Optional.ofNullable(byPair.get(pair));
    }

    /// What becomes of what one node sends to another: of all orders for cables between the two the
    /// most severe counts.
    ///
    /// @param from who sends
    /// @param to to whom
    /// @return the effect
    public Effect effect(NodeName from, NodeName to) {
        Effect effect = Effect.open();
        if (entries.isEmpty()) {
            return effect;
        }
        List<NodePattern> receivers = patterns(to);
        for (NodePattern sender : patterns(from)) {
            for (NodePattern receiver : receivers) {
                CutEntry entry = byPair.get(NodePair.of(sender, receiver));
                if (entry != null) {
                    effect = effect.or(of(entry, sender, receiver));
                }
            }
        }
        return effect;
    }

    private static Effect of(CutEntry entry, NodePattern sender, NodePattern receiver) {
        return sender.compareTo(receiver) <= 0 ? entry.lowToHigh() : entry.highToLow();
    }

    private List<NodePattern> patterns(NodeName node) {
        List<NodePattern> patterns = new ArrayList<>();
        patterns.add(NodePattern.of(node));
        globs.stream().filter(glob -> glob.matches(node)).forEach(patterns::add);
        return patterns;
    }

    /// Whether cables are treated alike by another table; how long that lasts may differ.
    ///
    /// @param other table
    /// @return whether they are
    public boolean treatsAlike(CutTable other) {
        return rules().equals(other.rules());
    }

    private List<List<Object>> rules() {
        return entries.stream()
                .map(entry -> List.<Object>of(entry.pair(), entry.lowToHigh(), entry.highToLow()))
                .toList();
    }
}
