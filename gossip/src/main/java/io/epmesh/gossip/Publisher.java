package io.epmesh.gossip;

import io.epmesh.gossip.Snapshot.OwnerView;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/// Gathers what has changed since the last snapshot. Owned by the gossip thread.
final class Publisher {
    private final PeerId self;
    private final Map<PeerId, Set<Key>> entries = new HashMap<>();
    private final Set<PeerId> owners = new HashSet<>();
    private final Set<Key> mappings = new HashSet<>();
    private PMap<PeerId, OwnerView> views = HashTreePMap.empty();

    Publisher(PeerId self) {
        this.self = self;
    }

    void entriesChanged(OwnerView view, Set<Key> keys) {
        views = views.plus(view.id(), view);
        entries.computeIfAbsent(view.id(), _ -> new HashSet<>()).addAll(keys);
    }

    void ownerChanged(OwnerView view) {
        views = views.plus(view.id(), view);
        owners.add(view.id());
    }

    /// An owner without entries is not known any more.
    void ownerDropped(PeerId id) {
        views = views.minus(id);
        owners.add(id);
    }

    /// Where keys that look different are noted.
    Set<Key> mappingsChanged() {
        return mappings;
    }

    Optional<Publication> publish(PMap<Key, Mapping> byKey) {
        Changes changes =
                new Changes(Map.copyOf(entries), Set.copyOf(owners), Set.copyOf(mappings));
        if (changes.isEmpty()) {
            return Optional.empty();
        }
        entries.clear();
        owners.clear();
        mappings.clear();
        return Optional.of(new Publication(new Snapshot(self, views, byKey), changes));
    }
}
