package io.epmesh.node;

import io.epmesh.epmd.EpmdServer;
import io.epmesh.epmd.Registration;
import io.epmesh.gossip.Identity;
import io.epmesh.gossip.Network;
import io.epmesh.gossip.jgroups.JGroupsNetwork;
import io.epmesh.gossip.jgroups.JGroupsSettings;
import io.epmesh.gossip.jgroups.MeshKey;
import io.epmesh.node.cables.MeshCuts;
import io.epmesh.node.cables.PeerOnlooker;
import io.epmesh.node.cables.PeerRelay;
import io.epmesh.node.cables.TunnelKey;
import io.epmesh.node.config.Configuration;
import io.epmesh.node.config.MeshHost;
import io.epmesh.node.config.Operator;
import io.epmesh.node.config.SoftwareVersion;
import io.epmesh.node.handshake.DistributionHandshake;
import io.epmesh.node.http.Health;
import io.epmesh.node.http.HttpInterface;
import io.epmesh.node.naming.PeerDescription;
import io.epmesh.node.session.MeshSessions;
import io.epmesh.node.tasks.TaskThread;
import io.netty.util.internal.PlatformDependent;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/// One peer from start to end. EPMD answers first; the mesh is joined behind it.
public final class Daemon {
    private static final Logger LOG = System.getLogger(Daemon.class.getName());

    /// Time for the last words of a peer that leaves to reach the others.
    private static final long FAREWELL_MILLIS = 300;

    /// Longer than any part takes to close.
    private static final long CLOSE_SECONDS = 8;

    static {
        // or it looks for three other libraries first
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
    }

    private final Configuration configuration;
    private final TunnelKey key;
    private final Operator operator;
    private final CompletableFuture<Integer> end = new CompletableFuture<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final TaskThread scheduler = new TaskThread("verify", this::stopForBug);
    private final DistributionHandshake handshake =
            new DistributionHandshake(DistributionHandshake.DEFAULT_DEADLINE);
    private final LocalNodes nodes;
    private final Seeds seeds;
    private final NameLearner learner;
    private final Adoption adoption;
    private final Replication replication;
    private final MeshCuts cuts;
    private final MeshView mesh;
    private final SourceNodes sources;

    /// One of both is set once, before anything that uses it starts.
    private volatile Optional<PeerRelay> relay = Optional.empty();

    private volatile Optional<PeerOnlooker> onlooker = Optional.empty();

    /// Of the identity that this peer has now.
    private volatile Optional<JGroupsNetwork> network = Optional.empty();

    /// Loads what a peer needs first, on a thread of its own: most of it while its configuration is
    /// still being read.
    public static void load() {
        Thread.ofPlatform()
                .name("load")
                .daemon()
                .start(() -> {
                    var _ = PlatformDependent.hasUnsafe();
                    var _ = new SecureRandom().nextLong();
                });
    }

    /// Runs a peer until it is told to end.
    ///
    /// @param configuration what it is told
    /// @return the program's exit code: 0 when it was told to end, 1 when it could not start, which
    ///   is logged in one sentence
    /// @throws InterruptedException if the calling thread is interrupted
    public static int run(Configuration configuration) throws InterruptedException {
        try {
            // or say now what is wrong with it
            Optional<MeshKey> key =
                    configuration.gossip().keyFile().isPresent()
                            ? Optional.of(MeshKey.read(configuration.gossip().keyFile().get()))
                            : Optional.empty();
            Operator operator =
                    configuration.operatorFile().isPresent()
                            ? Operator.read(configuration.operatorFile().get())
                            : Operator.ANY_USER;
            return new Daemon(configuration, key, operator).run();
        } catch (DataDirectory.InUseException | IOException e) {
            LOG.log(Level.ERROR, e.getMessage());
            return 1;
        }
    }

    private Daemon(Configuration configuration, Optional<MeshKey> key, Operator operator)
            throws DataDirectory.InUseException, IOException {
        this.configuration = configuration;
        this.operator = operator;
        this.key = TunnelKey.of(key);
        this.nodes = new LocalNodes(description());
        this.seeds = new Seeds(configuration.gossip().join(), InetAddress::getAllByName);
        this.replication =
                new Replication(configuration.dataDir(), nodes, this::network, this::stopForBug);
        this.sources =
                new SourceNodes(
                        nodes::all,
                        configuration
                                .relay()
                                .meshHost()
                                .map(MeshHost::namesByAddress)
                                .orElse(Map.of()));
        this.learner = new NameLearner(handshake, scheduler, nodes, this::learnt);
        this.adoption =
                new Adoption(
                        configuration.dataDir(),
                        nodes,
                        learner,
                        handshake,
                        configuration.epmd().registrations()::contains,
                        this::ownChanged,
                        this::stopForBug);
        Executor resolver = task -> Thread.ofVirtual().name("resolve").start(task);
        this.cuts =
                new MeshCuts(
                        replication::table,
                        changes -> replication.running().write(changes),
                        replication.events()::add,
                        this::stopForBug);
        replication.onPublished(cuts::published);
        this.mesh =
                new MeshView(
                        replication.published(),
                        replication.lookup(),
                        replication::running,
                        new Agreement(
                                replication::table,
                                replication::running,
                                task -> later(task, Agreement.AGAIN_MILLIS)),
                        cuts,
                        configuration.staticPorts(),
                        resolver,
                        () -> stopIn(FAREWELL_MILLIS));
    }

    private int run() throws InterruptedException, IOException {
        if (configuration.relay().isOn()) {
            try {
                startRelay();
            } catch (IOException e) {
                LOG.log(Level.ERROR, e.getMessage());
                close(List.of());
                return 1;
            }
        } else {
            PeerOnlooker onlooking = new PeerOnlooker(key, replication::table);
            onlooker = Optional.of(onlooking);
            cuts.attach(onlooking.control());
        }
        MeshSessions sessions = sessions();
        Optional<EpmdServer> epmd =
                new EpmdStart(
                                configuration,
                                handshake,
                                nodes,
                                adoption,
                                replication,
                                sessions,
                                new Local(),
                                relay.map(PeerRelay::ways))
                        .start();
        if (epmd.isEmpty()) {
            close(List.of());
            return 1;
        }
        nodes.describe(it -> it.withEpmdPort(epmd.get().port()));
        Optional<HttpInterface> http;
        try {
            http = startHttp(epmd.get(), sessions);
        } catch (IOException e) {
            LOG.log(Level.ERROR, e.getMessage());
            close(List.of(epmd.get()));
            return 1;
        }
        endOnSignal();
        epmd.get().ready();
        replication.start();
        adoption.start(epmd.get(), scheduler);
        new OrphanVerification(
                        handshake,
                        scheduler,
                        replication::table,
                        (owner, findings) ->
                                replication.running().judge(owner.id(), owner.beat(), findings),
                        this::stopForBug)
                .start();
        LOG.log(
                Level.INFO,
                "epmesh {0} is up: epmd port {1}, gossip {2}, http {3}, relay {4}, peer {5}",
                SoftwareVersion.text(),
                Integer.toString(epmd.get().port()),
                gossipAddress(),
                http.map(HttpInterface::address).map(Addresses::text).orElse("off"),
                relay.map(PeerRelay::address).map(Addresses::text).orElse("off"),
                replication.identity().peer());
        int code = end.join();
        close(http.isPresent() ? List.of(http.get(), epmd.get()) : List.of(epmd.get()));
        closed.countDown();
        return code;
    }

    private Optional<HttpInterface> startHttp(EpmdServer epmd, MeshSessions sessions)
            throws IOException {
        Optional<InetSocketAddress> address = configuration.http();
        return address.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        HttpInterface.start(address.get(), mesh, operator, health(epmd, sessions)));
    }

    private Health health(EpmdServer epmd, MeshSessions sessions) {
        PeerMetrics metrics =
                new PeerMetrics(
                        new PeerMetrics.Sources(
                                mesh,
                                cuts,
                                epmd::statistics,
                                () -> replication.running().statistics(),
                                () -> network,
                                sessions::open));
        return new Health() {
            @Override
            public boolean isReady() {
                return epmd.port() > 0;
            }

            @Override
            public CompletionStage<String> metrics() {
                return metrics.text();
            }
        };
    }

    private void startRelay() throws IOException {
        PeerRelay started =
                PeerRelay.start(configuration, key, replication.lookup(), nodes::find, sources);
        relay = Optional.of(started);
        cuts.attach(started.control());
        nodes.describe(it -> it.withRelayPort(started.port()));
    }

    private MeshSessions sessions() {
        MeshSessions sessions =
                new MeshSessions(
                        mesh,
                        () -> replication.identity().peer().toString(),
                        configuration.gossip().meshName(),
                        SoftwareVersion.text(),
                        configuration.settings(),
                        channel ->
                                channel.remoteAddress() instanceof InetSocketAddress remote
                                        && OwnAddresses.contains(remote.getAddress()),
                        operator);
        return relay.map(it -> sessions.ledBy(it.ways())).orElse(sessions);
    }

    private Network network(Identity identity) {
        Configuration.Gossip gossip = configuration.gossip();
        JGroupsNetwork made =
                new JGroupsNetwork(
                        new JGroupsSettings(
                                gossip.meshName(),
                                identity.peer(),
                                identity.incarnation(),
                                new JGroupsSettings.Place(
                                        gossip.address(), gossip.port(), gossip.advertised()),
                                new JGroupsSettings.Seeds(
                                        seeds::addresses,
                                        seeds.beaconPort(),
                                        Optional.of(configuration.dataDir().resolve("peers"))),
                                gossip.keyFile()),
                        this::gossipBound,
                        key::use);
        network = Optional.of(made);
        return made;
    }

    /// What is configured may be any free port.
    private void gossipBound(InetSocketAddress listens) {
        nodes.describe(it -> it.withGossipAddress(Addresses.text(listens)));
        ownChanged();
    }

    private PeerDescription description() {
        return new PeerDescription(
                configuration.epmd().port(),
                SoftwareVersion.text(),
                gossipAddress(),
                configuration.host().names(),
                configuration.host().advertise().stream()
                        .map(InetAddress::getHostAddress)
                        .toList());
    }

    private String gossipAddress() {
        Configuration.Gossip gossip = configuration.gossip();
        return Addresses.text(
                gossip.advertised()
                        .orElseGet(() -> new InetSocketAddress(gossip.address(), gossip.port())));
    }

    private void learnt() {
        ownChanged();
        adoption.learnt();
    }

    private void ownChanged() {
        replication.running().ownChanged();
    }

    /// A registry that lies is worse than one that restarts.
    private void stopForBug(Throwable bug) {
        LOG.log(Level.ERROR, "a bug has stopped this peer", bug);
        endNow(70);
    }

    private void stopIn(long millis) {
        var _ = scheduler.schedule(() -> endNow(0), millis, TimeUnit.MILLISECONDS);
    }

    private void later(Runnable task, long millis) {
        try {
            var _ = scheduler.schedule(task, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // the peer is stopping, and nobody wants to know any more
        }
    }

    private void endNow(int code) {
        end.complete(code);
    }

    /// On a signal: the virtual machine ends when this returns.
    private void endOnSignal() {
        try {
            Runtime.getRuntime()
                    .addShutdownHook(
                            Thread.ofPlatform().name("shutdown").unstarted(this::endAndWait));
        } catch (IllegalStateException _) {
            endNow(0); // the signal was quicker
        }
    }

    private void endAndWait() {
        endNow(0);
        try {
            if (!closed.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.log(Level.WARNING, "not closed within {0} s", CLOSE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void close(List<AutoCloseable> servers) {
        for (AutoCloseable server : servers) {
            try {
                server.close();
            } catch (Exception e) {
                LOG.log(Level.WARNING, "not closed in order: {0}", e.toString());
            }
        }
        relay.ifPresent(PeerRelay::close);
        onlooker.ifPresent(PeerOnlooker::close);
        sources.close();
        scheduler.shutdownNow();
        handshake.close();
        adoption.close();
        replication.close();
        cuts.close();
    }

    /// What this host's EPMD server reports, on its event loop.
    private final class Local implements LocalDirectory.Listener {
        @Override
        public void registered(Registration registration) {
            ownChanged();
            if (nodes.said(registration).isEmpty()) {
                learner.learn(registration);
            }
        }

        @Override
        public void unregistered() {
            ownChanged();
        }

        @Override
        public void stopRequested() {
            LOG.log(Level.INFO, "told to end by an epmd client");
            endNow(0);
        }
    }
}
