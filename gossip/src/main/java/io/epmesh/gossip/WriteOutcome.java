package io.epmesh.gossip;

/// What became of a write.
public sealed interface WriteOutcome {
    /// It is done, and survives kill -9 of all peers.
    record Done() implements WriteOutcome {}

    /// It surely did not happen.
    ///
    /// @param reason one sentence
    record Refused(String reason) implements WriteOutcome {}

    /// It may have happened, or may yet.
    ///
    /// @param reason one sentence
    record Unknown(String reason) implements WriteOutcome {}
}
