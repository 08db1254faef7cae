package io.epmesh.gossip;

import java.util.List;

/// One write of the observed-remove map. It supersedes exactly the writes that its writer saw under
/// the key, so what it did not see stays.
public sealed interface MappingWrite {
    /// {@return which write it is}
    Dot dot();

    /// {@return of the mapping}
    Key key();

    /// {@return the writes that this one ends}
    List<Dot> superseded();

    /// Puts a value under the key.
    ///
    /// @param dot which write it is
    /// @param wallMillis since 1970 on the writer's clock: only decides between concurrent puts
    /// @param key of the mapping
    /// @param value what is put
    /// @param superseded what the writer saw under the key
    record Put(Dot dot, long wallMillis, Key key, Bytes value, List<Dot> superseded)
            implements MappingWrite {
        /// Copies `superseded`.
        public Put {
            superseded = List.copyOf(superseded);
        }
    }

    /// Takes away what its writer saw under the key.
    ///
    /// @param dot which write it is
    /// @param key of the mapping
    /// @param superseded what the writer saw under the key
    record Remove(Dot dot, Key key, List<Dot> superseded) implements MappingWrite {
        /// Copies `superseded`.
        public Remove {
            superseded = List.copyOf(superseded);
        }
    }
}
