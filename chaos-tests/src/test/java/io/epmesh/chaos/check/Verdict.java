package io.epmesh.chaos.check;

/// What a checker says, the better first.
public enum Verdict {
    /// It holds.
    VALID,
    /// The history does not tell: nothing was tried that could show it.
    UNKNOWN,
    /// It does not hold.
    INVALID;

    /// The worse of two.
    ///
    /// @param other the second
    /// @return this or the other
    public Verdict and(Verdict other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
