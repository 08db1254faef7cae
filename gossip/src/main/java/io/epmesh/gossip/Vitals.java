package io.epmesh.gossip;

import java.time.Duration;

/// How a peer is, in its own words: what it adds to its digest for whoever asks.
///
/// @param uptimeMillis since its process was started
/// @param residentBytes of memory; 0: its system does not tell
/// @param wallMillis its wall clock, since 1970
public record Vitals(long uptimeMillis, long residentBytes, long wallMillis) {
    /// {@return how long its process runs}
    public Duration uptime() {
        return Duration.ofMillis(uptimeMillis);
    }
}
