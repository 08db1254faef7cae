package io.epmesh.node.cables;

import io.epmesh.gossip.PeerId;
import io.epmesh.node.naming.NameTable;
import io.epmesh.node.naming.NodeEntry;
import io.epmesh.node.naming.NodeName;
import io.epmesh.node.naming.PeerDescription;
import io.epmesh.relay.Place;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/// Where nodes are, as a relay reaches them: this host's at the addresses of this host, those of
/// another host that has a relay behind that one, all others where they are dialled by everybody.
/// Any thread.
final class Places {
    private final Supplier<NameTable> table;
    private final Function<String, Optional<LocalNode>> nodes;
    private final List<InetAddress> ownAddresses;

    /// @param nodes finds this host's registered nodes by short name
    /// @param ownAddresses where a node of this host may listen, in the order in which to try them
    Places(
            Supplier<NameTable> table,
            Function<String, Optional<LocalNode>> nodes,
            List<InetAddress> ownAddresses) {
        this.table = table;
        this.nodes = nodes;
        this.ownAddresses = ownAddresses;
    }

    /// Where the node of an entry is; nothing if it takes no connections, or has no address.
    Optional<Place> of(NodeEntry entry) {
        NameTable now = table.get();
        if (entry.peer().equals(Optional.of(now.snapshot().self().toString()))) {
            return here(entry.node()).map(Place.class::cast);
        }
        return peer(now, entry)
                .flatMap(Places::tunnel)
                .<Place>map(Place.Far::new)
                .or(() -> address(entry.address(), entry.port()).map(Places::near));
    }

    /// Where a registered node of this host is.
    ///
    /// @param node full; a host part of which nobody is sure may be any
    Optional<Place.Near> here(NodeName node) {
        return nodes.apply(node.name())
                .filter(it -> it.assumed() || it.node().equals(node))
                .filter(it -> it.port() > 0)
                .map(it ->
                        it.source()
                                .flatMap(source -> address(source, it.port()))
                                .map(Places::near)
                                .orElseGet(() -> here(it.port())));
    }

    private Place.Near here(int port) {
        List<InetSocketAddress> all = new ArrayList<>();
        ownAddresses.forEach(own -> all.add(new InetSocketAddress(own, port)));
        return new Place.Near(all);
    }

    /// The tunnel ports of the others that live, by their peers.
    static Map<PeerId, InetSocketAddress> tunnels(NameTable now) {
        Map<PeerId, InetSocketAddress> tunnels = new TreeMap<>();
        now.descriptions()
                .forEach((peer, description) -> {
                    if (now.isLiving(peer) && !peer.equals(now.snapshot().self())) {
                        tunnel(description).ifPresent(tunnel -> tunnels.put(peer, tunnel));
                    }
                });
        return tunnels;
    }

    /// The living peer that owns an entry.
    private static Optional<PeerDescription> peer(NameTable now, NodeEntry entry) {
        return entry.peer()
                .filter(_ -> entry.state() == NodeEntry.State.UP)
                .flatMap(id -> now.description(PeerId.parse(id)));
    }

    private static Optional<InetSocketAddress> tunnel(PeerDescription peer) {
        return peer.relayPort() == 0
                ? Optional.empty()
                : address(peer.gossipHost(), peer.relayPort());
    }

    private static Place.Near near(InetSocketAddress address) {
        return new Place.Near(List.of(address));
    }

    /// Host names are not looked up.
    private static Optional<InetSocketAddress> address(String literal, int port) {
        try {
            return port == 0
                    ? Optional.empty()
                    : Optional.of(new InetSocketAddress(InetAddress.ofLiteral(literal), port));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
