package io.epmesh.simulator;

/// A core did what it must never do.
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Invariant invariant;

    Violation(Invariant invariant, String text, Object... values) {
        super(invariant + ": " + text.formatted(values));
        this.invariant = invariant;
    }

    Invariant invariant() {
        return invariant;
    }
}
