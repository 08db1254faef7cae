package io.epmesh.node.naming;

import io.epmesh.gossip.Bytes;
import io.epmesh.gossip.Changes;
import io.epmesh.gossip.Finding;
import io.epmesh.gossip.Key;
import io.epmesh.gossip.Mapping;
import io.epmesh.gossip.PeerId;
import io.epmesh.gossip.Snapshot;
import io.epmesh.gossip.Snapshot.OwnerView;
import io.epmesh.gossip.Snapshot.Phase;
import io.epmesh.node.naming.NodeEntry.HostIs;
import io.epmesh.node.naming.NodeEntry.Source;
import io.epmesh.node.naming.NodeEntry.Standing;
import io.epmesh.node.naming.NodeEntry.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/// Who is where, as the replicated state says: an index over a snapshot by full name. Immutable;
/// any thread. A change costs as much as what has changed.
///
/// Of several entries under one full name all peers that know the same ones answer the same: living
/// before orphaned, registrations before mappings, the older before the younger, then by id.
public final class NameTable {
    private static final Comparator<Held> WINNER_FIRST =
            Comparator.comparing((Held held) -> held.entry().state())
                    .thenComparing(held -> held.entry().source())
                    .thenComparing(held -> held.entry().since())
                    .thenComparing(Held::ref);

    private final PeerId self;
    private final Snapshot snapshot;
    private final PMap<Ref, NodeName> names;
    private final PMap<NodeName, List<Held>> byName;

    private NameTable(
            PeerId self,
            Snapshot snapshot,
            PMap<Ref, NodeName> names,
            PMap<NodeName, List<Held>> byName) {
        this.self = self;
        this.snapshot = snapshot;
        this.names = names;
        this.byName = byName;
    }

    /// Where an entry comes from: a key of an owner, or of the mappings.
    private record Ref(Optional<PeerId> owner, Key key) implements Comparable<Ref> {
        private static final Comparator<Ref> ORDER =
                Comparator.comparing((Ref ref) -> ref.owner().orElse(new PeerId(0, 0)))
                        .thenComparing(Ref::key);

        @Override
        public int compareTo(Ref other) {
            return ORDER.compare(this, other);
        }
    }

    private record Held(Ref ref, NodeEntry entry) {}

    /// {@return a table without entries, to begin with}
    ///
    /// @param self this peer
    public static NameTable empty(PeerId self) {
        return new NameTable(
                self,
                new Snapshot(self, HashTreePMap.empty(), HashTreePMap.empty()),
                HashTreePMap.<Ref, NodeName>empty(),
                HashTreePMap.<NodeName, List<Held>>empty());
    }

    /// The table of the snapshot after this one's.
    ///
    /// @param newer the next snapshot
    /// @param changes how it differs from this table's
    /// @return its table
    public NameTable next(Snapshot newer, Changes changes) {
        Set<Ref> touched = new HashSet<>();
        changes.entries()
                .forEach((owner, keys) -> {
                    boolean all =
                            changes.owners().contains(owner) || keys.contains(PeerDescription.KEY);
                    if (all) {
                        touchAll(owner, newer, touched);
                    }
                    keys.forEach(key -> touched.add(new Ref(Optional.of(owner), key)));
                });
        changes.owners().forEach(owner -> touchAll(owner, newer, touched));
        changes.mappings().forEach(key -> touched.add(new Ref(Optional.empty(), key)));
        PMap<Ref, NodeName> newNames = names;
        PMap<NodeName, List<Held>> newByName = byName;
        for (Ref ref : touched) {
            NodeName was = newNames.get(ref);
            if (was != null) {
                newNames = newNames.minus(ref);
                newByName = without(newByName, was, ref);
            }
            Optional<NodeEntry> entry = entry(ref, newer);
            if (entry.isPresent()) {
                NodeName name = entry.get().node();
                newNames = newNames.plus(ref, name);
                newByName = with(newByName, new Held(ref, entry.get()));
            }
        }
        return new NameTable(self, newer, newNames, newByName);
    }

    /// {@return the snapshot of which this is the table}
    public Snapshot snapshot() {
        return snapshot;
    }

    /// The entry that answers a full name. A host part that is another name of a peer's host finds
    /// its nodes whose own host part is only assumed.
    ///
    /// @param node full name; `localhost` and 127.x mean this host
    /// @return the winner
    public Optional<NodeEntry> lookup(NodeName node) {
        List<Held> held = byName.get(node);
        if (held != null) {
            return Optional.of(held.getFirst().entry());
        }
        return snapshot.owners().values().stream()
                .filter(owner -> !Hosts.isLoopback(node.host()) || owner.id().equals(self))
                .filter(owner -> isHostOf(node.host(), owner))
                .map(owner -> new Ref(Optional.of(owner.id()), NodeRegistration.key(node.name())))
                .map(ref -> entry(ref, snapshot))
                .flatMap(Optional::stream)
                .filter(entry -> entry.hostIs() == HostIs.ASSUMED)
                .findFirst();
    }

    /// This host's entry of a short name that no node holds here: a mapping for one of this host's
    /// names.
    ///
    /// @param name short name
    /// @return the mapping under the first host name that has one
    public Optional<NodeEntry> mappingHere(String name) {
        return hostsHere().stream().flatMap(host -> mapping(name, host).stream()).findFirst();
    }

    /// {@return the mappings for this host's names}
    public List<NodeEntry> mappingsHere() {
        if (snapshot.mappings().isEmpty()) {
            return List.of();
        }
        return entriesHere().stream().filter(e -> e.source() == Source.MAPPING).toList();
    }

    /// {@return all entries, those that do not win among them}
    public List<NodeEntry> entries() {
        List<NodeEntry> entries = new ArrayList<>(names.size());
        byName.values().forEach(held -> held.forEach(one -> entries.add(one.entry())));
        entries.sort(Comparator.comparing(NodeEntry::node));
        return entries;
    }

    /// {@return this host's entries: its own registrations, and mappings for its names}
    public List<NodeEntry> entriesHere() {
        Set<String> here = Set.copyOf(hostsHere());
        return entries().stream()
                .filter(entry ->
                        entry.peer().equals(Optional.of(self.toString()))
                                || (entry.source() == Source.MAPPING
                                        && here.contains(entry.node().host())))
                .toList();
    }

    /// {@return what a peer says of itself, if that is known}
    ///
    /// @param peer any
    public Optional<PeerDescription> description(PeerId peer) {
        return Optional.ofNullable(snapshot.owners().get(peer)).flatMap(NameTable::description);
    }

    /// The living peer to whose host a host part belongs.
    ///
    /// @param host part of a full name
    /// @return its description
    public Optional<PeerDescription> peerOfHost(String host) {
        if (Hosts.isLoopback(host)) {
            return description(self);
        }
        return snapshot.owners().values().stream()
                .filter(owner -> owner.phase() == Phase.LIVING)
                .flatMap(owner -> description(owner).stream())
                .filter(description -> description.hosts().contains(host))
                .findFirst();
    }

    private Optional<NodeEntry> mapping(String name, String host) {
        try {
            return byName.getOrDefault(new NodeName(name, host), List.of()).stream()
                    .map(Held::entry)
                    .filter(entry -> entry.source() == Source.MAPPING)
                    .findFirst();
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // no node name, so nobody has it
        }
    }

    /// {@return this host's names, the canonical one first}
    public List<String> hostsHere() {
        return hosts(self);
    }

    private List<String> hosts(PeerId peer) {
        return description(peer).map(PeerDescription::hosts).orElse(List.of());
    }

    private static boolean isHostOf(String host, OwnerView owner) {
        return Hosts.isLoopback(host)
                || description(owner).map(d -> d.hosts().contains(host)).orElse(false);
    }

    private static Optional<PeerDescription> description(OwnerView owner) {
        Bytes value = owner.entries().get(PeerDescription.KEY);
        return value == null ? Optional.empty() : PeerDescription.decode(value);
    }

    private void touchAll(PeerId owner, Snapshot newer, Set<Ref> touched) {
        for (Snapshot either : List.of(snapshot, newer)) {
            OwnerView view = either.owners().get(owner);
            if (view != null) {
                view.entries().keySet().forEach(k -> touched.add(new Ref(Optional.of(owner), k)));
            }
        }
    }

    private Optional<NodeEntry> entry(Ref ref, Snapshot of) {
        if (ref.owner().isEmpty()) {
            Mapping mapping = of.mappings().get(ref.key());
            return mapping == null ? Optional.empty() : mapped(ref.key(), mapping);
        }
        OwnerView owner = Objects.requireNonNull(of.owners().get(ref.owner().get()));
        Bytes value = owner.entries().get(ref.key());
        if (value == null || owner.findings().get(ref.key()) == Finding.GONE) {
            return Optional.empty();
        }
        return NodeRegistration.decode(ref.key(), value).flatMap(node -> registered(node, owner));
    }

    private Optional<NodeEntry> registered(NodeRegistration node, OwnerView owner) {
        Optional<PeerDescription> description = description(owner);
        if (description.isEmpty() || (Hosts.isLoopback(node.host()) && !owner.id().equals(self))) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new NodeEntry(
                            new NodeName(node.name(), node.host()),
                            node.hostIs(),
                            node.address().orElse(description.get().advertise().getFirst()),
                            node.port(),
                            node.nodeType() == 'M' ? NodeEntry.Type.NORMAL : NodeEntry.Type.HIDDEN,
                            node.adopted() ? Source.ADOPTED : Source.LIVE,
                            owner.phase() == Phase.LIVING ? State.UP : State.ORPHANED,
                            Optional.of(owner.id().toString()),
                            OptionalLong.of(node.creation()),
                            node.since(),
                            node.protocol(),
                            Standing.SOLE));
        } catch (IllegalArgumentException e) {
            return Optional
                    .empty(); // epmd takes names that no node can have; they stay on their host
        }
    }

    private static Optional<NodeEntry> mapped(Key key, Mapping mapping) {
        return NodeMapping.decode(key, mapping.winner().value())
                .map(node ->
                        new NodeEntry(
                                node.node(),
                                HostIs.VERIFIED,
                                node.address(),
                                node.port(),
                                NodeEntry.Type.NORMAL,
                                Source.MAPPING,
                                State.UP,
                                Optional.empty(),
                                OptionalLong.empty(),
                                Instant.ofEpochMilli(mapping.winner().wallMillis()),
                                NodeEntry.Protocol.UNREGISTERED,
                                Standing.SOLE));
    }

    private static PMap<NodeName, List<Held>> with(PMap<NodeName, List<Held>> map, Held added) {
        List<Held> held = new ArrayList<>(map.getOrDefault(added.entry().node(), List.of()));
        held.add(added);
        return map.plus(added.entry().node(), ranked(held));
    }

    private static PMap<NodeName, List<Held>> without(
            PMap<NodeName, List<Held>> map, NodeName name, Ref ref) {
        List<Held> held = new ArrayList<>(map.getOrDefault(name, List.of()));
        held.removeIf(one -> one.ref().equals(ref));
        return held.isEmpty() ? map.minus(name) : map.plus(name, ranked(held));
    }

    private static List<Held> ranked(List<Held> held) {
        held.sort(WINNER_FIRST);
        List<Held> ranked = new ArrayList<>(held.size());
        for (Held one : held) {
            Standing standing =
                    held.size() == 1
                            ? Standing.SOLE
                            : ranked.isEmpty() ? Standing.WINNER : Standing.LOSER;
            ranked.add(new Held(one.ref(), one.entry().as(standing)));
        }
        return List.copyOf(ranked);
    }
}
