package io.epmesh.relay;

import java.time.Duration;

/// How what is sent in one direction of a cable passes. Immutable.
public sealed interface Passage {
    /// At once.
    record Open() implements Passage {}

    /// Later, in the order in which it was sent.
    ///
    /// @param latency 0..60 s
    /// @param jitter the longest random addition to the latency, 0..60 s
    record Delayed(Duration latency, Duration jitter) implements Passage {
        private static final Duration LONGEST = Duration.ofSeconds(60);

        /// Checks the ranges.
        ///
        /// @throws IllegalArgumentException if a duration is out of its range
        public Delayed {
            check("latency", latency);
            check("jitter", jitter);
        }

        private static void check(String what, Duration value) {
            if (value.isNegative() || value.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(
                        "%s: %s (expected: 0..%s)".formatted(what, value, LONGEST));
            }
        }
    }

    /// Not at all: bytes, FIN and RST are withheld.
    record Stalled() implements Passage {}
}
