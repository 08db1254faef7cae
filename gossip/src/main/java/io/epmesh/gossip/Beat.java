package io.epmesh.gossip;

/// Proof that a peer was running: its incarnation, and a number that it raises as it goes.
///
/// @param incarnation rises at each start of the peer, from 1
/// @param number rises within an incarnation, from 1
public record Beat(long incarnation, long number) implements Comparable<Beat> {
    /// Before anything was heard.
    static final Beat NONE = new Beat(0, 0);

    boolean isAfter(Beat other) {
        return compareTo(other) > 0;
    }

    @Override
    public int compareTo(Beat other) {
        int byIncarnation = Long.compare(incarnation, other.incarnation);
        return byIncarnation != 0 ? byIncarnation : Long.compare(number, other.number);
    }
}
