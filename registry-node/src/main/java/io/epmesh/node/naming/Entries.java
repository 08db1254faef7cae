package io.epmesh.node.naming;

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
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.pcollections.PMap;

/// What the replicated values mean as entries, in the eyes of one peer.
///
/// @param self the peer
/// @param snapshot the values
/// @param descriptions what the peers of the snapshot say of themselves
record Entries(PeerId self, Snapshot snapshot, PMap<PeerId, PeerDescription> descriptions) {
    /// The entry that a value makes; none if it is not there, withdrawn, of no layout or name that
    /// this version knows, or another host's `localhost`.
    Optional<NodeEntry> at(Held.Ref ref) {
        if (ref.owner().isEmpty()) {
            return Optional.ofNullable(snapshot.mappings().get(ref.key()))
                    .flatMap(mapping -> mapped(ref.key(), mapping));
        }
        return Optional.ofNullable(snapshot.owners().get(ref.owner().get()))
                .filter(owner -> owner.findings().get(ref.key()) != Finding.GONE)
                .flatMap(owner ->
                        Optional.ofNullable(owner.entries().get(ref.key()))
                                .flatMap(value -> NodeRegistration.decode(ref.key(), value))
                                .flatMap(node -> registered(node, owner)));
    }

    /// This host's names, the canonical one first.
    List<String> hostsHere() {
        return Optional.ofNullable(descriptions.get(self))
                .map(PeerDescription::hosts)
                .orElse(List.of());
    }

    private Optional<NodeEntry> registered(NodeRegistration node, OwnerView owner) {
        PeerDescription description = descriptions.get(owner.id());
        if (description == null || (Hosts.isLoopback(node.host()) && !owner.id().equals(self))) {
            return Optional.empty();
        }
        return node.entry(
                owner.id(), owner.phase() == Phase.LIVING ? State.UP : State.ORPHANED, description);
    }

    private Optional<NodeEntry> mapped(Key key, Mapping mapping) {
        return NodeMapping.decode(key, mapping.winner().value())
                .filter(node ->
                        !Hosts.isLoopback(node.node().host())
                                || hostsHere().contains(node.writer()))
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
}
