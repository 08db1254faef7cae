package io.epmesh.gossip;

/// 128 random bits that name a peer for as long as its data directory lives.
///
/// @param high upper 64 bits
/// @param low lower 64 bits
public record PeerId(long high, long low) implements Comparable<PeerId> {
    @Override
    public int compareTo(PeerId other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }
}
