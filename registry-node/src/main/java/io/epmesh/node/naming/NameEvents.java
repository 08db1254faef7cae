package io.epmesh.node.naming;

import io.epmesh.gossip.Changes;
import io.epmesh.gossip.Key;
import io.epmesh.gossip.Mapping;
import io.epmesh.gossip.PeerId;
import io.epmesh.gossip.Snapshot.OwnerView;
import io.epmesh.gossip.Snapshot.Phase;
import io.epmesh.node.naming.Event.Draft;
import io.epmesh.node.naming.Event.Kind;
import io.epmesh.node.naming.NodeEntry.Source;
import io.epmesh.node.naming.NodeEntry.State;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What there is to tell of peers, nodes and mappings when one table follows another.
public final class NameEvents {
    private final NameTable before;
    private final NameTable after;
    private final List<Draft> drafts = new ArrayList<>();

    private NameEvents(NameTable before, NameTable after) {
        this.before = before;
        this.after = after;
    }

    /// The events between two tables: peers first, then mappings, then nodes. What the first table
    /// of a run holds has changed before it; only the nodes that it goes on with are told.
    ///
    /// @param before the older table
    /// @param after made by [NameTable#next] of it
    /// @param changes of which it was made
    /// @return what has happened
    public static List<Draft> between(NameTable before, NameTable after, Changes changes) {
        NameEvents events = new NameEvents(before, after);
        if (before.snapshot().owners().isEmpty()) {
            events.begun();
        } else {
            changes.owners().forEach(events::peer);
            changes.mappings().stream()
                    .filter(key -> key.kind() == NodeMapping.KIND)
                    .forEach(events::mapping);
            events.registrations();
        }
        return events.drafts;
    }

    private void begun() {
        PeerId self = after.snapshot().self();
        drafts.add(
                ofPeer(Kind.STARTED, self)
                        .with(
                                "version",
                                after.description(self).map(PeerDescription::version).orElse("?")));
        after.entriesHere().stream()
                .filter(entry -> entry.source() == Source.ADOPTED)
                .forEach(entry -> tell(Kind.ADOPTED, entry));
    }

    private void peer(PeerId id) {
        OwnerView was = before.snapshot().owners().get(id);
        OwnerView is = after.snapshot().owners().get(id);
        if (is == null || id.equals(after.snapshot().self())) {
            return;
        }
        boolean wasQuarantined = was != null && was.quarantined();
        if (is.quarantined() != wasQuarantined) {
            drafts.add(ofPeer(is.quarantined() ? Kind.PEER_QUARANTINED : Kind.PEER_RELEASED, id));
        }
        if (was == null || was.phase() != is.phase()) {
            moved(id, was, is);
        }
    }

    private void moved(PeerId id, @Nullable OwnerView was, OwnerView is) {
        switch (is.phase()) {
            case LIVING -> {
                boolean sameRun =
                        was != null
                                && was.phase() == Phase.ORPHANED
                                && was.beat().incarnation() == is.beat().incarnation();
                drafts.add(ofPeer(sameRun ? Kind.PEER_MERGED : Kind.PEER_UP, id));
            }
            case ORPHANED -> {
                // One that is only told of by others was never heard by this peer.
                if (was != null && was.phase() == Phase.LIVING) {
                    drafts.add(ofPeer(Kind.PEER_ORPHANED, id));
                }
            }
            case LEFT -> {
                if (was != null) {
                    drafts.add(ofPeer(Kind.PEER_LEFT, id));
                }
            }
        }
    }

    private Draft ofPeer(Kind kind, PeerId id) {
        return Draft.of(kind)
                .with(
                        "host",
                        after.description(id)
                                .or(() -> before.description(id))
                                .map(description -> description.hosts().getFirst())
                                .orElse("?"))
                .with("peer", id);
    }

    private void mapping(Key key) {
        Mapping was = before.snapshot().mappings().get(key);
        Mapping is = after.snapshot().mappings().get(key);
        if (is == null) {
            Optional.ofNullable(was)
                    .flatMap(it -> NodeMapping.decode(key, it.winner().value()))
                    .ifPresent(
                            node -> drafts.add(Draft.of(Kind.UNMAPPED).with("node", node.node())));
            return;
        }
        Optional<NodeMapping> put = NodeMapping.decode(key, is.winner().value());
        if (put.isEmpty()) {
            return; // of a later version
        }
        if (was == null || !was.winner().equals(is.winner())) {
            drafts.add(
                    Draft.of(Kind.MAPPED)
                            .with("node", put.get().node())
                            .with("address", put.get().address())
                            .with("port", put.get().port())
                            .with("by", put.get().writer()));
        }
        contested(
                put.get().node(),
                was == null ? 0 : was.candidates().size(),
                is.candidates().size());
    }

    /// Tells what became of the registrations: an owner has each short name once, so one that comes
    /// back under another host part is the same.
    private void registrations() {
        Map<Place, NodeEntry> old = registrations(before);
        Map<Place, NodeEntry> now = registrations(after);
        old.forEach((place, entry) -> {
            if (now.containsKey(place)) {
                return;
            }
            if (phase(after, place.owner()) == Phase.ORPHANED) {
                drafts.add(of(Kind.WITHDRAWN, entry).with("why", "unreachable"));
            } else {
                tell(Kind.LOST, entry);
            }
        });
        now.forEach((place, entry) -> registration(place.owner(), old.get(place), entry));
        for (NodeName name : after.touched()) {
            contested(name, before.entries(name).size(), after.entries(name).size());
        }
    }

    private void registration(String owner, @Nullable NodeEntry was, NodeEntry is) {
        Optional<Kind> kind = kind(owner, was, is);
        if (was == null || was.node().equals(is.node())) {
            kind.ifPresent(it -> tell(it, is));
        } else {
            drafts.add(of(kind.orElse(Kind.NAMED), is).with("was", was.node()));
        }
    }

    /// @param owner id of the peer
    /// @param name short
    private record Place(String owner, String name) {}

    private Map<Place, NodeEntry> registrations(NameTable table) {
        Map<Place, NodeEntry> byPlace = new LinkedHashMap<>();
        for (NodeName name : after.touched()) {
            table.entries(name)
                    .forEach(entry ->
                            entry.peer()
                                    .ifPresent(peer ->
                                            byPlace.put(new Place(peer, name.name()), entry)));
        }
        return byPlace;
    }

    private void contested(NodeName name, int was, int is) {
        if (was <= 1 && is > 1) {
            drafts.add(Draft.of(Kind.CONFLICT).with("node", name).with("entries", is));
        } else if (was > 1 && is <= 1) {
            drafts.add(Draft.of(Kind.SETTLED).with("node", name).with("entries", is));
        }
    }

    private Optional<Kind> kind(String owner, @Nullable NodeEntry was, NodeEntry is) {
        boolean adopted = is.source() == Source.ADOPTED;
        if (was == null) {
            boolean back =
                    phase(before, owner) == Phase.ORPHANED
                            && owner(before, owner)
                                    .map(OwnerView::entries)
                                    .filter(all ->
                                            all.containsKey(NodeRegistration.key(is.node().name())))
                                    .isPresent();
            return Optional.of(adopted ? Kind.ADOPTED : back ? Kind.RETURNED : Kind.REGISTERED);
        }
        if (adopted && was.source() != Source.ADOPTED) {
            return Optional.of(Kind.ADOPTED);
        }
        if (was.source() != is.source()
                || was.port() != is.port()
                || !was.since().equals(is.since())) {
            return Optional.of(Kind.REGISTERED);
        }
        if (was.state() != is.state()) {
            return Optional.of(is.state() == State.ORPHANED ? Kind.ORPHANED : Kind.RETURNED);
        }
        return Optional.empty();
    }

    private void tell(Kind kind, NodeEntry entry) {
        drafts.add(of(kind, entry));
    }

    private static Draft of(Kind kind, NodeEntry entry) {
        return Draft.of(kind)
                .with("node", entry.node())
                .with("address", entry.address())
                .with("port", entry.port())
                .with("peer", entry.peer().orElse("?"));
    }

    private static Optional<OwnerView> owner(NameTable table, String id) {
        return Optional.ofNullable(table.snapshot().owners().get(PeerId.parse(id)));
    }

    private static @Nullable Phase phase(NameTable table, String id) {
        return owner(table, id).map(OwnerView::phase).orElse(null);
    }
}
