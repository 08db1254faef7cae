package io.epmesh.node.naming;

import io.epmesh.gossip.Beat;
import io.epmesh.gossip.Bytes;
import io.epmesh.gossip.Changes;
import io.epmesh.gossip.Dot;
import io.epmesh.gossip.Finding;
import io.epmesh.gossip.Key;
import io.epmesh.gossip.Mapping;
import io.epmesh.gossip.PeerId;
import io.epmesh.gossip.Snapshot;
import io.epmesh.gossip.Snapshot.OwnerView;
import io.epmesh.gossip.Snapshot.Phase;
import io.epmesh.gossip.Stamp;
import io.epmesh.gossip.WriterId;
import io.epmesh.node.naming.NodeEntry.HostIs;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/// The replicated state of a mesh as a test makes it up, and what has changed in it since it was
/// last published.
public final class MeshState {
    private PMap<PeerId, OwnerView> owners = HashTreePMap.empty();
    private PMap<Key, Mapping> mappings = HashTreePMap.empty();
    private final Map<PeerId, Set<Key>> entriesChanged = new HashMap<>();
    private final Set<PeerId> ownersChanged = new HashSet<>();
    private final Set<Key> mappingsChanged = new HashSet<>();
    private final Map<Integer, Long> incarnations = new HashMap<>();
    private long counter;

    /// Creates a mesh of nobody.
    public MeshState() {}

    /// {@return the id of the test's peer of this number}
    ///
    /// @param number any but 0
    public static PeerId id(int number) {
        return new PeerId(number, 0x100 + number);
    }

    /// {@return a registration of a node that was asked for its name}
    ///
    /// @param full its name
    /// @param port its port
    public static NodeRegistration verified(String full, int port) {
        return assumed(full, port).verified(NodeName.parse(full).host(), Optional.of(7L));
    }

    /// {@return a registration of a node that was not asked yet}
    ///
    /// @param full its name
    /// @param port its port
    public static NodeRegistration assumed(String full, int port) {
        NodeName node = NodeName.parse(full);
        return since(node.name(), node.host(), port, 1_000);
    }

    static NodeRegistration since(String name, String host, int port, long millis) {
        return new NodeRegistration(
                name,
                host,
                HostIs.ASSUMED,
                Optional.empty(),
                port,
                'M',
                NodeEntry.Protocol.MODERN,
                5,
                false,
                Instant.ofEpochMilli(millis),
                Bytes.EMPTY);
    }

    /// Lets a living peer describe itself, anew if need be.
    ///
    /// @param peer number
    /// @param address where its nodes are dialled
    /// @param hosts its host names
    public void describe(int peer, String address, String... hosts) {
        describe(
                peer,
                new PeerDescription(
                        4369, "1", address + ":4370", List.of(hosts), List.of(address)));
    }

    /// Lets a living peer describe itself, anew if need be.
    ///
    /// @param peer number
    /// @param description what it says
    public void describe(int peer, PeerDescription description) {
        write(peer, PeerDescription.KEY, description.encode());
    }

    /// Writes an entry of a peer.
    ///
    /// @param peer number
    /// @param node the entry
    public void register(int peer, NodeRegistration node) {
        write(peer, node.key(), node.encode());
    }

    /// Writes any bytes under any key of a peer.
    ///
    /// @param peer number
    /// @param key the key
    /// @param value the value
    public void write(int peer, Key key, Bytes value) {
        OwnerView view = owners.get(id(peer));
        if (view == null) {
            view = view(peer, Phase.LIVING, HashTreePMap.empty(), HashTreePMap.empty());
            ownersChanged.add(id(peer));
        }
        entries(peer, view, view.entries().plus(key, value), key);
    }

    /// Lets a peer tell more than it may.
    ///
    /// @param peer number
    public void quarantine(int peer) {
        OwnerView was = owner(peer);
        Set<Key> gone = entriesChanged.computeIfAbsent(id(peer), _ -> new HashSet<>());
        gone.addAll(was.entries().keySet());
        ownersChanged.add(id(peer));
        OwnerView empty = view(peer, was.phase(), HashTreePMap.empty(), HashTreePMap.empty());
        owners =
                owners.plus(
                        id(peer),
                        new OwnerView(
                                empty.id(),
                                empty.stamp(),
                                empty.beat(),
                                empty.phase(),
                                true,
                                empty.entries(),
                                empty.findings()));
    }

    /// Lets a peer that has left be known no longer.
    ///
    /// @param peer number
    public void drop(int peer) {
        owners = owners.minus(id(peer));
        ownersChanged.add(id(peer));
    }

    /// Takes an entry away.
    ///
    /// @param peer number
    /// @param name short name
    public void unregister(int peer, String name) {
        OwnerView view = owner(peer);
        Key key = NodeRegistration.key(name);
        if (view.entries().containsKey(key)) {
            entries(peer, view, view.entries().minus(key), key);
        }
    }

    /// Moves a peer to a phase; without its entries, if it leaves.
    ///
    /// @param peer number
    /// @param phase where to
    public void phase(int peer, Phase phase) {
        OwnerView was = owner(peer);
        PMap<Key, Bytes> entries = phase == Phase.LEFT ? HashTreePMap.empty() : was.entries();
        owners = owners.plus(id(peer), view(peer, phase, entries, HashTreePMap.empty()));
        ownersChanged.add(id(peer));
    }

    /// Starts a peer again: its beats are those of a next life.
    ///
    /// @param peer number
    public void restart(int peer) {
        incarnations.merge(peer, 1L, Long::sum);
    }

    /// Judges the entries of a peer.
    ///
    /// @param peer number
    /// @param findings by short name
    public void judge(int peer, Map<String, Finding> findings) {
        OwnerView was = owner(peer);
        PMap<Key, Finding> byKey = HashTreePMap.empty();
        for (Map.Entry<String, Finding> each : findings.entrySet()) {
            byKey = byKey.plus(NodeRegistration.key(each.getKey()), each.getValue());
        }
        owners = owners.plus(id(peer), view(peer, was.phase(), was.entries(), byKey));
        ownersChanged.add(id(peer));
    }

    /// Puts a mapping at peer host h1.
    ///
    /// @param full node name
    /// @param address where it leads
    /// @param port distribution port
    public void map(String full, String address, int port) {
        map(full, address, port, "h1");
    }

    /// Puts a mapping.
    ///
    /// @param full node name
    /// @param address where it leads
    /// @param port distribution port
    /// @param writer host where it was put
    public void map(String full, String address, int port, String writer) {
        NodeName node = NodeName.parse(full);
        NodeMapping mapping = new NodeMapping(node, port, address, Optional.empty(), writer);
        put(NodeMapping.key(node), mapping.encode());
    }

    /// Puts any bytes as a mapping.
    ///
    /// @param key the key
    /// @param value the value
    public void put(Key key, Bytes value) {
        Dot dot = new Dot(new WriterId(1, 1), ++counter);
        Mapping.Candidate put = new Mapping.Candidate(dot, 500 + counter, value);
        mappings = mappings.plus(key, new Mapping(key, List.of(put)));
        mappingsChanged.add(key);
    }

    /// Removes a mapping.
    ///
    /// @param full node name
    public void unmap(String full) {
        Key key = NodeMapping.key(NodeName.parse(full));
        if (mappings.containsKey(key)) {
            mappings = mappings.minus(key);
            mappingsChanged.add(key);
        }
    }

    /// {@return the state as it is now}
    ///
    /// @param self number of the peer that looks
    public Snapshot snapshot(int self) {
        return new Snapshot(id(self), owners, mappings);
    }

    /// {@return what has changed since it was last published}
    public Changes changes() {
        return new Changes(
                Map.copyOf(entriesChanged), Set.copyOf(ownersChanged), Set.copyOf(mappingsChanged));
    }

    /// {@return the table of the state, from an older one}
    ///
    /// @param table the one before
    /// @param self number of the peer that looks
    public NameTable publish(NameTable table, int self) {
        Changes changes = changes();
        entriesChanged.clear();
        ownersChanged.clear();
        mappingsChanged.clear();
        return table.next(snapshot(self), changes);
    }

    /// {@return the table of the state, from nothing}
    ///
    /// @param self number of the peer that looks
    public NameTable table(int self) {
        Changes all = new Changes(Map.of(), owners.keySet(), mappings.keySet());
        return NameTable.empty(id(self)).next(snapshot(self), all);
    }

    /// {@return finds names as a peer does whose own nodes are those of the state}
    ///
    /// @param self number of the peer that looks
    public NameLookup lookup(int self) {
        return new NameLookup(() -> table(self), (name, _) -> table(self).lookupHere(name));
    }

    private OwnerView owner(int peer) {
        OwnerView view = owners.get(id(peer));
        if (view == null) {
            throw new IllegalArgumentException("peer %d has not described itself".formatted(peer));
        }
        return view;
    }

    private void entries(int peer, OwnerView was, PMap<Key, Bytes> entries, Key changed) {
        owners = owners.plus(id(peer), view(peer, was.phase(), entries, was.findings()));
        entriesChanged.computeIfAbsent(id(peer), _ -> new HashSet<>()).add(changed);
    }

    private OwnerView view(
            int peer, Phase phase, PMap<Key, Bytes> entries, PMap<Key, Finding> findings) {
        return new OwnerView(
                id(peer),
                new Stamp(1, ++counter),
                new Beat(1 + incarnations.getOrDefault(peer, 0L), 1),
                phase,
                false,
                entries,
                findings);
    }
}
