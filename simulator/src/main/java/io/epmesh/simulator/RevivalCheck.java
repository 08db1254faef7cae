package io.epmesh.simulator;

import io.epmesh.gossip.Beat;
import io.epmesh.gossip.Bytes;
import io.epmesh.gossip.PeerId;
import io.epmesh.gossip.Snapshot;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/// An invariant of a simulated mesh: whoever shows an owner as living again holds entries at least
/// as new as those that the owner had at the beat that proves it.
final class RevivalCheck {
    /// Behind magic, version and type; beat and version follow.
    private static final int SENDER_AT = 4;

    private final Map<PeerId, Map<Beat, Long>> announced = new HashMap<>();

    /// Notes which version a peer first announced with each of its beats.
    void sent(Bytes packet) {
        ByteBuffer header = ByteBuffer.wrap(packet.toArray()).position(SENDER_AT);
        PeerId sender = new PeerId(header.getLong(), header.getLong());
        Beat beat = new Beat(header.getLong(), header.getLong());
        announced
                .computeIfAbsent(sender, _ -> new HashMap<>())
                .putIfAbsent(beat, header.getLong());
    }

    void shown(Snapshot before, Snapshot after) {
        after.owners()
                .forEach((id, view) -> {
                    Snapshot.OwnerView was = before.owners().get(id);
                    boolean revived =
                            was != null
                                    && was.phase() != Snapshot.Phase.LIVING
                                    && view.phase() == Snapshot.Phase.LIVING;
                    Long version = announced.getOrDefault(id, Map.of()).get(view.beat());
                    if (revived && version != null && view.stamp().version() < version) {
                        throw new AssertionError(
                                "%s revives %s at %s with %s (expected: version >= %d)"
                                        .formatted(
                                                after.self(),
                                                id,
                                                view.beat(),
                                                view.stamp(),
                                                version));
                    }
                });
    }
}
