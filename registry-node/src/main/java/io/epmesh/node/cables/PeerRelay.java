package io.epmesh.node.cables;

import io.epmesh.gossip.jgroups.MeshKey;
import io.epmesh.node.config.Configuration;
import io.epmesh.node.config.MeshHost;
import io.epmesh.node.naming.NameTable;
import io.epmesh.node.naming.NodeName;
import io.epmesh.relay.Place;
import io.epmesh.relay.Relay;
import io.epmesh.relay.RelayLimits;
import io.epmesh.relay.SourceFinder;
import io.epmesh.relay.TunnelSettings;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/// The relay of a peer: its tunnel port, the ways that lead through it, and its cables. Any thread.
public final class PeerRelay implements AutoCloseable {
    private static final Logger LOG = System.getLogger(PeerRelay.class.getName());

    private final Relay relay;
    private final InetAddress listensOn;
    private final TunnelKey key;
    private final Ways ways;
    private final CableControl control;

    private PeerRelay(
            Relay relay, InetAddress listensOn, TunnelKey key, Ways ways, CableControl control) {
        this.relay = relay;
        this.listensOn = listensOn;
        this.key = key;
        this.ways = ways;
        this.control = control;
    }

    /// Starts the relay.
    ///
    /// @param configuration in which it is on
    /// @param key of the mesh; empty: cables between hosts are in clear text, as gossip is
    /// @param table what the mesh knows; asked when something is looked up
    /// @param nodes finds this host's registered nodes by short name
    /// @param sources finds whose a connection is that does not say so
    /// @return the relay; its tunnel port listens
    /// @throws IOException in one sentence: why the port cannot be listened on, or the key not used
    public static PeerRelay start(
            Configuration configuration,
            Optional<MeshKey> key,
            Supplier<NameTable> table,
            Function<String, Optional<LocalNode>> nodes,
            SourceFinder sources)
            throws IOException {
        Places places = new Places(table, nodes, ownAddresses(configuration));
        TunnelKey tunnelKey = TunnelKey.of(key);
        Configuration.Gossip gossip = configuration.gossip();
        TunnelSettings tunnel =
                new TunnelSettings(
                        new InetSocketAddress(gossip.address(), configuration.relay().port()),
                        tunnelKey,
                        target -> find(places, target));
        Relay relay = Relay.start(Optional.of(tunnel), RelayLimits.DEFAULTS, sources);
        String host = configuration.host().names().getFirst();
        Ways ways =
                new Ways(
                        relay,
                        places,
                        table,
                        configuration.relay().mode(),
                        configuration.relay().meshHost(),
                        host);
        return new PeerRelay(
                relay, gossip.address(), tunnelKey, ways, new RelayCables(relay, table, places));
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

    private static Optional<Place.Near> find(Places places, String target) {
        try {
            return places.here(NodeName.parse(target));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // no node name, so nobody has it
        }
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

    /// Uses another key for connections to come. One that cannot be used is logged, and the last
    /// one stays.
    ///
    /// @param fresh the key
    public void use(MeshKey fresh) {
        try {
            key.use(fresh);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "relay: the last good key stays in use: {0}", e.getMessage());
        }
    }

    /// Resets all cables.
    @Override
    public void close() {
        relay.close();
    }
}
