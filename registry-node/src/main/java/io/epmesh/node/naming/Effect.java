package io.epmesh.node.naming;

import java.time.Duration;
import java.util.Comparator;

/// What becomes of what one node sends to another over a cable. Ordered: where several rules are
/// for one cable, the greatest counts.
public sealed interface Effect extends Comparable<Effect> {
    /// {@return that it passes}
    static Effect open() {
        return new Open();
    }

    /// {@return that it is withheld, its end too}
    static Effect stall() {
        return new Stall();
    }

    /// {@return that the cable is reset, and new ones are}
    static Effect reset() {
        return new Reset();
    }

    /// It passes.
    record Open() implements Effect {
        @Override
        public String toString() {
            return "open";
        }
    }

    /// It passes later, in its order.
    ///
    /// @param latency 0..[#LONGEST]
    /// @param jitter the longest random addition, 0..[#LONGEST]
    record Slow(Duration latency, Duration jitter) implements Effect {
        /// What the relay can bear.
        public static final Duration LONGEST = Duration.ofSeconds(60);

        /// Checks the ranges.
        ///
        /// @throws IllegalArgumentException naming the value and the expectation
        public Slow {
            Ranges.check("latency in ms", latency.toMillis(), 0, LONGEST.toMillis());
            Ranges.check("jitter in ms", jitter.toMillis(), 0, LONGEST.toMillis());
        }

        @Override
        public String toString() {
            return jitter.isZero()
                    ? "slow %d ms".formatted(latency.toMillis())
                    : "slow %d ms, jitter %d ms".formatted(latency.toMillis(), jitter.toMillis());
        }
    }

    /// It is withheld, its end too.
    record Stall() implements Effect {
        @Override
        public String toString() {
            return "stall";
        }
    }

    /// The cable is reset, and so are new ones.
    record Reset() implements Effect {
        @Override
        public String toString() {
            return "reset";
        }
    }

    /// {@return the greater one}
    ///
    /// @param other effect
    default Effect or(Effect other) {
        return compareTo(other) >= 0 ? this : other;
    }

    @Override
    default int compareTo(Effect other) {
        return Comparator.comparingInt(Effect::rank)
                .thenComparing(Effect::latency)
                .thenComparing(Effect::jitter)
                .compare(this, other);
    }

    private int rank() {
        return switch (this) {
            case Open _ -> 0;
            case Slow _ -> 1;
            case Stall _ -> 2;
            case Reset _ -> 3;
        };
    }

    /// {@return of a slow one; else zero}
    default Duration latency() {
        return this instanceof Slow slow ? slow.latency : Duration.ZERO;
    }

    /// {@return of a slow one; else zero}
    default Duration jitter() {
        return this instanceof Slow slow ? slow.jitter : Duration.ZERO;
    }
}
