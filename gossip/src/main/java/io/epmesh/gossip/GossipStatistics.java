package io.epmesh.gossip;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What gossip has done since it started.
///
/// @param sent by type; what goes to all is counted once
/// @param received by type
/// @param queued what waits for the gossip thread now
/// @param dropped what was not taken in because the queue was full
/// @param stalls how often the gossip thread or the journal's was at one thing for more than 5 s
/// @param syncs how long the disk took
public record GossipStatistics(
        List<Count> sent,
        List<Count> received,
        int queued,
        long dropped,
        long stalls,
        Timings syncs) {
    /// Copies the lists.
    public GossipStatistics {
        sent = List.copyOf(sent);
        received = List.copyOf(received);
    }

    /// One type of message.
    ///
    /// @param type its name
    /// @param messages so many
    /// @param bytes in all of them, without what the network adds
    public record Count(String type, long messages, long bytes) {}

    /// How long something took, each time.
    ///
    /// @param sum of all times
    /// @param buckets by their bounds, rising; the last one has none
    public record Timings(Duration sum, List<Bucket> buckets) {
        /// Copies the list.
        public Timings {
            buckets = List.copyOf(buckets);
        }

        /// Those of one bucket.
        ///
        /// @param bound they took no longer; empty of the last: they took longer than all others
        /// @param count so many
        public record Bucket(Optional<Duration> bound, long count) {}
    }
}
