package io.epmesh.gossip;

import java.util.HashMap;
import java.util.Map;

/// An invariant of a simulated mesh: whoever shows an owner as living again holds entries at least
/// as new as those that the owner had at the beat that proves it.
final class RevivalCheck {
    private final Map<PeerId, Map<Beat, Long>> announced = new HashMap<>();

    /// Notes which version a peer first announced with each of its beats.
    void sent(Bytes packet) {
        try {
            Message.Header header = MessageCodec.decode(packet.toArray()).header();
            announced
                    .computeIfAbsent(header.sender(), _ -> new HashMap<>())
                    .putIfAbsent(header.beat(), header.version());
        } catch (MalformedMessageException e) {
            throw new AssertionError(e);
        }
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
