package io.epmesh.epmd;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Names that were registered once, for DUMP and for their creations; owned by the event loop.
///
/// It is bounded, so names are forgotten. What is kept for ever is the highest counter among the
/// forgotten: a name that comes back unknown starts above it, so that its creation never repeats.
final class FreedNames {
    /// The C program remembers 1,001.
    private static final int CAPACITY = 4096;

    private final Cache<NodeName, FreedName> names;

    /// Invariant: at least the counter of every name that was evicted.
    private long highestForgotten;

    FreedNames() {
        names =
                Caffeine.newBuilder()
                        .maximumSize(CAPACITY)
                        .executor(Runnable::run)
                        .evictionListener(this::evicted)
                        .build();
    }

    private void evicted(@Nullable NodeName name, @Nullable FreedName freed, RemovalCause cause) {
        if (freed != null) {
            highestForgotten = Math.max(highestForgotten, freed.counter());
        }
    }

    void remember(FreedName freed) {
        names.put(freed.name(), freed);
    }

    /// Takes a name out, since it is registered again.
    Optional<FreedName> recall(NodeName name) {
        return Optional.ofNullable(names.asMap().remove(name));
    }

    /// At least the counter of every forgotten name, 32 bits.
    long highestForgotten() {
        return highestForgotten;
    }

    /// The remembered names, the last registered first.
    List<FreedName> list() {
        return names.asMap().values().stream()
                .sorted(Comparator.comparingLong(FreedName::id).reversed())
                .toList();
    }
}
