package io.epmesh.epmd;

import java.time.InstantSource;

/// Tables of registrations for tests.
final class Tables {
    private Tables() {}

    /// One that takes every source for this host.
    static Registrations local(InstantSource clock, int capacity, long creationFloor) {
        return new Registrations(
                clock, capacity, creationFloor, new SourceShares(1, 1), _ -> false);
    }
}
