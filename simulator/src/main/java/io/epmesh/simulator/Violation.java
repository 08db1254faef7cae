package io.epmesh.simulator;

import org.jspecify.annotations.Nullable;

/// A core did what it must never do.
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Invariant invariant;

    /// @param text a format for `values`
    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency for it alone
    Violation(Invariant invariant, String text, @Nullable Object... values) {
        super(invariant + ": " + text.formatted(values));
        this.invariant = invariant;
    }

    Invariant invariant() {
        return invariant;
    }
}
