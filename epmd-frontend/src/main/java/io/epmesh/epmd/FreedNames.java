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

    /// @param order rises with each name that is freed
    private record Remembered(FreedName freed, long order) {}

    private final Cache<NodeName, Remembered> names;
    private long lastOrder;

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

    private void evicted(@Nullable NodeName name, @Nullable Remembered old, RemovalCause cause) {
        if (old != null) {
            highestForgotten = Math.max(highestForgotten, old.freed().counter());
        }
    }

    void remember(FreedName freed) {
        names.put(freed.name(), new Remembered(freed, ++lastOrder));
    }

    /// Takes a name out, since it is registered again.
    Optional<FreedName> recall(NodeName name) {
        return Optional.ofNullable(names.asMap().remove(name)).map(Remembered::freed);
    }

    boolean remembers(NodeName name) {
        return names.asMap().containsKey(name);
    }

    /// At least the counter of every forgotten name, 32 bits.
    long highestForgotten() {
        return highestForgotten;
    }

    /// The remembered names, the first freed first, as the C program lists them.
    List<FreedName> list() {
        return names.asMap().values().stream()
                .sorted(Comparator.comparingLong(Remembered::order))
                .map(Remembered::freed)
                .toList();
    }
}
