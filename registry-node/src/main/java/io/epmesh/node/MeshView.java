package io.epmesh.node;

import io.epmesh.gossip.Gossip;
import io.epmesh.gossip.Mapping;
import io.epmesh.gossip.PeerId;
import io.epmesh.gossip.Snapshot.OwnerView;
import io.epmesh.gossip.Snapshot.Phase;
import io.epmesh.gossip.WriteOutcome;
import io.epmesh.node.cables.MeshCuts;
import io.epmesh.node.config.StaticPort;
import io.epmesh.node.naming.CableList;
import io.epmesh.node.naming.CutRequest;
import io.epmesh.node.naming.CutResult;
import io.epmesh.node.naming.EventHistory;
import io.epmesh.node.naming.Islands;
import io.epmesh.node.naming.MappingEntry;
import io.epmesh.node.naming.Mesh;
import io.epmesh.node.naming.NameHistory;
import io.epmesh.node.naming.NameLookup;
import io.epmesh.node.naming.NameTable;
import io.epmesh.node.naming.NodeEntry;
import io.epmesh.node.naming.NodeMapping;
import io.epmesh.node.naming.NodeName;
import io.epmesh.node.naming.NodeRegistration;
import io.epmesh.node.naming.PeerDescription;
import io.epmesh.node.naming.PeerEntry;
import io.epmesh.node.naming.Scope;
import io.epmesh.node.naming.Status;
import io.epmesh.node.naming.WriteResult;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// The mesh as this peer answers for it: reads from the published table, writes to gossip. Any
/// thread.
final class MeshView implements Mesh {
    private final Published published;
    private final NameLookup lookup;
    private final Supplier<Gossip> gossip;
    private final Rounds<Status> statuses;
    private final Rounds<CableList> cables;
    private final MeshCuts cuts;
    private final List<StaticPort> staticPorts;
    private final Executor resolver;
    private final Runnable stop;

    /// What is published.
    ///
    /// @param names the newest, as [Mesh#history]
    /// @param events the newest, as [Mesh#events]
    /// @param onChange has somebody called, as [Mesh#onChange]
    record Published(
            Supplier<NameHistory> names,
            Supplier<EventHistory> events,
            UnaryOperator<Runnable> onChange) {}

    /// @param gossip the running one: it is replaced when this peer takes a new identity
    /// @param agreement of the peers of that gossip
    /// @param resolver where host names are looked up, which may take seconds
    /// @param stop ends the peer, soon
    MeshView(
            Published published,
            NameLookup lookup,
            Supplier<Gossip> gossip,
            Agreement agreement,
            MeshCuts cuts,
            List<StaticPort> staticPorts,
            Executor resolver,
            Runnable stop) {
        this.published = published;
        this.lookup = lookup;
        this.gossip = gossip;
        Executor afterRest =
                CompletableFuture.delayedExecutor(Rounds.REST_MILLIS, TimeUnit.MILLISECONDS);
        this.statuses = new Rounds<>(agreement::ask, afterRest);
        this.cables = new Rounds<>(cuts::cables, afterRest);
        this.cuts = cuts;
        this.staticPorts = staticPorts;
        this.resolver = resolver;
        this.stop = stop;
    }

    @Override
    public List<NodeEntry> names(Scope scope) {
        return switch (scope) {
            case MESH -> table().entries();
            case LOCAL -> table().entriesHere();
        };
    }

    @Override
    public NameHistory history() {
        return published.names().get();
    }

    @Override
    public EventHistory events() {
        return published.events().get();
    }

    @Override
    public Runnable onChange(Runnable changed) {
        return published.onChange().apply(changed);
    }

    @Override
    public Optional<NodeEntry> lookup(String node) {
        if (node.contains("@")) {
            NodeName name = NodeName.parse(node);
            return lookup.full(name).or(() -> staticEntry(name));
        }
        List<NodeName> full =
                table().hostsHere().stream().map(host -> new NodeName(node, host)).toList();
        return lookup.here(node)
                .or(() -> full.stream().flatMap(name -> lookup.full(name).stream()).findFirst())
                .or(() -> staticEntry(full.getFirst()));
    }

    @Override
    public List<PeerEntry> peers() {
        NameTable now = table();
        return now.snapshot().owners().values().stream()
                .map(owner -> peer(owner, now))
                .sorted(
                        Comparator.comparing((PeerEntry peer) -> peer.hosts().toString())
                                .thenComparing(PeerEntry::id))
                .toList();
    }

    @Override
    public List<MappingEntry> mappings() {
        return table().snapshot().mappings().values().stream()
                .flatMap(mapping -> mapping(mapping).stream())
                .sorted(Comparator.comparing(MappingEntry::node))
                .toList();
    }

    @Override
    public CompletionStage<Status> status() {
        return statuses.ask();
    }

    @Override
    public CompletionStage<WriteResult> addMapping(String node, Optional<String> host, int port) {
        NodeName name = NodeName.parse(node);
        return CompletableFuture.supplyAsync(() -> address(name, host), resolver)
                .thenCompose(address -> put(name, host, address, port));
    }

    @Override
    public CompletionStage<WriteResult> removeMapping(String node) {
        return gossip.get()
                .remove(NodeMapping.key(NodeName.parse(node)))
                .thenApply(MeshView::result);
    }

    @Override
    public CompletionStage<CableList> cables() {
        return cables.ask();
    }

    @Override
    public CompletionStage<CutResult> cut(CutRequest request) {
        return cuts.cut(request);
    }

    @Override
    public CompletionStage<CutResult> fix(Optional<Islands> islands) {
        return cuts.fix(islands);
    }

    @Override
    public CompletionStage<WriteResult> forget(String peer) {
        List<PeerId> meant =
                table().snapshot().owners().values().stream()
                        .filter(owner -> owner.phase() != Phase.LEFT)
                        .map(OwnerView::id)
                        .filter(id -> isMeant(id, peer))
                        .toList();
        if (meant.size() != 1) {
            return CompletableFuture.completedFuture(
                    new WriteResult.Refused(
                            meant.isEmpty()
                                    ? "peer '%s' is not known here".formatted(peer)
                                    : "peer '%s' may be %s: give the whole id"
                                            .formatted(peer, meant)));
        }
        if (meant.getFirst().equals(table().snapshot().self())) {
            return CompletableFuture.completedFuture(
                    new WriteResult.Refused(
                            "peer '%s' is this one: it can leave, but not be forgotten"
                                    .formatted(peer)));
        }
        return gossip.get().forget(meant.getFirst()).thenApply(MeshView::result);
    }

    @Override
    public CompletionStage<WriteResult> leave() {
        return gossip.get()
                .leave()
                .thenApply(outcome -> {
                    if (outcome instanceof WriteOutcome.Done) {
                        stop.run();
                    }
                    return result(outcome);
                });
    }

    private NameTable table() {
        return history().table();
    }

    private Optional<NodeEntry> staticEntry(NodeName name) {
        NameTable now = table();
        return staticPorts.stream()
                .filter(rule -> rule.nodes().matches(name))
                .findFirst()
                .map(rule ->
                        new NodeEntry(
                                name,
                                NodeEntry.HostIs.ASSUMED,
                                now.peerOfHost(name.host())
                                        .map(peer -> peer.advertise().getFirst())
                                        .orElse(name.host()),
                                rule.port(),
                                NodeEntry.Type.NORMAL,
                                NodeEntry.Source.STATIC,
                                NodeEntry.State.UP,
                                Optional.empty(),
                                OptionalLong.empty(),
                                Instant.EPOCH,
                                NodeEntry.Protocol.UNREGISTERED,
                                NodeEntry.Standing.SOLE));
    }

    private static PeerEntry.State state(OwnerView owner) {
        if (owner.quarantined()) {
            return PeerEntry.State.QUARANTINED;
        }
        return switch (owner.phase()) {
            case LIVING -> PeerEntry.State.UP;
            case ORPHANED -> PeerEntry.State.ORPHANED;
            case LEFT -> PeerEntry.State.LEFT;
        };
    }

    private PeerEntry peer(OwnerView owner, NameTable now) {
        boolean self = owner.id().equals(now.snapshot().self());
        Optional<PeerDescription> description = now.description(owner.id());
        return new PeerEntry(
                owner.id().toString(),
                description.map(PeerDescription::hosts).orElse(List.of()),
                state(owner),
                description.map(PeerDescription::advertise).orElse(List.of()),
                description.map(PeerDescription::epmdPort).orElse(0),
                description.map(PeerDescription::gossipAddress).orElse(""),
                description.map(PeerDescription::version).orElse(""),
                owner.stamp().incarnation(),
                (int)
                        owner.entries().keySet().stream()
                                .filter(key -> key.kind() == NodeRegistration.KIND)
                                .count(),
                self ? Optional.of(Duration.ZERO) : gossip.get().silence(owner.id()),
                self);
    }

    private static Optional<MappingEntry> mapping(Mapping mapping) {
        List<MappingEntry.Rival> rivals = new ArrayList<>();
        mapping.candidates().stream()
                .skip(1)
                .forEach(rival ->
                        NodeMapping.decode(mapping.key(), rival.value())
                                .ifPresent(node -> rivals.add(rival(node, rival.wallMillis()))));
        return NodeMapping.decode(mapping.key(), mapping.winner().value())
                .map(node ->
                        new MappingEntry(
                                node.node(),
                                node.host(),
                                node.address(),
                                node.port(),
                                writer(node),
                                Instant.ofEpochMilli(mapping.winner().wallMillis()),
                                rivals));
    }

    private static MappingEntry.Rival rival(NodeMapping node, long wallMillis) {
        return new MappingEntry.Rival(
                node.address(), node.port(), writer(node), Instant.ofEpochMilli(wallMillis));
    }

    private static Optional<String> writer(NodeMapping node) {
        return Optional.of(node.writer()).filter(writer -> !writer.isEmpty());
    }

    private boolean isMeant(PeerId id, String peer) {
        return (peer.length() >= 4 && id.toString().startsWith(peer))
                || table().description(id)
                        .map(description -> description.hosts().contains(peer))
                        .orElse(false);
    }

    /// Where the node is dialled: as given, else at the peer of its host, else as its host's name
    /// resolves here and now.
    private Optional<String> address(NodeName name, Optional<String> host) {
        if (host.isEmpty()) {
            Optional<PeerDescription> peer = table().peerOfHost(name.host());
            if (peer.isPresent()) {
                return Optional.of(peer.get().advertise().getFirst());
            }
        }
        try {
            return Optional.of(InetAddress.getByName(host.orElse(name.host())).getHostAddress());
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    private CompletionStage<WriteResult> put(
            NodeName name, Optional<String> host, Optional<String> address, int port) {
        if (address.isEmpty()) {
            return CompletableFuture.completedFuture(
                    new WriteResult.Refused(
                            "nxdomain: host '%s' does not resolve here"
                                    .formatted(host.orElse(name.host()))));
        }
        NodeMapping mapping =
                new NodeMapping(name, port, address.get(), host, table().hostsHere().getFirst());
        return gossip.get()
                .put(NodeMapping.key(name), mapping.encode())
                .thenApply(MeshView::result);
    }

    private static WriteResult result(WriteOutcome outcome) {
        return switch (outcome) {
            case WriteOutcome.Done _ -> new WriteResult.Done();
            case WriteOutcome.Refused(String reason) -> new WriteResult.Refused(reason);
            case WriteOutcome.Unknown(String reason) -> new WriteResult.Unknown(reason);
        };
    }
}
