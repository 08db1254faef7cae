package io.epmesh.node.naming;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which event of which run of a peer. Within a run the numbers are successive, from 1, so that a
/// gap shows what a reader has missed; of another run nothing is known.
///
/// @param run random, new at each start of the peer; 32 bits
/// @param number from 1; 0: before the first
public record EventId(int run, long number) {
    private static final Pattern TEXT = Pattern.compile("([0-9a-f]{8})-([0-9]{1,18})");

    /// {@return the id of a text as [#toString] makes it; empty: it is none}
    ///
    /// @param text any
    public static Optional<EventId> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.matches()
                ? Optional.of(
                        new EventId(
                                Integer.parseUnsignedInt(matcher.group(1), 16),
                                Long.parseLong(matcher.group(2))))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return "%08x-%d".formatted(run, number);
    }
}
