package io.epmesh.node.naming;

import io.epmesh.gossip.MappingChange;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Somebody's wish to cut or slow the cables between two islands.
///
/// @param islands between whom
/// @param effect on what is sent, not open
/// @param oneWay only what the left sends to the right; not for a reset, which ends a cable
/// @param lasts how long, at least [#SHORTEST]; empty: until it is fixed
public record CutRequest(Islands islands, Effect effect, boolean oneWay, Optional<Duration> lasts) {
    /// What a cut lasts if nobody says how long, as [#lasts(String)] reads it.
    public static final String USUAL = "10m";

    /// Says that a cut has no end of its own.
    public static final String EVER = "ever";

    /// Shortest cut.
    public static final Duration SHORTEST = Duration.ofSeconds(1);

    /// Longest cut but one for ever.
    public static final Duration LONGEST = Duration.ofDays(365);

    private static final Pattern TIME = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException naming the value and the expectation
    public CutRequest {
        if (effect instanceof Effect.Open
                || (effect.latency().isZero()
                        && effect.jitter().isZero()
                        && effect instanceof Effect.Slow)) {
            throw new IllegalArgumentException(
                    "latency: 0 ms (expected: 1ms..60s, or a jitter of as much)");
        }
        if (oneWay && effect.equals(Effect.reset())) {
            throw new IllegalArgumentException(
                    "reset one way (expected: stall, or both ways: a reset ends the cable)");
        }
        lasts.ifPresent(time ->
                Ranges.check(
                        "for, in ms", time.toMillis(), SHORTEST.toMillis(), LONGEST.toMillis()));
    }

    /// Reads how long a cut lasts.
    ///
    /// @param text as `90s`, `10m` or `2h`, or [#EVER]
    /// @return the time; empty: for ever
    /// @throws IllegalArgumentException naming the text and the expectation
    public static Optional<Duration> lasts(String text) {
        return text.equals(EVER)
                ? Optional.empty()
                : Optional.of(time(text, "1s..365d with its unit, ms, s, m, h or d; or ever"));
    }

    /// Reads a latency or jitter.
    ///
    /// @param text as `50ms`
    /// @return the time
    /// @throws IllegalArgumentException naming the text and the expectation
    public static Duration delay(String text) {
        return time(text, "0ms..60s with its unit, ms, s or m");
    }

    private static Duration time(String text, String expected) {
        Matcher matcher = TIME.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "time: '%s' (expected: %s)".formatted(text, expected));
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }

    /// {@return the one write that does it}
    ///
    /// @param writer canonical host of the peer that writes
    public List<MappingChange> changes(String writer) {
        Effect back = oneWay ? Effect.open() : effect;
        return islands.left().stream()
                .flatMap(from ->
                        islands.right().stream()
                                .map(to -> {
                                    NodePair pair = NodePair.of(from, to);
                                    boolean isUp = pair.low().equals(from);
                                    CableOrder order =
                                            new CableOrder(
                                                    isUp ? effect : back,
                                                    isUp ? back : effect,
                                                    lasts,
                                                    writer);
                                    return MappingChange.put(pair.key(), order.encode());
                                }))
                .toList();
    }
}
