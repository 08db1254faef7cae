package io.epmesh.gossip;

import java.util.HexFormat;

/// 128 random bits that name who writes mappings: drawn anew at each start of a peer, at its first
/// write, so that a cloned or rolled-back data directory can never number two writes alike.
///
/// @param high upper 64 bits
/// @param low lower 64 bits
public record WriterId(long high, long low) implements Comparable<WriterId> {
    @Override
    public int compareTo(WriterId other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    /// {@return 32 hexadecimal digits}
    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }
}
