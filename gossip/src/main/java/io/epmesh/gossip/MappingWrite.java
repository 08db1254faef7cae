package io.epmesh.gossip;

import java.util.List;

/// One write of the observed-remove map. It supersedes exactly the writes that its writer saw under
/// the key, so what it did not see stays.
sealed interface MappingWrite {
    Dot dot();

    Key key();

    /// The writes that this one ends.
    List<Dot> superseded();

    /// Puts a value under the key.
    ///
    /// @param wallMillis since 1970 on the writer's clock: only decides between concurrent puts
    record Put(Dot dot, long wallMillis, Key key, Bytes value, List<Dot> superseded)
            implements MappingWrite {
        public Put {
            superseded = List.copyOf(superseded);
        }
    }

    /// Takes away what its writer saw under the key.
    record Remove(Dot dot, Key key, List<Dot> superseded) implements MappingWrite {
        public Remove {
            superseded = List.copyOf(superseded);
        }
    }
}
