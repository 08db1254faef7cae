package io.epmesh.node.naming;

import io.epmesh.gossip.MappingChange;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What a wish to fix the cables between two islands comes to.
public sealed interface CutFix {
    /// They can be fixed.
    ///
    /// @param pairs that are to be opened: those named, and all cut ones within them
    record Whole(Set<NodePair> pairs) implements CutFix {
        /// {@return the write that does it}
        ///
        /// @param writer canonical host of the peer that writes
        public List<MappingChange> changes(String writer) {
            return pairs.stream()
                    .map(pair -> MappingChange.put(pair.key(), CableOrder.fix(writer).encode()))
                    .toList();
        }
    }

    /// They are a part only of what was cut.
    ///
    /// @param cuts of which they are a part
    record Partial(List<CutEntry> cuts) implements CutFix {}

    /// Finds out what a fix comes to. What is not cut here is opened all the same: it may be cut
    /// where this peer does not see it yet.
    ///
    /// @param islands between whom
    /// @param table what holds
    /// @return the outcome
    static CutFix of(Islands islands, CutTable table) {
        List<NodePair> named = islands.pairs();
        Set<NodePair> whole = new TreeSet<>(named);
        List<CutEntry> partial =
                table.entries().stream()
                        .filter(cut -> {
                            boolean isWithin =
                                    named.stream().anyMatch(pair -> pair.covers(cut.pair()));
                            if (isWithin) {
                                whole.add(cut.pair());
                            }
                            return !isWithin
                                    && named.stream().anyMatch(pair -> pair.overlaps(cut.pair()));
                        })
                        .toList();
        return partial.isEmpty() ? new Whole(whole) : new Partial(partial);
    }

    /// {@return the fix of all that is cut}
    ///
    /// @param table what holds
    static Whole all(CutTable table) {
        Set<NodePair> pairs = new TreeSet<>();
        table.entries().forEach(cut -> pairs.add(cut.pair()));
        return new Whole(pairs);
    }
}
