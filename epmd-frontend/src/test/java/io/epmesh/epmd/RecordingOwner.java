package io.epmesh.epmd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Keeps what an owner is told.
final class RecordingOwner implements Owner {
    final List<Registration> granted = new ArrayList<>();
    final List<String> refusals = new ArrayList<>();
    int stops;
    Optional<String> host = Optional.empty();
    OptionalLong creation = OptionalLong.empty();

    /// Whether its client has closed the connection, unread.
    boolean hungUp;

    /// What it is to be.
    Optional<Owner.Connection> connection = Optional.empty();

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
    public void refused(Refusal reason) {
        refusals.add(reason.toString());
    }

    @Override
    public Optional<String> host() {
        return host;
    }

    @Override
    public OptionalLong creation() {
        return creation;
    }

    @Override
    public void stopped() {
        stops++;
    }

    @Override
    public Optional<Owner.Connection> connection() {
        return connection;
    }

    @Override
    public boolean hasHungUp() {
        return hungUp;
    }

    @Override
    public void ended() {
        atEnd.run();
    }
}
