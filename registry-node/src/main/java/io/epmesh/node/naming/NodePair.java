package io.epmesh.node.naming;

import io.epmesh.gossip.Bytes;
import io.epmesh.gossip.Key;
import java.util.Optional;

/// The cables between the nodes of two patterns, whoever opened them. What is ordered for a pair is
/// replicated under one key, of kind [#KIND] and with the patterns as its name, a space between.
///
/// Invariant: `low` is not behind `high` in the order of their texts.
///
/// @param low one side
/// @param high the other side
public record NodePair(NodePattern low, NodePattern high) implements Comparable<NodePair> {
    /// Kind of the keys of pairs.
    public static final int KIND = 4;

    /// Checks the order, and that the key is not too long.
    ///
    /// @throws IllegalArgumentException naming the value and the expectation
    public NodePair {
        if (low.compareTo(high) > 0) {
            throw new IllegalArgumentException("%s behind %s".formatted(low, high));
        }
        Key _ = key(low, high);
    }

    /// {@return the pair of two patterns}
    ///
    /// @param one side
    /// @param other side
    public static NodePair of(NodePattern one, NodePattern other) {
        return one.compareTo(other) <= 0 ? new NodePair(one, other) : new NodePair(other, one);
    }

    /// {@return the pair of a key, if it is one that this version can read}
    ///
    /// @param key any
    public static Optional<NodePair> of(Key key) {
        String[] sides = key.name().toUtf8().split(" ", -1);
        if (key.kind() != KIND || sides.length != 2) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new NodePair(NodePattern.parse(sides[0]), NodePattern.parse(sides[1])));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // carried for those who can read it
        }
    }

    /// {@return the key of what is ordered for this pair}
    public Key key() {
        return key(low, high);
    }

    /// Whether all cables of another pair are surely this one's too.
    ///
    /// @param other pair
    /// @return false also where that was not seen
    public boolean covers(NodePair other) {
        return (low.covers(other.low) && high.covers(other.high))
                || (low.covers(other.high) && high.covers(other.low));
    }

    /// Whether there may be a cable of both pairs.
    ///
    /// @param other pair
    /// @return whether one is possible
    public boolean overlaps(NodePair other) {
        return (low.overlaps(other.low) && high.overlaps(other.high))
                || (low.overlaps(other.high) && high.overlaps(other.low));
    }

    /// Whether the cables between two nodes are among these.
    ///
    /// @param one node
    /// @param other node
    /// @return whether they are
    public boolean joins(NodeName one, NodeName other) {
        return (low.matches(one) && high.matches(other))
                || (low.matches(other) && high.matches(one));
    }

    @Override
    public int compareTo(NodePair other) {
        int byLow = low.compareTo(other.low);
        return byLow != 0 ? byLow : high.compareTo(other.high);
    }

    /// {@return both patterns, for people}
    @Override
    public String toString() {
        return low + " " + high;
    }

    private static Key key(NodePattern low, NodePattern high) {
        return new Key(KIND, Bytes.utf8(low + " " + high));
    }
}
