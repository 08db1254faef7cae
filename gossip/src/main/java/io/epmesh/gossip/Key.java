package io.epmesh.gossip;

import org.jspecify.annotations.Nullable;

/// What a value is stored under. The kind says what the value's bytes mean; this module carries
/// kinds that it does not know like any other.
///
/// @param kind 0..65,535, given out by the users of this module, never reused
/// @param name at most [Limits#KEY_BYTES] bytes
public record Key(int kind, Bytes name) implements Comparable<Key> {
    /// Checks the ranges.
    public Key {
        if (kind < 0 || kind > 0xffff) {
            throw new IllegalArgumentException("kind: %d (expected: 0..65535)".formatted(kind));
        }
        if (name.length() > Limits.KEY_BYTES) {
            throw new IllegalArgumentException(
                    "key name: %d bytes (expected: <= %d)"
                            .formatted(name.length(), Limits.KEY_BYTES));
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Key key && kind == key.kind && name.equals(key.name);
    }

    /// Written out as that of [PeerId] is.
    @Override
    public int hashCode() {
        return 31 * kind + name.hashCode();
    }

    @Override
    public int compareTo(Key other) {
        int byKind = Integer.compare(kind, other.kind);
        return byKind != 0 ? byKind : name.compareTo(other.name);
    }
}
