package io.epmesh.gossip;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// 128 random bits that name a peer for as long as its data directory lives.
///
/// @param high upper 64 bits
/// @param low lower 64 bits
public record PeerId(long high, long low) implements Comparable<PeerId> {
    /// {@return the id that `hex` spells}
    ///
    /// @param hex 32 hexadecimal digits
    /// @throws IllegalArgumentException if `hex` is anything else
    public static PeerId parse(String hex) {
        if (hex.length() != 32) {
            throw new IllegalArgumentException(
                    "peer id: %s (expected: 32 hex digits)".formatted(hex));
        }
        return new PeerId(
                HexFormat.fromHexDigitsToLong(hex, 0, 16),
                HexFormat.fromHexDigitsToLong(hex, 16, 32));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PeerId peer && high == peer.high && low == peer.low;
    }

    /// Written out, as in other keys of tables: a record's own is slower, and is made at its first
    /// use, which takes milliseconds of each start.
    @Override
    public int hashCode() {
        return 31 * Long.hashCode(high) + Long.hashCode(low);
    }

    @Override
    public int compareTo(PeerId other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    /// {@return 32 hexadecimal digits}
    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }
}
