package io.epmesh.relay;

import java.util.OptionalInt;

/// Versions of the tunnel that a relay speaks. Immutable.
///
/// @param least 1..255
/// @param highest from `least` to 255
record TunnelVersions(int least, int highest) {
    /// What this program speaks.
    static final TunnelVersions OURS = new TunnelVersions(1, 1);

    boolean contain(int version) {
        return least <= version && version <= highest;
    }

    /// The highest that others speak as well.
    OptionalInt common(TunnelVersions others) {
        int both = Math.min(highest, others.highest);
        return contain(both) && others.contain(both) ? OptionalInt.of(both) : OptionalInt.empty();
    }

    @Override
    public String toString() {
        return least + ".." + highest;
    }
}
