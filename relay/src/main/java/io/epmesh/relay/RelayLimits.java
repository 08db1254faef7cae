package io.epmesh.relay;

import java.time.Duration;

/// What a relay bears; `docs/relay.md` says what happens beyond.
///
/// @param cables at once, those that wait for their target too; at least 1
/// @param listeners at once; at least 1
/// @param listenerIdle how long a listener stays when nobody asks for its route
/// @param firstMessage how long a source may take to say who it is
/// @param connect how long the target may take to be reached
public record RelayLimits(
        int cables, int listeners, Duration listenerIdle, Duration firstMessage, Duration connect) {
    /// 16,384 cables, 4,096 listeners, 30 s, 15 s and 5 s. A node gives up to connect after 7 s.
    public static final RelayLimits DEFAULTS =
            new RelayLimits(
                    16_384,
                    4_096,
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(5));
}
