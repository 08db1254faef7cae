package io.epmesh.node.naming;

import io.epmesh.gossip.Bytes;
import io.epmesh.gossip.Changes;
import io.epmesh.gossip.Key;
import io.epmesh.gossip.PeerId;
import io.epmesh.gossip.Snapshot;
import io.epmesh.gossip.Snapshot.OwnerView;
import io.epmesh.gossip.Snapshot.Phase;
import io.epmesh.node.naming.Held.Ref;
import io.epmesh.node.naming.NodeEntry.HostIs;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/// Who is where, as the replicated state says: an index over a snapshot by full name. Immutable;
/// any thread. A change costs as much as what has changed.
///
/// Of several entries under one full name all peers that know the same ones answer the same: living
/// before orphaned, registrations before mappings, the older before the younger, then by id.
public final class NameTable {
    private final Entries entries;

    /// Invariant: for each entry of the table, its place and its full name.
    private final PMap<Ref, NodeName> names;

    /// Invariant: the same entries, ranked; no list is empty.
    private final PMap<NodeName, List<Held>> byName;

    /// Names of which an entry may differ from the table before.
    private final Set<NodeName> touched;

    /// Those of them that it answered otherwise.
    private final List<NodeName> changed;

    private NameTable(
            Entries entries,
            PMap<Ref, NodeName> names,
            PMap<NodeName, List<Held>> byName,
            Set<NodeName> touched,
            List<NodeName> changed) {
        this.entries = entries;
        this.names = names;
        this.byName = byName;
        this.touched = touched;
        this.changed = changed;
    }

    /// {@return a table without entries, to begin with}
    ///
    /// @param self this peer
    public static NameTable empty(PeerId self) {
        Snapshot nothing = new Snapshot(self, HashTreePMap.empty(), HashTreePMap.empty());
        return new NameTable(
                new Entries(self, nothing, HashTreePMap.empty()),
                HashTreePMap.<Ref, NodeName>empty(),
                HashTreePMap.<NodeName, List<Held>>empty(),
                Set.of(),
                List.of());
    }

    /// The table of the snapshot after this one's.
    ///
    /// @param newer the next snapshot
    /// @param changes how it differs from this table's
    /// @return its table
    public NameTable next(Snapshot newer, Changes changes) {
        Set<PeerId> whole = new HashSet<>(changes.owners());
        changes.entries()
                .forEach((owner, keys) -> {
                    if (keys.contains(PeerDescription.KEY)) {
                        whole.add(owner);
                    }
                });
        Entries now =
                new Entries(entries.self(), newer, described(entries.descriptions(), newer, whole));
        PMap<Ref, NodeName> newNames = names;
        PMap<NodeName, List<Held>> newByName = byName;
        Set<NodeName> looked = new HashSet<>();
        for (Ref ref : touched(now, changes, whole)) {
            NodeName was = newNames.get(ref);
            if (was != null) {
                looked.add(was);
                newNames = newNames.minus(ref);
                newByName = without(newByName, was, ref);
            }
            Optional<NodeEntry> entry = now.at(ref);
            if (entry.isPresent()) {
                looked.add(entry.get().node());
                newNames = newNames.plus(ref, entry.get().node());
                newByName = with(newByName, new Held(ref, entry.get()));
            }
        }
        PMap<NodeName, List<Held>> after = newByName;
        List<NodeName> differ =
                looked.stream()
                        .filter(name -> !winner(after, name).equals(winner(byName, name)))
                        .toList();
        return new NameTable(now, newNames, newByName, looked, differ);
    }

    private static Optional<NodeEntry> winner(PMap<NodeName, List<Held>> map, NodeName name) {
        List<Held> held = map.get(name);
        return held == null ? Optional.empty() : Optional.of(held.getFirst().entry());
    }

    /// {@return the snapshot of which this is the table}
    public Snapshot snapshot() {
        return entries.snapshot();
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
        Key key = NodeRegistration.key(node.name());
        return entries.descriptions().entrySet().stream()
                .filter(peer -> isHostOf(node.host(), peer))
                .flatMap(peer -> held(Ref.of(peer.getKey(), key)).stream())
                .filter(one -> one.entry().hostIs() == HostIs.ASSUMED)
                .min(Held.WINNER_FIRST)
                .map(Held::entry);
    }

    /// The registration of a short name whose host part nobody knows for sure, on whichever host.
    ///
    /// @param name short name
    /// @return of several the winner
    public Optional<NodeEntry> lookupAssumed(String name) {
        Key key = NodeRegistration.key(name);
        return entries.descriptions().keySet().stream()
                .flatMap(peer -> held(Ref.of(peer, key)).stream())
                .filter(one -> one.entry().hostIs() == HostIs.ASSUMED)
                .min(Held.WINNER_FIRST)
                .map(Held::entry);
    }

    /// The entry that a short name means on this host: its own node, whatever other peers hold,
    /// then a mapping for one of its names.
    ///
    /// @param name short name
    /// @return the entry
    public Optional<NodeEntry> lookupHere(String name) {
        return held(Ref.of(entries.self(), NodeRegistration.key(name)))
                .map(Held::entry)
                .or(() -> mappingsHere(name).stream().findFirst());
    }

    /// The mappings of a short name for this host's names.
    ///
    /// @param name short name
    /// @return in the order of this host's names
    public List<NodeEntry> mappingsHere(String name) {
        return hostsHere().stream().flatMap(host -> mapping(name, host).stream()).toList();
    }

    /// {@return the mappings for this host's names, in the order of their short names, those of one
    /// in the order of this host's names}
    public List<NodeEntry> mappingsHere() {
        List<String> here = hostsHere();
        return snapshot().mappings().keySet().stream()
                .flatMap(key -> held(Ref.ofMapping(key)).stream())
                .map(Held::entry)
                .filter(entry -> here.contains(entry.node().host()))
                // By hand, and below: what Comparator.comparing makes is made anew at each start.
                .sorted((a, b) -> {
                    int byName = a.node().name().compareTo(b.node().name());
                    return byName != 0 ? byName : place(here, a) - place(here, b);
                })
                .toList();
    }

    private static int place(List<String> hosts, NodeEntry entry) {
        return hosts.indexOf(entry.node().host());
    }

    /// {@return names of which an entry may differ from the table before}
    Set<NodeName> touched() {
        return touched;
    }

    /// {@return the entries under exactly this name, the winner first}
    ///
    /// @param name full
    List<NodeEntry> entries(NodeName name) {
        return byName.getOrDefault(name, List.of()).stream().map(Held::entry).toList();
    }

    /// {@return names that the table before answered otherwise, by [#winner]}
    List<NodeName> changed() {
        return changed;
    }

    /// {@return the entry that answers under exactly this name}
    ///
    /// @param name full
    Optional<NodeEntry> winner(NodeName name) {
        return winner(byName, name);
    }

    /// {@return the entries that answer, in no order; made while they are taken}
    Iterator<NodeEntry> winners() {
        Iterator<List<Held>> names = byName.values().iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return names.hasNext();
            }

            @Override
            public NodeEntry next() {
                return names.next().getFirst().entry();
            }
        };
    }

    /// {@return all entries in the order of their names, those that do not win among them}
    public List<NodeEntry> entries() {
        List<NodeEntry> all = new ArrayList<>(names.size());
        byName.values().forEach(held -> held.forEach(one -> all.add(one.entry())));
        all.sort(Comparator.comparing(NodeEntry::node)); // stable: the winner stays first
        return all;
    }

    /// {@return this host's entries: its own registrations, and mappings for its names}
    public List<NodeEntry> entriesHere() {
        OwnerView own = snapshot().owners().get(entries.self());
        Stream<NodeEntry> registered =
                own == null
                        ? Stream.of()
                        : own.entries().keySet().stream()
                                .flatMap(key -> held(Ref.of(own.id(), key)).stream())
                                .map(Held::entry);
        return Stream.concat(registered, mappingsHere().stream())
                .sorted((a, b) -> {
                    int byNode = a.node().compareTo(b.node());
                    return byNode != 0 ? byNode : a.source().compareTo(b.source());
                })
                .toList();
    }

    /// {@return what the peers say of themselves, all but those that left; the same map as in the
    /// table before, if none of them has changed}
    public PMap<PeerId, PeerDescription> descriptions() {
        return entries.descriptions();
    }

    /// {@return what a peer says of itself, if that is known}
    ///
    /// @param peer any
    public Optional<PeerDescription> description(PeerId peer) {
        return Optional.ofNullable(entries.descriptions().get(peer));
    }

    /// The living peer to whose host a host part belongs; of several the one with the least id.
    ///
    /// @param host part of a full name
    /// @return its description
    public Optional<PeerDescription> peerOfHost(String host) {
        return entries.descriptions().entrySet().stream()
                .filter(peer -> isHostOf(host, peer))
                .filter(peer -> isLiving(peer.getKey()))
                .min(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue);
    }

    /// {@return this host's names, the canonical one first}
    public List<String> hostsHere() {
        return entries.hostsHere();
    }

    /// {@return whether a peer is heard of}
    ///
    /// @param peer any
    public boolean isLiving(PeerId peer) {
        OwnerView owner = snapshot().owners().get(peer);
        return owner != null && owner.phase() == Phase.LIVING;
    }

    private boolean isHostOf(String host, Map.Entry<PeerId, PeerDescription> peer) {
        return Hosts.isLoopback(host)
                ? peer.getKey().equals(entries.self())
                : peer.getValue().hosts().contains(host);
    }

    private Optional<Held> held(Ref ref) {
        NodeName name = names.get(ref);
        return name == null
                ? Optional.empty()
                : byName.getOrDefault(name, List.of()).stream()
                        .filter(one -> one.ref().equals(ref))
                        .findFirst();
    }

    private Optional<NodeEntry> mapping(String name, String host) {
        try {
            return held(Ref.ofMapping(NodeMapping.key(new NodeName(name, host)))).map(Held::entry);
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // no node name, so nobody has it
        }
    }

    private static PMap<PeerId, PeerDescription> described(
            PMap<PeerId, PeerDescription> before, Snapshot newer, Set<PeerId> changed) {
        PMap<PeerId, PeerDescription> after = before;
        for (PeerId peer : changed) {
            OwnerView owner = newer.owners().get(peer);
            Bytes value = owner == null ? null : owner.entries().get(PeerDescription.KEY);
            Optional<PeerDescription> description =
                    value == null ? Optional.empty() : PeerDescription.decode(value);
            after =
                    description.isPresent()
                            ? after.plus(peer, description.get())
                            : after.minus(peer);
        }
        return after;
    }

    /// All places whose entries may look different now.
    private Set<Ref> touched(Entries now, Changes changes, Set<PeerId> whole) {
        Set<Ref> touched = new HashSet<>();
        changes.entries()
                .forEach((owner, keys) -> keys.forEach(key -> touched.add(Ref.of(owner, key))));
        for (PeerId owner : whole) {
            for (Snapshot either : List.of(snapshot(), now.snapshot())) {
                OwnerView view = either.owners().get(owner);
                if (view != null) {
                    view.entries().keySet().forEach(key -> touched.add(Ref.of(owner, key)));
                }
            }
        }
        changes.mappings().forEach(key -> touched.add(Ref.ofMapping(key)));
        if (!now.hostsHere().equals(hostsHere())) {
            now.snapshot().mappings().keySet().forEach(key -> touched.add(Ref.ofMapping(key)));
        }
        return touched;
    }

    private static PMap<NodeName, List<Held>> with(PMap<NodeName, List<Held>> map, Held added) {
        List<Held> held = new ArrayList<>(map.getOrDefault(added.entry().node(), List.of()));
        held.add(added);
        return map.plus(added.entry().node(), Held.ranked(held));
    }

    private static PMap<NodeName, List<Held>> without(
            PMap<NodeName, List<Held>> map, NodeName name, Ref ref) {
        List<Held> held = new ArrayList<>(map.getOrDefault(name, List.of()));
        held.removeIf(one -> one.ref().equals(ref));
        return held.isEmpty() ? map.minus(name) : map.plus(name, Held.ranked(held));
    }
}
