package io.epmesh.gossip;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// How a peer stands, as it has answered.
///
/// @param digest of what it knows
/// @param told how it is; empty: it did not say, as peers of version 0.1 never do
/// @param differences in what it knows something else than this peer, as far as it said so
public record Standing(Digest digest, Optional<Told> told, List<Difference> differences) {
    /// Copies the list.
    public Standing {
        differences = List.copyOf(differences);
    }

    /// What a peer has told of itself.
    ///
    /// @param vitals how it is
    /// @param roundTrip from the question to its answer, through the queues of both peers
    /// @param clockAhead how far its wall clock was ahead of this peer's at the middle of the round
    ///   trip, negative: behind; wrong by half of the round trip at most, and by a millisecond
    public record Told(Vitals vitals, Duration roundTrip, Duration clockAhead) {}
}
