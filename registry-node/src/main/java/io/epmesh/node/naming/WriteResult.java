package io.epmesh.node.naming;

/// What became of a write; always says whether it may have happened.
public sealed interface WriteResult {
    /// It happened, and is as durable as the design promises.
    record Done() implements WriteResult {}

    /// It surely did not happen.
    ///
    /// @param reason one sentence with the value and the expectation
    record Refused(String reason) implements WriteResult {}

    /// It may have happened, or may still happen.
    ///
    /// @param reason one sentence: what was waited for
    record Unknown(String reason) implements WriteResult {}
}
