package io.epmesh.gossip;

import io.epmesh.gossip.Message.OwnerDelta;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/// The entries that this peer owns, and its last changes of them. Owned by the gossip thread.
final class OwnEntries {
    private final long incarnation;
    private final Deque<OwnerDelta> deltas = new ArrayDeque<>();
    private PMap<Key, Bytes> entries = HashTreePMap.empty();
    private long bytes; // of the above
    private long version = 1;

    OwnEntries(long incarnation) {
        if (incarnation < 1) {
            throw new IllegalArgumentException(
                    "incarnation: %d (expected: >= 1)".formatted(incarnation));
        }
        this.incarnation = incarnation;
    }

    Stamp stamp() {
        return new Stamp(incarnation, version);
    }

    PMap<Key, Bytes> entries() {
        return entries;
    }

    /// Of the entries.
    long bytes() {
        return bytes;
    }

    /// Makes `wanted` the entries; the change to be told to everybody, if there is one.
    Optional<OwnerDelta> update(PMap<Key, Bytes> wanted) {
        Map<Key, Bytes> puts = new HashMap<>();
        wanted.forEach((key, value) -> {
            if (!value.equals(entries.get(key))) {
                puts.put(key, value);
            }
        });
        List<Key> removed = new ArrayList<>();
        for (Key key : entries.keySet()) {
            if (!wanted.containsKey(key)) {
                removed.add(key);
            }
        }
        if (version == Stamp.LEFT || (puts.isEmpty() && removed.isEmpty())) {
            return Optional.empty();
        }
        OwnerDelta delta = new OwnerDelta(incarnation, version, version + 1, puts, removed);
        bytes = OwnerEntries.bytes(wanted);
        entries = wanted;
        version++;
        deltas.addLast(delta);
        if (deltas.size() > Limits.DELTAS) {
            deltas.removeFirst();
        }
        return Optional.of(delta);
    }

    /// Ends this incarnation: no entries, and no change after this.
    void leave() {
        entries = HashTreePMap.empty();
        bytes = 0;
        version = Stamp.LEFT;
        deltas.clear();
    }

    /// All changes from the version that somebody holds to the newest, if they are still known.
    Optional<OwnerDelta> since(Stamp held) {
        if (held.incarnation() != incarnation
                || deltas.isEmpty()
                || held.version() < deltas.getFirst().base()
                || held.version() >= version) {
            return Optional.empty();
        }
        Set<Key> touched = new HashSet<>();
        for (OwnerDelta delta : deltas) {
            if (delta.version() > held.version()) {
                touched.addAll(delta.puts().keySet());
                touched.addAll(delta.removed());
            }
        }
        Map<Key, Bytes> puts = new HashMap<>();
        List<Key> removed = new ArrayList<>();
        for (Key key : touched) {
            Bytes value = entries.get(key);
            if (value == null) {
                removed.add(key);
            } else {
                puts.put(key, value);
            }
        }
        return Optional.of(new OwnerDelta(incarnation, held.version(), version, puts, removed));
    }
}
