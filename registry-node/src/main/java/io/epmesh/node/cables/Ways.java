package io.epmesh.node.cables;

import io.epmesh.node.config.MeshHost;
import io.epmesh.node.config.RelayMode;
import io.epmesh.node.naming.NameLookup;
import io.epmesh.node.naming.NodeEntry;
import io.epmesh.node.naming.NodeName;
import io.epmesh.relay.OpenResult;
import io.epmesh.relay.Place;
import io.epmesh.relay.Relay;
import io.epmesh.relay.Route;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/// Which look-ups are led through cables, and to where. Any thread.
public final class Ways {
    private static final Logger LOG = System.getLogger(Ways.class.getName());
    private static final long LINE_NANOS = 1_000_000_000;

    private final Relay relay;
    private final Places places;
    private final NameLookup lookup;
    private final RelayMode mode;
    private final List<String> meshHosts;
    private final Map<InetAddress, List<String>> meshAddresses;
    private final String unknown;
    private final AtomicLong nextLine = new AtomicLong(System.nanoTime());

    /// @param host canonical name of this host
    Ways(
            Relay relay,
            Places places,
            NameLookup lookup,
            RelayMode mode,
            Optional<MeshHost> meshHost,
            String host) {
        this.relay = relay;
        this.places = places;
        this.lookup = lookup;
        this.mode = mode;
        this.meshHosts = meshHost.map(MeshHost::names).orElse(List.of());
        this.meshAddresses = meshHost.map(MeshHost::namesByAddress).orElse(Map.of());
        this.unknown = "unknown@" + host;
    }

    /// {@return which look-ups are led through cables, beside those of the mesh host}
    public RelayMode mode() {
        return mode;
    }

    /// {@return the names of the mesh host that an address of this host stands for; mostly none}
    ///
    /// @param local address of this host
    public List<String> meshNames(InetAddress local) {
        return meshAddresses.getOrDefault(local, List.of());
    }

    /// {@return whether a host part is one of the mesh host's}
    ///
    /// @param host part of a full name
    public boolean isMeshHost(String host) {
        return meshHosts.contains(host);
    }

    /// A node of the mesh host: the winner of its full name, or else a node whose host part nobody
    /// is sure of, as under TLS.
    ///
    /// @param name short
    /// @param hosts names of the mesh host, the first one that has such a node counts
    /// @return its full name there, and its entry
    public Optional<Target> ofMesh(String name, List<String> hosts) {
        return hosts.stream()
                .flatMap(host -> fullName(name, host).stream())
                .flatMap(full -> lookup.full(full).map(entry -> new Target(full, entry)).stream())
                .findFirst()
                .or(() -> assumed(name, hosts));
    }

    private Optional<Target> assumed(String name, List<String> hosts) {
        return hosts.stream()
                .findFirst()
                .flatMap(host -> fullName(name, host))
                .flatMap(full -> lookup.assumed(name).map(entry -> new Target(full, entry)));
    }

    private static Optional<NodeName> fullName(String name, String host) {
        return NodeName.read(name + "@" + host);
    }

    /// A node that is looked up.
    ///
    /// @param node full name by which it is known to who asks
    /// @param entry where it is
    public record Target(NodeName node, NodeEntry entry) {}

    /// Opens a listener that leads to a node.
    ///
    /// @param target the node
    /// @param listenOn address of this host
    /// @param source who asks, where that is known
    /// @return its port; empty: nothing leads there, which is logged where it need not be so
    public CompletionStage<OptionalInt> open(
            Target target, InetAddress listenOn, Optional<String> source) {
        return places.of(target.entry())
                .map(place -> open(target.node(), place, listenOn, source))
                .orElseGet(() -> CompletableFuture.completedFuture(OptionalInt.empty()));
    }

    /// Opens a listener that leads to a node.
    ///
    /// @param target full name of the node
    /// @param place where it is
    /// @param listenOn address of this host
    /// @param source who asks, where that is known
    /// @return its port; empty: none can be opened, which is logged
    public CompletionStage<OptionalInt> open(
            NodeName target, Place place, InetAddress listenOn, Optional<String> source) {
        return relay.open(new Route(listenOn, target.toString(), place, source, unknown))
                .thenApply(result ->
                        switch (result) {
                            case OpenResult.Opened(int port) -> OptionalInt.of(port);
                            case OpenResult.Refused(String reason) -> {
                                refused(target, reason);
                                yield OptionalInt.empty();
                            }
                        });
    }

    private void refused(NodeName target, String reason) {
        long now = System.nanoTime();
        long next = nextLine.get();
        if (now - next >= 0 && nextLine.compareAndSet(next, now + LINE_NANOS)) {
            LOG.log(Level.WARNING, "relay: no way to {0} can be opened: {1}", target, reason);
        }
    }

    /// The way that a client of the mesh session is to take.
    ///
    /// @param client full name of the client; empty: it has none, and the handshake tells
    /// @param node name of the node that it wants to reach
    /// @param found the entry of that name, if there is one
    /// @param loopback address of this host at which it can connect
    /// @return the way; empty: there is no such node, or no way to it now
    public CompletionStage<Optional<Way>> between(
            Optional<String> client, String node, Optional<NodeEntry> found, InetAddress loopback) {
        Optional<Target> target =
                found.map(entry -> new Target(entry.node(), entry)).or(() -> ofMesh(node));
        Optional<Place> place =
                target.filter(it -> isLed(it.node())).flatMap(it -> places.of(it.entry()));
        if (place.isEmpty()) {
            return CompletableFuture.completedFuture(found.flatMap(Ways::direct));
        }
        return open(target.orElseThrow().node(), place.get(), loopback, client)
                .thenApply(port ->
                        port.isPresent()
                                ? Optional.of(new Way(loopback.getHostAddress(), port.getAsInt()))
                                : Optional.empty());
    }

    /// The way without a cable.
    ///
    /// @param entry of the node to be reached
    /// @return empty: it takes no connections
    public static Optional<Way> direct(NodeEntry entry) {
        return entry.port() == 0
                ? Optional.empty()
                : Optional.of(new Way(entry.address(), entry.port()));
    }

    private Optional<Target> ofMesh(String node) {
        int at = node.indexOf('@');
        String host = node.substring(at + 1);
        return at > 0 && isMeshHost(host)
                ? ofMesh(node.substring(0, at), List.of(host))
                : Optional.empty();
    }

    private boolean isLed(NodeName node) {
        return mode != RelayMode.OFF || isMeshHost(node.host());
    }

    /// {@return the nodes of some names of the mesh host, those that win, in the order of their
    /// names}
    ///
    /// @param hosts names of the mesh host
    public List<NodeEntry> meshNodes(List<String> hosts) {
        return lookup.table().get().entries().stream()
                .filter(entry -> hosts.contains(entry.node().host()))
                .filter(entry -> entry.standing() != NodeEntry.Standing.LOSER)
                .toList();
    }
}
