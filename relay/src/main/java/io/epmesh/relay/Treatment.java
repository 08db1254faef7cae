package io.epmesh.relay;

/// What happens to a cable. Immutable.
public sealed interface Treatment {
    /// Both directions pass at once.
    Treatment OPEN = new Carry(new Passage.Open(), new Passage.Open());

    /// It is carried.
    ///
    /// @param toTarget how what the source sends passes
    /// @param toSource how what the target sends passes
    record Carry(Passage toTarget, Passage toSource) implements Treatment {}

    /// Both of its connections are reset, and new ones with them.
    record Reset() implements Treatment {}
}
