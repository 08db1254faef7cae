package io.epmesh.node.naming;

import java.util.ArrayList;
import java.util.List;

/// Two groups of nodes, and so all cables between one of the left and one of the right.
///
/// @param left patterns, at least one
/// @param right patterns, at least one; no node can be of both sides
public record Islands(List<NodePattern> left, List<NodePattern> right) {
    /// Pairs of one command.
    public static final int LIMIT = 1_000;

    /// Checks that no node is on both sides, and copies.
    ///
    /// @throws IllegalArgumentException naming the values and the expectation
    public Islands {
        left = left.stream().distinct().toList();
        right = right.stream().distinct().toList();
        if (left.isEmpty() || right.isEmpty()) {
            throw new IllegalArgumentException(
                    "islands: %s, %s (expected: a node in each)".formatted(left, right));
        }
        if ((long) left.size() * right.size() > LIMIT) {
            throw new IllegalArgumentException(
                    "pairs: %d × %d (expected: at most %d; a pattern stands for many nodes)"
                            .formatted(left.size(), right.size(), LIMIT));
        }
        for (NodePattern one : left) {
            for (NodePattern other : right) {
                if (one.overlaps(other)) {
                    throw new IllegalArgumentException(
                            "islands overlap: a node may fit both %s and %s (expected: none does)"
                                    .formatted(one, other));
                }
            }
        }
    }

    /// Reads both sides.
    ///
    /// @param left texts for [NodePattern#parse]
    /// @param right the same
    /// @return the islands
    /// @throws IllegalArgumentException naming the values and the expectation
    public static Islands parse(List<String> left, List<String> right) {
        return new Islands(
                left.stream().map(NodePattern::parse).toList(),
                right.stream().map(NodePattern::parse).toList());
    }

    /// {@return each of the left with each of the right}
    public List<NodePair> pairs() {
        List<NodePair> pairs = new ArrayList<>();
        left.forEach(one -> right.forEach(other -> pairs.add(NodePair.of(one, other))));
        return pairs;
    }

    /// {@return the patterns of both sides}
    public List<NodePattern> patterns() {
        List<NodePattern> all = new ArrayList<>(left);
        all.addAll(right);
        return all;
    }

    /// {@return both sides, for people}
    @Override
    public String toString() {
        return "%s | %s".formatted(text(left), text(right));
    }

    private static String text(List<NodePattern> side) {
        return String.join(",", side.stream().map(NodePattern::toString).toList());
    }
}
