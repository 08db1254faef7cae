package io.epmesh.node.adoption;

import io.epmesh.epmd.EpmdClient;
import io.epmesh.epmd.EpmdResult;
import io.epmesh.epmd.NamedPort;
import io.epmesh.epmd.PortInfo;
import io.epmesh.node.adoption.ListeningSockets.Listener;
import io.epmesh.node.adoption.SocketHolders.Holder;
import io.epmesh.node.handshake.DistributionHandshake;
import io.epmesh.node.handshake.HandshakeResult;
import io.epmesh.node.session.MeshClient;
import io.epmesh.node.session.MeshClientException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Takes the place of another epmd on this host: asks it for its names while it runs and can vouch
/// for them, and ends it. Where the system allows it this process serves that epmd's sockets before
/// it ends, so that no client is refused. For the thread that starts the peer; blocks.
public final class Takeover {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final Set<InetAddress> ALL =
            Set.of(InetAddress.ofLiteral("0.0.0.0"), InetAddress.ofLiteral("::"));
    private static final Set<InetAddress> LOOPBACKS =
            Set.of(LOOPBACK, InetAddress.ofLiteral("::1"));
    private static final Path IPV6 = Path.of("/proc/net/if_inet6");

    /// A host that is so busy that its epmd answers late is no reason to give up.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final long POLL_MILLIS = 5;

    private final int port;
    private final Duration patience;
    private final EpmdClient epmd;
    private final Supplier<Optional<ListeningSockets>> sockets;
    private final DistributionHandshake handshake;
    private Optional<CopiedSockets> copied = Optional.empty();

    /// Prepares.
    ///
    /// @param port where the other epmd listens, 1..65535
    /// @param sockets what listens now; empty where the system does not tell
    /// @param handshake asks nodes
    public Takeover(
            int port,
            Supplier<Optional<ListeningSockets>> sockets,
            DistributionHandshake handshake) {
        this(port, sockets, handshake, PATIENCE);
    }

    Takeover(
            int port,
            Supplier<Optional<ListeningSockets>> sockets,
            DistributionHandshake handshake,
            Duration patience) {
        this.port = port;
        this.patience = patience;
        this.epmd = new EpmdClient(new InetSocketAddress(LOOPBACK, port), patience);
        this.sockets = sockets;
        this.handshake = handshake;
    }

    /// What is at the port.
    public sealed interface Found {
        /// Nothing listens: nothing is to be taken over.
        record Nothing() implements Found {}

        /// An epmd, with its registrations.
        ///
        /// @param nodes oldest first, each with the proof by which it can be adopted, where it has
        ///   one
        record Epmd(List<RecordedNode> nodes) implements Found {}

        /// Something that is not to be ended.
        ///
        /// @param reason one clause, for people
        record Foreign(String reason) implements Found {}
    }

    /// Looks at what is at the port, and takes down its registrations.
    ///
    /// @return what is there
    public Found look() {
        if (SocketHolders.isOneOfThem(listening())) {
            return new Found.Nothing(); // it was handed to this process to listen on
        }
        return switch (epmd.names()) {
            case EpmdResult.Listed(int _, List<NamedPort> names) ->
                    isPeer()
                            ? new Found.Foreign("another epmesh peer has it")
                            : new Found.Epmd(registrations(names));
            case EpmdResult.Ignored() -> new Found.Foreign("what has it is no epmd");
            case EpmdResult.Unavailable(String reason) ->
                    sockets.get().map(now -> now.at(port).isEmpty()).orElse(true)
                            ? new Found.Nothing()
                            : new Found.Foreign("what has it is no epmd: " + reason);
        };
    }

    /// A peer answers the mesh session, at which the C program hangs up.
    private boolean isPeer() {
        try (MeshClient _ = MeshClient.connect(LOOPBACK.getHostAddress(), port, patience)) {
            return true;
        } catch (MeshClientException e) {
            return false;
        }
    }

    private List<RecordedNode> registrations(List<NamedPort> names) {
        Optional<ListeningSockets> now = sockets.get();
        Instant since = Instant.now();
        List<RecordedNode> nodes = new ArrayList<>();
        for (NamedPort each : names.reversed()) {
            // The C program does not answer for names of 255 characters.
            PortInfo info =
                    epmd.lookup(each.name()) instanceof EpmdResult.Found found
                            ? found.info()
                            : PortInfo.ofErlangNode(each.port());
            RecordedNode node =
                    new RecordedNode(
                            each.name(),
                            info,
                            0,
                            since,
                            LOOPBACK,
                            now.map(known -> known.onlyOneAt(info.port()))
                                    .orElse(OptionalLong.empty()),
                            Optional.empty());
            nodes.add(node.socket().isPresent() ? node : asked(node));
        }
        return nodes;
    }

    /// Where several sockets listen at the port, the node's own word is its proof.
    private RecordedNode asked(RecordedNode node) {
        int port = node.info().port();
        if (port == 0) {
            return node;
        }
        HandshakeResult result =
                handshake
                        .ask(
                                new InetSocketAddress(node.source(), port),
                                node.info().highestVersion())
                        .toCompletableFuture()
                        .join();
        String prefix = node.name().value() + "@";
        return result instanceof HandshakeResult.Identified(var full, var creation)
                        && full.startsWith(prefix)
                        && creation.isPresent()
                ? node.saying(
                        new SelfDescription(
                                node.name().value(),
                                full.substring(prefix.length()),
                                creation.getAsLong()))
                : node;
    }

    /// Shares the sockets of the other epmd, which serves on until [#end]. They must be all that
    /// this peer would open, and that epmd alone must hold them.
    ///
    /// @param addresses where this peer is to listen; none means all
    /// @return descriptors of this process; none if they cannot be had
    public List<Integer> shareSockets(List<InetAddress> addresses) {
        Set<Long> inodes = listening();
        List<Holder> holders = SocketHolders.of(inodes);
        if (holders.size() != 1 || !holders.getFirst().program().equals("epmd")) {
            return List.of();
        }
        Set<InetAddress> bound =
                listeners().stream().map(Listener::address).collect(Collectors.toSet());
        if (bound.equals(wanted(addresses))) {
            copied = CopiedSockets.of(holders.getFirst(), inodes, port);
        }
        return copied.map(CopiedSockets::descriptors).orElse(List.of());
    }

    /// As the C program binds them.
    private static Set<InetAddress> wanted(List<InetAddress> addresses) {
        Set<InetAddress> wanted = new HashSet<>(addresses);
        wanted.addAll(addresses.isEmpty() ? ALL : LOOPBACKS);
        if (!Files.exists(IPV6)) {
            wanted.removeIf(Inet6Address.class::isInstance);
        }
        return wanted;
    }

    /// Ends the other epmd: by a signal to its process if its sockets are shared, else by its own
    /// KILL, which it grants without living nodes or where it is relaxed, else by a signal.
    ///
    /// @return why it could not be ended, in one clause; empty once the port is this peer's to
    ///   serve
    /// @throws InterruptedException if the calling thread is interrupted
    public Optional<String> end() throws InterruptedException {
        if (copied.isPresent()) {
            return copied.get().endHolder()
                    ? Optional.empty()
                    : Optional.of("its epmd was killed, and does not end");
        }
        List<Holder> holders = SocketHolders.of(listening());
        for (Holder holder : holders) {
            if (!holder.program().equals("epmd")) {
                return Optional.of(
                        "%s holds its socket (expected: epmd alone; a socket unit of systemd must"
                                        .formatted(holder)
                                + " be stopped first)");
            }
        }
        if (epmd.kill() instanceof EpmdResult.Killed) {
            return isFreeSoon()
                    ? Optional.empty()
                    : Optional.of("its epmd was told to end, and the port is not free");
        }
        if (holders.isEmpty()) {
            return Optional.of(
                    "it has living nodes, and its process cannot be seen (expected: to be run as"
                            + " root or as the user of that epmd)");
        }
        for (Holder holder : holders) {
            if (!signal(holder, ProcessHandle::destroy)) {
                return Optional.of("%s may not be ended by this user".formatted(holder));
            }
        }
        if (isFreeSoon()) {
            return Optional.empty();
        }
        for (Holder holder : holders) {
            boolean _ = signal(holder, ProcessHandle::destroyForcibly);
        }
        return isFreeSoon()
                ? Optional.empty()
                : Optional.of("%s was killed, and the port is not free".formatted(holders));
    }

    /// Whether it was signalled, or has ended by itself.
    private static boolean signal(Holder holder, Predicate<ProcessHandle> signal) {
        return ProcessHandle.of(holder.pid()).map(signal::test).orElse(true);
    }

    /// The end is that of the socket: the process may stay on as a zombie.
    private Set<Long> listening() {
        return listeners().stream().map(Listener::inode).collect(Collectors.toSet());
    }

    private List<Listener> listeners() {
        return sockets.get().map(now -> now.at(port)).orElse(List.of());
    }

    private boolean isFreeSoon() throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            if (sockets.get().map(now -> now.at(port).isEmpty()).orElse(true)) {
                return true;
            }
            if (System.nanoTime() > end) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }
}
