package io.epmesh.node.cables;

import io.epmesh.node.config.Configuration;
import io.epmesh.node.config.MeshHost;
import io.epmesh.node.naming.NameLookup;
import io.epmesh.node.naming.NodeName;
import io.epmesh.relay.Relay;
import io.epmesh.relay.RelayLimits;
import io.epmesh.relay.SourceFinder;
import io.epmesh.relay.TunnelSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// The relay of a peer: its tunnel port, the ways that lead through it, and its cables. Any thread.
public final class PeerRelay implements AutoCloseable {
    private final Relay relay;
    private final InetAddress listensOn;
    private final Ways ways;
    private final CableControl control;

    private PeerRelay(Relay relay, InetAddress listensOn, Ways ways, CableControl control) {
        this.relay = relay;
        this.listensOn = listensOn;
        this.ways = ways;
        this.control = control;
    }

    /// Starts the relay.
    ///
    /// @param configuration in which it is on
    /// @param key of the mesh
    /// @param lookup finds what is looked up
    /// @param nodes finds this host's registered nodes by short name
    /// @param sources finds whose a connection is that does not say so
    /// @return the relay; its tunnel port listens
    /// @throws IOException in one sentence: why the port cannot be listened on
    public static PeerRelay start(
            Configuration configuration,
            TunnelKey key,
            NameLookup lookup,
            Function<String, Optional<LocalNode>> nodes,
            SourceFinder sources)
            throws IOException {
        Places places = new Places(lookup.table(), nodes, ownAddresses(configuration));
        Configuration.Gossip gossip = configuration.gossip();
        TunnelSettings tunnel =
                new TunnelSettings(
                        new InetSocketAddress(gossip.address(), configuration.relay().port()),
                        key,
                        target -> NodeName.read(target).flatMap(places::here));
        Relay relay = Relay.start(Optional.of(tunnel), RelayLimits.DEFAULTS, sources);
        String host = configuration.host().names().getFirst();
        Ways ways =
                new Ways(
                        relay,
                        places,
                        lookup,
                        configuration.relay().mode(),
                        configuration.relay().meshHost(),
                        host);
        return new PeerRelay(relay, gossip.address(), ways, new RelayCables(relay, lookup.table()));
    }

    /// Loopback first: it is there without an interface, and a node may listen there alone.
    private static List<InetAddress> ownAddresses(Configuration configuration) {
        Set<InetAddress> own = new LinkedHashSet<>();
        own.add(InetAddress.ofLiteral("127.0.0.1"));
        configuration
                .relay()
                .meshHost()
                .map(MeshHost::namesByAddress)
                .ifPresent(byAddress -> own.addAll(byAddress.keySet()));
        own.add(InetAddress.ofLiteral("::1"));
        own.addAll(configuration.host().advertise());
        return List.copyOf(own);
    }

    /// {@return the port of the tunnel, 1..65535}
    public int port() {
        return relay.tunnelPort().orElseThrow();
    }

    /// {@return where the tunnel listens}
    public InetSocketAddress address() {
        return new InetSocketAddress(listensOn, port());
    }

    /// {@return the ways that lead through this relay}
    public Ways ways() {
        return ways;
    }

    /// {@return its cables, and those of the mesh}
    public CableControl control() {
        return control;
    }

    /// Resets all cables.
    @Override
    public void close() {
        relay.close();
    }
}
