package io.epmesh.gossip;

/// Which state of its entries an owner has published. Of two, the higher is the newer; nothing
/// lower is ever taken in again.
///
/// @param incarnation rises at each start of the owner, from 1
/// @param version rises with each change within an incarnation, from 1; [#LEFT] ends it
public record Stamp(long incarnation, long version) implements Comparable<Stamp> {
    /// The version of an owner that has left for good: no entries, and nothing comes after it
    /// within the incarnation.
    public static final long LEFT = Long.MAX_VALUE;

    /// Nothing published, or nothing known.
    static final Stamp NONE = new Stamp(0, 0);

    boolean isAfter(Stamp other) {
        return compareTo(other) > 0;
    }

    boolean isLeft() {
        return version == LEFT;
    }

    Stamp left() {
        return new Stamp(incarnation, LEFT);
    }

    @Override
    public int compareTo(Stamp other) {
        int byIncarnation = Long.compare(incarnation, other.incarnation);
        return byIncarnation != 0 ? byIncarnation : Long.compare(version, other.version);
    }
}
