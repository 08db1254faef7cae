package io.epmesh.epmd;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/// Serves EPMD. One thread, the event loop `epmd`, owns the connections and the table of
/// registrations; the methods here may be called from any thread.
public final class EpmdServer implements AutoCloseable {
    private static final int BACKLOG = 4096;
    private static final long CLOSE_SECONDS = 5;

    /// How long those who are to get an answer hold up the end.
    private static final long LAST_ANSWERS_MILLIS = 500;

    private final EventLoopGroup group;

    /// The listeners, and all connections, those of extensions too.
    private final ChannelGroup channels;

    private final List<Channel> listeners;
    private final List<InetSocketAddress> addresses;
    private final Lobby lobby;
    private final Registrations registrations;
    private final Claims claims;
    private final Counters counters;
    private final ServiceManager manager;

    private EpmdServer(
            EventLoopGroup group,
            ChannelGroup channels,
            List<Channel> listeners,
            Lobby lobby,
            Registrations registrations,
            Claims claims,
            Counters counters,
            ServiceManager manager) {
        this.group = group;
        this.channels = channels;
        this.listeners = listeners;
        this.addresses = listeners.stream().map(c -> (InetSocketAddress) c.localAddress()).toList();
        this.lobby = lobby;
        this.registrations = registrations;
        this.claims = claims;
        this.counters = counters;
        this.manager = manager;
    }

    /// Starts a server; it listens when this returns [StartResult.Started].
    ///
    /// If a service manager such as systemd has opened sockets for this process (`LISTEN_FDS` and
    /// `LISTEN_PID` in the environment), they are listened on, whatever port and addresses the
    /// settings have. If it wants to know (`NOTIFY_SOCKET`), it is told `READY=1` by [#ready], and
    /// `STOPPING=1` by [#close].
    ///
    /// @param settings how to listen and what to allow
    /// @param directory what the node knows and wants to know
    /// @param extensions who takes over connections whose first opcode, 0..255, is not EPMD's
    /// @return the server, or why there is none
    /// @throws IllegalArgumentException if an opcode is EPMD's own or out of range
    public static StartResult start(
            EpmdSettings settings, Directory directory, Map<Integer, Extension> extensions) {
        return start(settings, directory, extensions, Adoptions.NONE, List.of());
    }

    /// Starts a server that goes on with registrations of a former one.
    ///
    /// @param settings how to listen and what to allow
    /// @param directory what the node knows and wants to know
    /// @param extensions who takes over connections whose first opcode, 0..255, is not EPMD's
    /// @param adoptions the registrations, answered from the first request on
    /// @param sockets descriptors of this process, of sockets that listen already, in place of the
    ///   settings' port and addresses; none if the server is to open its own. They are the server's
    ///   from now on, save where it does not start
    /// @return the server, or why there is none
    /// @throws IllegalArgumentException if an opcode is EPMD's own or out of range
    public static StartResult start(
            EpmdSettings settings,
            Directory directory,
            Map<Integer, Extension> extensions,
            Adoptions adoptions,
            List<Integer> sockets) {
        // Who wants any free port does not mean those that were handed over.
        ServiceManager started =
                settings.port() == 0 ? ServiceManager.NONE : ServiceManager.ofThisProcess();
        ServiceManager manager =
                sockets.isEmpty()
                        ? started
                        : new ServiceManager(
                                new InheritedSockets.Descriptors(sockets), started.notifySocket());
        return start(settings, directory, extensions, adoptions, Transport.best(), manager);
    }

    static StartResult start(
            EpmdSettings settings,
            Directory directory,
            Map<Integer, Extension> extensions,
            Transport transport,
            ServiceManager manager) {
        return start(settings, directory, extensions, Adoptions.NONE, transport, manager);
    }

    private static StartResult start(
            EpmdSettings settings,
            Directory directory,
            Map<Integer, Extension> extensions,
            Adoptions adoptions,
            Transport transport,
            ServiceManager manager) {
        for (int opcode : extensions.keySet()) {
            if (RequestCodec.isOpcode(Unsigned.u8("opcode", opcode))) {
                throw new IllegalArgumentException("opcode: " + opcode + " (expected: not EPMD's)");
            }
        }
        LongSupplier nanoTime = System::nanoTime;
        ThreadFactory thread = task -> new FastThreadLocalThread(task, "epmd");
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, thread, transport.ioHandlers());
        EventLoop loop = group.next();
        EpmdLimits limits = settings.limits();
        Counters counters = new Counters();
        ChannelGroup channels = new DefaultChannelGroup("epmd", loop, true);
        Lobby lobby = new Lobby(limits, counters, nanoTime);
        Locality locality = new Locality(nanoTime);
        Admission admission = new Admission(locality, settings.access(), counters);
        Registrations registrations =
                new Registrations(
                        InstantSource.system(),
                        limits.registrations(),
                        settings.creationFloor(),
                        new SourceShares(
                                Math.max(1, limits.registrations() / 2),
                                limits.registrationsPerSource()),
                        source -> !locality.isLocal(source, InetAddress.getLoopbackAddress()));
        Claims claims =
                new Claims(
                        registrations,
                        directory,
                        loop,
                        limits.takenNameGrace(),
                        HalfOpen.ofThisSystem(loop));
        for (Registration each : adoptions.registrations()) {
            registrations.adopt(each, new AdoptedOwner(each, adoptions, claims, loop));
        }
        RequestHandler requests =
                new RequestHandler(
                        registrations,
                        claims,
                        directory,
                        admission,
                        counters,
                        Map.copyOf(extensions),
                        settings.relaxedCommandCheck());
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(group)
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        // Nobody is served before all sockets are there: whoever gets an answer on
                        // one may rely on the others.
                        .option(ChannelOption.AUTO_READ, false)
                        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                        .childOption(
                                ChannelOption.RECVBUF_ALLOCATOR,
                                new FixedRecvByteBufAllocator(FrameDecoder.READ_BYTES))
                        .handler(
                                new ListenerPipeline(
                                        new AcceptFaultHandler(lobby, counters),
                                        new DoorstepHandler(admission, requests, counters)))
                        .childHandler(
                                new Reception(
                                        channels,
                                        OpenFiles.connections(),
                                        lobby,
                                        admission,
                                        counters,
                                        requests,
                                        extensions.keySet()));
        return switch (Listeners.bind(bootstrap, transport, settings, manager.sockets())) {
            case Listeners.Bound.Failed(StartResult result) -> {
                group.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS).syncUninterruptibly();
                yield result;
            }
            case Listeners.Bound.All(List<Channel> listeners) -> {
                channels.addAll(listeners);
                listeners.forEach(listener -> listener.config().setAutoRead(true));
                long tick = Math.min(1_000_000_000L, limits.packetTimeout().toNanos() / 4 + 1);
                Future<?> _ =
                        loop.scheduleAtFixedRate(lobby::sweep, tick, tick, TimeUnit.NANOSECONDS);
                yield new StartResult.Started(
                        new EpmdServer(
                                group,
                                channels,
                                listeners,
                                lobby,
                                registrations,
                                claims,
                                counters,
                                manager));
            }
        };
    }

    /// Tells the service manager, where there is one, that all of this process is ready.
    public void ready() {
        manager.ready(group, port());
    }

    /// The port on which it listens.
    ///
    /// @return 1..65535
    public int port() {
        return addresses.getFirst().getPort();
    }

    /// The addresses on which it listens.
    ///
    /// @return one or more, in the order of binding
    public List<InetSocketAddress> addresses() {
        return addresses;
    }

    /// The event loop, on which the [Directory] is called.
    ///
    /// @return runs tasks in the order in which they were given; tasks must not block
    public Executor executor() {
        return group.next();
    }

    /// The names that are registered now.
    ///
    /// @return completes on the event loop, newest first; fails with `RejectedExecutionException`
    ///   when the server is closed
    public CompletableFuture<List<Registration>> registrations() {
        return CompletableFuture.supplyAsync(registrations::active, executor());
    }

    /// Adopts a registration whose node has proved to live only now, unless its name was claimed
    /// since the start or there is no room for it; harmless if the server is closed.
    ///
    /// @param late the registration under the id that it gets
    /// @param adoptions what was handed in at the start; looks after this one too
    /// @param told on the event loop, at the time of the adoption: the registration, answered from
    ///   now on; or nothing
    public void adopt(
            LongFunction<Registration> late,
            Adoptions adoptions,
            Consumer<Optional<Registration>> told) {
        try {
            executor().execute(() -> claims.adopt(late, adoptions, told));
        } catch (RejectedExecutionException closed) {
            // a later life asks the node anew
        }
    }

    /// Ends an adopted registration, since its node does not prove to live; harmless if its node
    /// has registered again meanwhile, or the server is closed.
    ///
    /// @param adopted as it was handed in
    public void drop(Registration adopted) {
        try {
            executor().execute(() -> claims.release(adopted));
        } catch (RejectedExecutionException closed) {
            // and with it all registrations
        }
    }

    /// What was counted so far.
    ///
    /// @return the counts, each exact, not all of one instant
    public EpmdStatistics statistics() {
        return counters.statistics();
    }

    /// Accepts no more, lets those finish that have been accepted and not answered, for half a
    /// second at most, closes all sockets, those of handed-over channels too, and ends the event
    /// loop; waits for at most eleven seconds. Who has not been accepted is left to the next
    /// process where a service manager holds the socket. The directory is not told of the
    /// registrations that end with it. Must not be called on the event loop.
    @Override
    public void close() {
        if (group.isShuttingDown()) {
            return;
        }
        manager.stopping(group);
        awaitLastAnswers();
        group.next().execute(claims::close);
        // By ourselves: a loop that is told to end at the wrong moment leaves its channels open.
        channels.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        group.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    private void awaitLastAnswers() {
        Promise<Void> answered = group.next().newPromise();
        group.next()
                .execute(() -> {
                    listeners.forEach(listener -> listener.config().setAutoRead(false));
                    lobby.whenEmpty(() -> answered.trySuccess(null));
                });
        answered.awaitUninterruptibly(LAST_ANSWERS_MILLIS, TimeUnit.MILLISECONDS);
    }
}
