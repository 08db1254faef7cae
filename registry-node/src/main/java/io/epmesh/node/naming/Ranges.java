package io.epmesh.node.naming;

/// Range checks with the project's one error text.
final class Ranges {
    private Ranges() {}

    static void check(String what, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "%s: %d (expected: %d..%d)".formatted(what, value, min, max));
        }
    }
}
