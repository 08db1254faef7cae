package io.epmesh.node.cables;

import io.epmesh.node.naming.CutTable;
import io.epmesh.node.naming.Effect;
import io.epmesh.node.naming.NodeName;
import io.epmesh.relay.Passage;
import io.epmesh.relay.Policy;
import io.epmesh.relay.Treatment;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/// What a table of cuts means to this peer's relay.
///
/// @param table what holds
/// @param slowedElsewhere whether another relay, nearer to a node, delays what that node sends: a
///   cable between two hosts is in both of their relays, and is to be slowed once
record CutPolicy(CutTable table, Predicate<NodeName> slowedElsewhere) implements Policy {
    @Override
    public Treatment between(String source, String target) {
        Optional<NodeName> from = NodeName.read(source);
        Optional<NodeName> to = NodeName.read(target);
        if (from.isEmpty() || to.isEmpty()) {
            return Treatment.OPEN; // nobody can order anything for it
        }
        Effect there = table.effect(from.get(), to.get());
        Effect back = table.effect(to.get(), from.get());
        return there.equals(Effect.reset()) || back.equals(Effect.reset())
                ? new Treatment.Reset()
                : new Treatment.Carry(passage(there, from.get()), passage(back, to.get()));
    }

    private Passage passage(Effect effect, NodeName sender) {
        return switch (effect) {
            case Effect.Open _ -> new Passage.Open();
            case Effect.Slow slow ->
                    slowedElsewhere.test(sender)
                            ? new Passage.Open()
                            : new Passage.Delayed(slow.latency(), slow.jitter());
            case Effect.Stall _ -> new Passage.Stalled();
            case Effect.Reset _ -> throw new IllegalStateException("a reset is of both ways");
        };
    }

    /// What a relay does to one way of a cable.
    ///
    /// @param way which, if it carries the cable
    static Effect effect(Treatment treatment, Function<Treatment.Carry, Passage> way) {
        return switch (treatment) {
            case Treatment.Reset _ -> Effect.reset();
            case Treatment.Carry carry ->
                    switch (way.apply(carry)) {
                        case Passage.Open _ -> Effect.open();
                        case Passage.Stalled _ -> Effect.stall();
                        case Passage.Delayed slow -> new Effect.Slow(slow.latency(), slow.jitter());
                    };
        };
    }
}
