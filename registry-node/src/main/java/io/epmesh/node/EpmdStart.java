package io.epmesh.node;

import io.epmesh.epmd.Adoptions;
import io.epmesh.epmd.Directory;
import io.epmesh.epmd.EpmdClient;
import io.epmesh.epmd.EpmdLimits;
import io.epmesh.epmd.EpmdResult;
import io.epmesh.epmd.EpmdServer;
import io.epmesh.epmd.EpmdSettings;
import io.epmesh.epmd.Extension;
import io.epmesh.epmd.NodeName;
import io.epmesh.epmd.StartResult;
import io.epmesh.node.adoption.RecordedNode;
import io.epmesh.node.cables.Ways;
import io.epmesh.node.config.Configuration;
import io.epmesh.node.handshake.DistributionHandshake;
import io.epmesh.node.session.MeshSessions;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Starts this host's EPMD server: by itself, or in the place of an epmd that runs; with the
/// registrations of this peer's former life, which are published before the port is bound.
final class EpmdStart {
    private static final Logger LOG = System.getLogger(EpmdStart.class.getName());
    private static final Duration REHEARSAL = Duration.ofSeconds(10);

    private final Configuration configuration;
    private final DistributionHandshake handshake;
    private final LocalNodes nodes;
    private final Adoption adoption;
    private final Replication replication;
    private final MeshSessions sessions;
    private final LocalDirectory.Listener listener;
    private final Optional<Ways> ways;

    /// @param ways of the relay, where there is one
    EpmdStart(
            Configuration configuration,
            DistributionHandshake handshake,
            LocalNodes nodes,
            Adoption adoption,
            Replication replication,
            MeshSessions sessions,
            LocalDirectory.Listener listener,
            Optional<Ways> ways) {
        this.configuration = configuration;
        this.handshake = handshake;
        this.nodes = nodes;
        this.adoption = adoption;
        this.replication = replication;
        this.sessions = sessions;
        this.listener = listener;
        this.ways = ways;
    }

    /// The running server; none if it could not start, which is logged in one sentence.
    Optional<EpmdServer> start() throws InterruptedException, IOException {
        if (!configuration.takeover()) {
            return listen(configuration.epmd().port(), adopt(List.of()), List.of());
        }
        return switch (TakeoverStart.prepare(configuration, handshake)) {
            case TakeoverStart.Refused(String sentence) -> {
                LOG.log(Level.ERROR, sentence);
                yield Optional.empty();
            }
            case TakeoverStart.Ready ready -> inPlaceOfAnother(ready);
        };
    }

    private Optional<EpmdServer> inPlaceOfAnother(TakeoverStart.Ready ready)
            throws InterruptedException, IOException {
        Adoptions adoptions = adopt(ready.imported());
        if (ready.found() && !rehearse()) {
            return Optional.empty();
        }
        int port = configuration.epmd().port();
        List<Integer> sockets = ready.sockets(addresses());
        Optional<EpmdServer> beside =
                sockets.isEmpty() ? Optional.empty() : listen(port, adoptions, sockets);
        if (!sockets.isEmpty() && beside.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> refusal = ready.end();
        if (refusal.isPresent()) {
            LOG.log(Level.ERROR, refusal.get());
            beside.ifPresent(EpmdServer::close);
            return Optional.empty();
        }
        return beside.or(() -> listen(port, adoptions, List.of()));
    }

    /// Serves on a free port for a moment. What hinders this peer shows before the other epmd is
    /// ended, and all that serving needs is loaded: the port is without an epmd for milliseconds.
    private boolean rehearse() {
        Optional<EpmdServer> started = listen(0, Adoptions.NONE, List.of());
        if (started.isEmpty()) {
            return false;
        }
        try (EpmdServer server = started.get()) {
            InetSocketAddress own =
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), server.port());
            EpmdResult answer = new EpmdClient(own, REHEARSAL).lookup(new NodeName("rehearsal"));
            if (answer instanceof EpmdResult.Unavailable(String reason)) {
                LOG.log(Level.ERROR, "takeover: this peer does not answer itself: {0}", reason);
                return false;
            }
            return true;
        }
    }

    private Adoptions adopt(List<RecordedNode> imported) throws InterruptedException, IOException {
        Adoptions adoptions = adoption.adopt(imported);
        replication.publish();
        return adoptions;
    }

    private Directory relayed(Directory known, Ways led) {
        return new RelayedDirectory(
                known, led, replication.lookup(), configuration.host().names().getFirst());
    }

    /// Where the mesh host is asked for too.
    private List<InetAddress> addresses() {
        Set<InetAddress> all = new LinkedHashSet<>(configuration.epmd().addresses());
        if (!all.isEmpty()) { // not all there are
            configuration
                    .relay()
                    .meshHost()
                    .ifPresent(host -> all.addAll(host.namesByAddress().keySet()));
        }
        return List.copyOf(all);
    }

    private Optional<EpmdServer> listen(int port, Adoptions adoptions, List<Integer> sockets) {
        Map<Integer, Extension> extensions = Map.of(MeshSessions.OPCODE, sessions::accepted);
        Configuration.Epmd wanted = configuration.epmd();
        PeerAddresses peers = new PeerAddresses(replication::table);
        AccessRules access =
                new AccessRules(
                        wanted.lookups(),
                        wanted.registrations(),
                        peers::contains,
                        System::nanoTime);
        EpmdSettings settings =
                new EpmdSettings(
                        port,
                        addresses(),
                        wanted.relaxedCommandCheck(),
                        adoption.creationFloor(),
                        access,
                        EpmdLimits.DEFAULTS.withPacketTimeout(wanted.packetTimeout()));
        Directory directory =
                adoption.remembering(
                        new LocalDirectory(
                                nodes,
                                replication.lookup(),
                                configuration.staticPorts(),
                                configuration.host().names().getFirst(),
                                source -> peers.contains(source) || access.mayRegister(source),
                                listener));
        Directory relayed = ways.<Directory>map(it -> relayed(directory, it)).orElse(directory);
        return switch (EpmdServer.start(settings, relayed, extensions, adoptions, sockets)) {
            case StartResult.Started(EpmdServer server) -> Optional.of(server);
            case StartResult.AddressInUse(InetSocketAddress address) -> {
                LOG.log(
                        Level.ERROR,
                        "epmd-port: {0} is in use, by an epmd or another peer (expected: a free"
                                + " port; `epmesh takeover` takes the place of an epmd, nodes stay"
                                + " registered; or end the other one, or set epmd-port)",
                        Integer.toString(address.getPort()));
                yield Optional.empty();
            }
            case StartResult.CannotListen(InetSocketAddress address, String reason) -> {
                LOG.log(
                        Level.ERROR,
                        "epmd-address: cannot listen on {0}: {1}",
                        Addresses.text(address),
                        reason);
                yield Optional.empty();
            }
        };
    }
}
