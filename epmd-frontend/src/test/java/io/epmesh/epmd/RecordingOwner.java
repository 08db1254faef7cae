package io.epmesh.epmd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Keeps what an owner is told.
final class RecordingOwner implements Owner {
    final List<Registration> granted = new ArrayList<>();
    final List<String> refusals = new ArrayList<>();
    int stops;

    /// What it is to be.
    Optional<HalfOpen.Connection> connection = Optional.empty();

    /// What it does once the system says that it has ended.
    Runnable atEnd =
            () -> {
                throw new AssertionError("taken for ended");
            };

    @Override
    public void granted(Registration registration) {
        granted.add(registration);
    }

    @Override
    public void refused(String reason) {
        refusals.add(reason);
    }

    @Override
    public void stopped() {
        stops++;
    }

    @Override
    public Optional<HalfOpen.Connection> connection() {
        return connection;
    }

    @Override
    public void ended() {
        atEnd.run();
    }
}
