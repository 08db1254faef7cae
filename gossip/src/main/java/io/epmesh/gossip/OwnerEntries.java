package io.epmesh.gossip;

import java.util.Collection;
import java.util.Map;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/// The entries of one owner, and how much they are. Immutable; any thread.
///
/// @param byKey the entries
/// @param bytes of all keys' names and values
public record OwnerEntries(PMap<Key, Bytes> byKey, long bytes) {
    /// No entries.
    public static final OwnerEntries EMPTY = new OwnerEntries(HashTreePMap.<Key, Bytes>empty(), 0);

    /// {@return the same entries, counted}
    ///
    /// @param entries of an owner
    public static OwnerEntries of(Map<Key, Bytes> entries) {
        return new OwnerEntries(HashTreePMap.from(entries), bytes(entries));
    }

    static long bytes(Map<Key, Bytes> entries) {
        long bytes = 0;
        for (Map.Entry<Key, Bytes> entry : entries.entrySet()) {
            bytes += size(entry.getKey(), entry.getValue());
        }
        return bytes;
    }

    /// {@return the entries with one more, or in place of the one under its key}
    ///
    /// @param key any
    /// @param value any
    public OwnerEntries plus(Key key, Bytes value) {
        OwnerEntries without = minus(key);
        return new OwnerEntries(without.byKey.plus(key, value), without.bytes + size(key, value));
    }

    /// {@return the entries without the one under a key, if there is one}
    ///
    /// @param key any
    public OwnerEntries minus(Key key) {
        Bytes value = byKey.get(key);
        return value == null ? this : new OwnerEntries(byKey.minus(key), bytes - size(key, value));
    }

    OwnerEntries with(Map<Key, Bytes> puts, Collection<Key> removed) {
        OwnerEntries after = this;
        for (Map.Entry<Key, Bytes> put : puts.entrySet()) {
            after = after.plus(put.getKey(), put.getValue());
        }
        for (Key key : removed) {
            after = after.minus(key);
        }
        return after;
    }

    /// {@return whether other peers show them: else they show none of this owner's}
    public boolean areWithinLimits() {
        return byKey.size() <= Limits.OWNER_ENTRIES && bytes <= Limits.OWNER_BYTES;
    }

    private static int size(Key key, Bytes value) {
        return key.name().length() + value.length();
    }
}
