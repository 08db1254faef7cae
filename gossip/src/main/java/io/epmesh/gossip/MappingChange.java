package io.epmesh.gossip;

import java.util.Optional;
import java.util.Set;

/// What a local write does to one key. Each supersedes what its writer saw under the key, but for
/// [#end], which names what it supersedes.
///
/// @param key of the mapping
/// @param value what to put; none removes
/// @param only the writes that a removal is meant for; none: whatever is there
public record MappingChange(Key key, Optional<Bytes> value, Optional<Set<Dot>> only) {
    /// Copies `only`.
    public MappingChange {
        only = only.map(Set::copyOf);
    }

    /// {@return a put}
    ///
    /// @param key of the mapping
    /// @param value at most [Limits#VALUE_BYTES]
    public static MappingChange put(Key key, Bytes value) {
        return new MappingChange(key, Optional.of(value), Optional.empty());
    }

    /// {@return a removal of all that is there}
    ///
    /// @param key of the mapping
    public static MappingChange remove(Key key) {
        return new MappingChange(key, Optional.empty(), Optional.empty());
    }

    /// Removes writes that are known to be over; another one that came in between stays.
    ///
    /// @param key of the mapping
    /// @param dots the writes
    /// @return the removal
    public static MappingChange end(Key key, Set<Dot> dots) {
        return new MappingChange(key, Optional.empty(), Optional.of(dots));
    }

    /// Of its key's name and value.
    int bytes() {
        return key.name().length() + value.map(Bytes::length).orElse(0);
    }
}
