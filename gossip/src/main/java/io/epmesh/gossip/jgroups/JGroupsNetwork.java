package io.epmesh.gossip.jgroups;

import io.epmesh.gossip.Network;
import io.epmesh.gossip.PeerId;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.Message.Flag;
import org.jgroups.Message.TransientFlag;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jgroups.stack.AddressGenerator;
import org.jspecify.annotations.Nullable;

/// A [Network] over JGroups: membership and failure detection are its own, messages pass its
/// reliable protocols by.
///
/// Two threads of its own: `gossip-join` owns the channel from the first attempt to join until it
/// leaves, `gossip-send` empties the outbox. The listener is called by JGroups' threads, several at
/// a time, and with one of JGroups' locks held: it may only enqueue.
public final class JGroupsNetwork implements Network {
    /// The longest message that is carried, in bytes; longer ones are dropped and counted.
    public static final int MAX_MESSAGE_BYTES = 512 * 1_024;

    private static final System.Logger LOG = System.getLogger(JGroupsNetwork.class.getName());

    private static final long CLOSE_MILLIS = 2_000;
    private static final long RETRY_MILLIS = 1_000;
    private static final long KEY_MILLIS = 3_000;

    /// What a join waits for the first place to ask: names are resolved, and beacons answered,
    /// meanwhile.
    private static final long FIRST_SEED_MILLIS = 300;

    private static final long FIRST_SEED_STEP_MILLIS = 20;

    private final JGroupsSettings settings;
    private final Consumer<InetSocketAddress> bound;
    private final Consumer<MeshKey> keyed;
    private final AddressBook book = new AddressBook();
    private final Outbox outbox = new Outbox();
    private final Candidates candidates = new Candidates(System::nanoTime);
    private final LongAdder failedJoins = new LongAdder();
    private final CountDownLatch closing = new CountDownLatch(1);

    /// The channel in which this peer is a member; null before and after.
    private volatile @Nullable JChannel joined;

    private volatile @Nullable InetSocketAddress listening;

    /// Of the last attempt to join.
    private volatile @Nullable NettyTransport transport;

    private @Nullable KeyFile keyFile; // by the thread gossip-join
    private @Nullable Thread join; // guarded by this
    private @Nullable Thread send; // guarded by this

    /// A network that does nothing before [#start].
    ///
    /// @param settings whom to join, and as whom
    /// @param bound told, on the thread `gossip-join`, where others dial this peer, each time that
    ///   its port is bound
    /// @param keyed told, on the thread `gossip-join`, which key is used from now on, where there
    ///   is a key file
    public JGroupsNetwork(
            JGroupsSettings settings, Consumer<InetSocketAddress> bound, Consumer<MeshKey> keyed) {
        this.settings = settings;
        this.bound = bound;
        this.keyed = keyed;
    }

    @Override
    public synchronized void start(Listener listener) {
        if (join != null) {
            throw new IllegalStateException("already started");
        }
        JGroupsProcess.prepare();
        join = Thread.ofVirtual().name("gossip-join").start(() -> member(listener));
        send = Thread.ofVirtual().name("gossip-send").start(() -> outbox.run(this::carry));
    }

    /// Where this peer listens; empty until it is bound.
    ///
    /// @return the address that other peers may have as a seed
    public Optional<InetSocketAddress> localAddress() {
        return Optional.ofNullable(listening);
    }

    /// Messages that were not sent since the start: too long, for a peer never seen, while not
    /// joined, or with the outbox full. What is lost after that is not known.
    ///
    /// @return a count that only rises
    public long dropped() {
        return outbox.dropped();
    }

    /// Attempts to join that failed since the start, each of them logged.
    ///
    /// @return a count that only rises
    public long failedJoins() {
        return failedJoins.sum();
    }

    /// Connections and frames of strangers that were refused since this peer joined last.
    ///
    /// @return a count that rises, and begins anew with each attempt to join
    public long refused() {
        NettyTransport now = transport;
        return now == null ? 0 : now.refused();
    }

    /// Places that this peer would ask for the mesh.
    int candidates() {
        return candidates.all().size();
    }

    @Override
    public void send(PeerId to, byte[] message) {
        outbox.offer(new Outbox.ToPeer(to, message));
    }

    @Override
    public void broadcast(byte[] message) {
        outbox.offer(new Outbox.ToAll(message));
    }

    @Override
    public synchronized void close() {
        closing.countDown();
        if (send != null) {
            send.interrupt();
        }
        try {
            if (join != null && !join.join(java.time.Duration.ofMillis(CLOSE_MILLIS))) {
                LOG.log(Level.WARNING, "gossip: still leaving after {0} ms", CLOSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Joins, stays a member until [#close], and leaves.
    private void member(Listener listener) {
        Optional<RememberedPeers> memory = settings.seeds().remembered().map(RememberedPeers::new);
        memory.ifPresent(it -> candidates.met(it.load()));
        try {
            while (closing.getCount() > 0) {
                if (attempt(listener, memory)) {
                    return;
                }
                long jitter = ThreadLocalRandom.current().nextLong(RETRY_MILLIS);
                if (closing.await(RETRY_MILLIS + jitter, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Returns whether this peer was a member; by then it has left.
    private boolean attempt(Listener listener, Optional<RememberedPeers> memory)
            throws InterruptedException {
        try (GossipPort port = bind();
                Beacons beacons = beacons(port)) {
            listening = port.address();
            InetSocketAddress listens = settings.place().listens(port.address());
            bound.accept(listens);
            Incoming incoming = new Incoming(listener, listens);
            awaitSeeds();
            try (JChannel channel = channel(port, listens, incoming)) {
                channel.connect(settings.meshName());
                stay(port, beacons, memory);
                joined = null;
            }
            return true;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            failedJoins.increment();
            LOG.log(
                    Level.WARNING,
                    "gossip: cannot join mesh {0} from {1} port {2,number,#}, will try again: {3}",
                    settings.meshName(),
                    settings.place().address().getHostAddress(),
                    settings.place().port(),
                    rootCause(e));
            return false;
        }
    }

    private GossipPort bind() throws Exception {
        keyFile = settings.keyFile().isPresent() ? KeyFile.open(settings.keyFile().get()) : null;
        if (keyFile != null) {
            keyed.accept(keyFile.key());
        }
        return GossipPort.bind(
                hello(),
                new InetSocketAddress(settings.place().address(), settings.place().port()),
                Optional.ofNullable(keyFile).map(KeyFile::key));
    }

    /// Where there is no multicast, seeds are all that is left.
    private @Nullable Beacons beacons(GossipPort port) {
        if (settings.seeds().beaconPort().isEmpty()) {
            return null;
        }
        try {
            return Beacons.start(
                    new Beacon(
                            true,
                            port.address().getPort(),
                            Hello.mesh(settings.meshName()),
                            settings.self()),
                    settings.place().address(),
                    settings.seeds().beaconPort().getAsInt(),
                    Optional.ofNullable(keyFile).map(KeyFile::key),
                    candidates::heard);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "join: multicast cannot be used: {0}", e.getMessage());
            return null;
        }
    }

    private void awaitSeeds() throws InterruptedException {
        boolean expected = settings.seeds().beaconPort().isPresent();
        for (long waited = 0; ; waited += FIRST_SEED_STEP_MILLIS) {
            candidates.configure(settings.seeds().configured().get());
            if (!expected || !candidates.all().isEmpty() || waited >= FIRST_SEED_MILLIS) {
                return;
            }
            if (closing.await(FIRST_SEED_STEP_MILLIS, TimeUnit.MILLISECONDS)) {
                return;
            }
        }
    }

    /// Follows what may change while this peer is a member, until [#close].
    private void stay(GossipPort port, @Nullable Beacons beacons, Optional<RememberedPeers> memory)
            throws InterruptedException, IOException {
        do {
            if (keyFile != null && keyFile.isChanged()) {
                port.use(keyFile.key());
                keyed.accept(keyFile.key());
                if (beacons != null) {
                    beacons.use(keyFile.key());
                }
                LOG.log(Level.INFO, "gossip: the key file has changed, and is in use");
            }
            candidates.configure(settings.seeds().configured().get());
            memory.ifPresent(it -> it.store(candidates.met()));
        } while (!closing.await(KEY_MILLIS, TimeUnit.MILLISECONDS));
        memory.ifPresent(it -> it.store(candidates.met()));
    }

    private JChannel channel(GossipPort port, InetSocketAddress listens, Incoming incoming)
            throws Exception {
        NettyTransport fresh = new NettyTransport(port, listens, candidates, incoming::gone);
        transport = fresh;
        JChannel channel =
                new JChannel(MemberStack.create(fresh, new SeedDiscovery(candidates, book::learn)));
        channel.name(HexFormat.of().toHexDigits(settings.self().low()));
        channel.addAddressGenerator(incoming);
        channel.setReceiver(incoming);
        incoming.channel = channel;
        return channel;
    }

    private Hello hello() {
        return new Hello(Hello.mesh(settings.meshName()), settings.self(), settings.incarnation());
    }

    private static String rootCause(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    private boolean carry(Outbox.Letter letter) throws Exception {
        JChannel channel = joined;
        if (channel == null || letter.message().length > MAX_MESSAGE_BYTES) {
            return false;
        }
        return switch (letter) {
            case Outbox.ToAll(byte[] message) -> {
                channel.send(message(null, message));
                yield true;
            }
            case Outbox.ToPeer(PeerId to, byte[] message) -> {
                Optional<Address> address = book.find(to);
                if (address.isPresent() && !to.equals(settings.self())) {
                    channel.send(message(address.get(), message));
                }
                yield address.isPresent();
            }
        };
    }

    private static Message message(@Nullable Address to, byte[] bytes) {
        return new BytesMessage(to, bytes)
                .setFlag(Flag.NO_RELIABILITY)
                .setFlag(TransientFlag.DONT_LOOPBACK);
    }

    /// What JGroups tells of one attempt to join, on its own threads.
    private final class Incoming implements Receiver, AddressGenerator {
        private final Listener listener;

        private final InetSocketAddress listens;
        private volatile @Nullable JChannel channel; // set once, before it connects

        Incoming(Listener listener, InetSocketAddress listens) {
            this.listener = listener;
            this.listens = listens;
        }

        @Override
        @SuppressWarnings("deprecation") // the other one falls back to it
        public Address generateAddress() {
            return new PeerAddress(settings.self(), settings.incarnation(), listens).generate();
        }

        @Override
        public void receive(Message message) {
            if (!(message instanceof BytesMessage) || message.getLength() > MAX_MESSAGE_BYTES) {
                return; // not of our making
            }
            book.learn(message.getSrc());
            int offset = message.getOffset();
            byte[] array = message.getArray();
            if (array != null) {
                listener.received(Arrays.copyOfRange(array, offset, offset + message.getLength()));
            }
        }

        @Override
        public void viewAccepted(View view) {
            if (closing.getCount() > 0) {
                joined = channel; // while it still connects: what a view provokes shall be sent
            }
            listener.viewChanged(book.learnAll(view.getMembers()));
        }

        void gone(InetSocketAddress address) {
            book.at(address).stream()
                    .filter(peer -> !peer.equals(settings.self()))
                    .forEach(listener::suspected);
        }
    }
}
