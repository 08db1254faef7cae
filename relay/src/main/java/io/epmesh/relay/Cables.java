package io.epmesh.relay;

import io.netty.channel.Channel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// All cables, and the policy that they follow. Owned by the event loop.
final class Cables {
    private final int limit;
    private final Map<Long, Cable> cables = new LinkedHashMap<>();
    private Policy policy = (_, _) -> Treatment.OPEN;
    private long lastId;
    private int sources;

    Cables(int limit) {
        this.limit = limit;
    }

    /// Counts a connection that may become a cable, or resets it where there are too many.
    ///
    /// @return whether it may go on
    boolean admit(Channel source) {
        if (Math.max(sources, cables.size()) >= limit) {
            Cable.abort(source);
            return false;
        }
        sources++;
        source.closeFuture().addListener(_ -> sources--);
        return true;
    }

    /// Makes a cable of an admitted connection, as the policy will have it.
    ///
    /// @param seek told once, when the target is to be connected
    /// @return nothing where the policy has it reset, which is done
    Optional<Cable> add(Channel sourceEnd, String source, String target, Consumer<Cable> seek) {
        return switch (policy.between(source, target)) {
            case Treatment.Reset() -> {
                Cable.abort(sourceEnd);
                yield Optional.empty();
            }
            case Treatment.Carry carry -> {
                Cable cable =
                        new Cable(
                                ++lastId,
                                source,
                                target,
                                sourceEnd,
                                carry,
                                seek,
                                ended -> cables.remove(ended.id()));
                cables.put(cable.id(), cable);
                sourceEnd.pipeline().addLast(new CableEnd(cable));
                yield Optional.of(cable);
            }
        };
    }

    void govern(Policy fresh) {
        policy = fresh;
        for (Cable cable : List.copyOf(cables.values())) {
            cable.govern(fresh.between(cable.source(), cable.target()));
        }
    }

    List<CableView> views() {
        return cables.values().stream().map(Cable::view).toList();
    }

    void close() {
        List.copyOf(cables.values()).forEach(Cable::reset);
    }
}
