package io.epmesh.gossip;

import io.epmesh.gossip.Message.WriterState;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The mappings as this peer holds them now, and what it has taken in that the journal does not
/// hold yet. Owned by the gossip thread.
final class MappingReplica {
    private final Set<Key> changed;
    private final List<Bytes> taken = new ArrayList<>();
    private Mappings mappings;

    /// @param changed where keys that look different are noted
    MappingReplica(Mappings restored, Set<Key> changed) {
        this.mappings = restored;
        this.changed = changed;
    }

    Mappings now() {
        return mappings;
    }

    /// Applies this peer's own writes, which the journal holds.
    void apply(List<MappingWrite> durable) {
        for (MappingWrite write : durable) {
            mappings = mappings.apply(write, changed);
        }
    }

    /// Takes in writes from elsewhere; whether writes before them are missing.
    boolean take(List<MappingWrite> received) {
        List<MappingWrite> applied = new ArrayList<>();
        boolean gap = false;
        for (MappingWrite write : received) {
            switch (mappings.arrival(write)) {
                case APPLIED -> {
                    mappings = mappings.apply(write, changed);
                    applied.add(write);
                }
                case KNOWN -> {}
                case GAP -> gap = true;
            }
        }
        if (!applied.isEmpty()) {
            taken.add(Bytes.wrap(JournalCodec.writes(applied)));
        }
        return gap;
    }

    /// Takes in what another peer held.
    void merge(List<WriterState> states) {
        long before = mappings.fingerprint();
        mappings = mappings.merge(states, changed);
        if (mappings.fingerprint() != before) {
            taken.add(Bytes.wrap(JournalCodec.states(states)));
        }
    }

    /// Records for the journal, in the order in which they were taken in: a write may follow a
    /// state, and is of no use in front of it.
    List<Bytes> drainTaken() {
        List<Bytes> drained = List.copyOf(taken);
        taken.clear();
        return drained;
    }
}
