package io.epmesh.epmd;

import java.util.ArrayList;
import java.util.List;

/// Keeps what an owner is told.
final class RecordingOwner implements Owner {
    final List<Registration> granted = new ArrayList<>();
    final List<String> refusals = new ArrayList<>();
    int stops;

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
}
