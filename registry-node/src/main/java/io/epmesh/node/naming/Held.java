package io.epmesh.node.naming;

import io.epmesh.gossip.Key;
import io.epmesh.gossip.PeerId;
import io.epmesh.node.naming.NodeEntry.Standing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One entry of the table, and where it comes from.
record Held(Ref ref, NodeEntry entry) {
    /// Of several entries under one full name all peers that know the same ones answer the same:
    /// living before orphaned, registrations before mappings, the older before the younger, then by
    /// id.
    static final Comparator<Held> WINNER_FIRST =
            Comparator.comparing((Held held) -> held.entry().state())
                    .thenComparing(held -> held.entry().source())
                    .thenComparing(held -> held.entry().since())
                    .thenComparing(Held::ref);

    /// A key of an owner, or of the mappings.
    record Ref(Optional<PeerId> owner, Key key) implements Comparable<Ref> {
        private static final PeerId NOBODY = new PeerId(0, 0);

        static Ref of(PeerId owner, Key key) {
            return new Ref(Optional.of(owner), key);
        }

        static Ref ofMapping(Key key) {
            return new Ref(Optional.empty(), key);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Ref ref && owner.equals(ref.owner) && key.equals(ref.key);
        }

        /// Written out as that of [PeerId] is.
        @Override
        public int hashCode() {
            return 31 * owner.hashCode() + key.hashCode();
        }

        @Override
        public int compareTo(Ref other) {
            int byOwner = owner.orElse(NOBODY).compareTo(other.owner.orElse(NOBODY));
            return byOwner != 0 ? byOwner : key.compareTo(other.key);
        }
    }

    /// The entries of one full name, the winner first, each with its standing.
    static List<Held> ranked(List<Held> held) {
        List<Held> ranked = new ArrayList<>(held.size());
        for (Held one : held.stream().sorted(WINNER_FIRST).toList()) {
            Standing standing =
                    held.size() == 1
                            ? Standing.SOLE
                            : ranked.isEmpty() ? Standing.WINNER : Standing.LOSER;
            ranked.add(new Held(one.ref(), one.entry().as(standing)));
        }
        return List.copyOf(ranked);
    }
}
