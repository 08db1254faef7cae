package io.epmesh.node.naming;

import io.epmesh.gossip.Bytes;
import java.time.Duration;
import java.util.Optional;

/// What somebody has ordered for the cables of a pair: the value under [NodePair#key]. One that
/// leaves both ways open is a fix.
///
/// ```
/// | effect from low to high | from high to low | lasts 64, in ms; 0: for ever | writer |
/// effect = | code 8: 0 open, 1 slow, 2 stall, 3 reset | latency 32 | jitter 32, in ms |
/// ```
///
/// with texts as length 16 and UTF-8.
///
/// @param lowToHigh what becomes of what the low side's nodes send
/// @param highToLow what becomes of what the high side's nodes send
/// @param lasts how long it holds, above 0; none: until the next order
/// @param writer host of the peer where it was given
public record CableOrder(
        Effect lowToHigh, Effect highToLow, Optional<Duration> lasts, String writer) {
    private static final long LONGEST_MILLIS = Duration.ofDays(36_500).toMillis();

    /// Checks the duration, and that a reset is one of both ways.
    ///
    /// @throws IllegalArgumentException naming the value and the expectation
    public CableOrder {
        lasts.ifPresent(time -> Ranges.check("lasts in ms", time.toMillis(), 1, LONGEST_MILLIS));
        if (lowToHigh.equals(Effect.reset()) != highToLow.equals(Effect.reset())) {
            throw new IllegalArgumentException("reset one way (expected: both, or stall)");
        }
    }

    /// {@return an order to open both ways}
    ///
    /// @param writer host of the peer where it is given
    public static CableOrder fix(String writer) {
        return new CableOrder(Effect.open(), Effect.open(), Optional.empty(), writer);
    }

    /// {@return whether it opens both ways}
    public boolean isFix() {
        return lowToHigh.equals(Effect.open()) && highToLow.equals(Effect.open());
    }

    /// {@return the value}
    public Bytes encode() {
        ValueWriter out = new ValueWriter();
        effect(out, lowToHigh);
        effect(out, highToLow);
        return out.i64(lasts.map(Duration::toMillis).orElse(0L)).text(writer).toBytes();
    }

    /// {@return the order, if it is one that this version can read}
    ///
    /// @param value under the key of a pair
    public static Optional<CableOrder> decode(Bytes value) {
        return ValueReader.read(
                value,
                in ->
                        new CableOrder(
                                effect(in),
                                effect(in),
                                Optional.of(in.i64())
                                        .filter(millis -> millis != 0)
                                        .map(Duration::ofMillis),
                                in.text()));
    }

    private static void effect(ValueWriter out, Effect effect) {
        out.u8(
                switch (effect) {
                    case Effect.Open _ -> 0;
                    case Effect.Slow _ -> 1;
                    case Effect.Stall _ -> 2;
                    case Effect.Reset _ -> 3;
                });
        out.u32(effect.latency().toMillis()).u32(effect.jitter().toMillis());
    }

    private static Effect effect(ValueReader in) {
        int code = in.u8();
        Duration latency = Duration.ofMillis(in.u32());
        Duration jitter = Duration.ofMillis(in.u32());
        return switch (code) {
            case 0 -> Effect.open();
            case 1 -> new Effect.Slow(latency, jitter);
            case 2 -> Effect.stall();
            case 3 -> Effect.reset();
            default ->
                    throw new IllegalArgumentException(
                            "effect: %d (expected: 0..3)".formatted(code));
        };
    }
}
