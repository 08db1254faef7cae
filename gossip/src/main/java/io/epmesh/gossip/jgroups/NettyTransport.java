package io.epmesh.gossip.jgroups;

import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.Message;
import org.jgroups.PhysicalAddress;
import org.jgroups.protocols.NoBundler;
import org.jgroups.protocols.TP;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.Bits;
import org.jgroups.util.MaxOneThreadPerSender;
import org.jspecify.annotations.Nullable;

/// JGroups' messages over a [GossipPort]. Sending never blocks, so each message is a frame at once,
/// without a bundler. Where a member listens is read out of its address: no cache has to learn it.
final class NettyTransport extends TP {
    private static final int FLAGS_AT = Short.BYTES;
    private static final int TYPE_AT = FLAGS_AT + Byte.BYTES;

    /// Messages of one sender that wait for their thread, beyond which they are dropped.
    private static final int MAX_PER_SENDER = 512;

    /// Step of a clock that ages connections of `UNICAST4`, which live for minutes.
    private static final long CLOCK_MILLIS = 5_000;

    private final GossipPort port;
    private final InetSocketAddress listens;
    private final Candidates candidates;
    private final Consumer<InetSocketAddress> gone;
    private final LongAdder refused = new LongAdder();
    private volatile boolean connected;

    /// @param port bound, not accepting yet; whoever bound it closes it
    /// @param listens where others dial it
    /// @param candidates told of those that cannot be reached
    /// @param gone told of places where nobody listens any more
    NettyTransport(
            GossipPort port,
            InetSocketAddress listens,
            Candidates candidates,
            Consumer<InetSocketAddress> gone) {
        this.port = port;
        this.listens = listens;
        this.candidates = candidates;
        this.gone = gone;
        setBindAddress(port.address().getAddress());
        setBindPort(port.address().getPort());
        setPortRange(0);
        setBundler(new NoBundler());
        setTimeServiceInterval(CLOCK_MILLIS);
        message_processing_policy = null; // or its own replaces ours
        msg_processing_policy = new Dispatch();
    }

    /// Somebody at an address has said something: it is tried again, whatever failed before.
    void lives(InetSocketAddress address) {
        port.retry(address);
    }

    /// Connections and frames that were refused for what came in them.
    long refused() {
        return refused.sum();
    }

    @Override
    public boolean supportsMulticasting() {
        return false;
    }

    @Override
    protected PhysicalAddress getPhysicalAddress() {
        return new IpAddress(listens.getAddress(), listens.getPort());
    }

    @Override
    public @Nullable PhysicalAddress getPhysicalAddressFromCache(Address member) {
        return PeerAddress.of(member)
                .map(peer -> (PhysicalAddress) new IpAddress(peer.listens()))
                .orElseGet(() -> super.getPhysicalAddressFromCache(member));
    }

    /// Lets the connections to those go that a view has no longer. A coordinator is told of a
    /// temporary view first, and of nothing new by the second.
    @Override
    public @Nullable Object down(Event event) {
        if (event.getType() != Event.VIEW_CHANGE && event.getType() != Event.TMP_VIEW) {
            return super.down(event);
        }
        Set<InetSocketAddress> gone = others();
        Object result = super.down(event);
        gone.removeAll(others());
        port.abandon(gone);
        return result;
    }

    /// A message to a place came to us, whatever the sender calls the place: a port that is mapped,
    /// a second address of the host.
    @Override
    public boolean unicastDestMismatch(Address to) {
        return !(to instanceof PhysicalAddress) && super.unicastDestMismatch(to);
    }

    /// None: the diagnostics of JGroups answer whoever asks.
    @Override
    protected void startDiagnostics() {}

    @Override
    protected void handleConnect() throws Exception {
        super.handleConnect();
        port.accept(new Incoming());
        connected = true;
    }

    @Override
    protected void handleDisconnect() {
        connected = false;
        super.handleDisconnect();
    }

    @Override
    public void sendUnicast(PhysicalAddress to, byte[] data, int offset, int length) {
        if (to instanceof IpAddress ip) {
            port.send(
                    List.of(new InetSocketAddress(ip.getIpAddress(), ip.getPort())),
                    data,
                    offset,
                    length);
        }
    }

    @Override
    protected void sendToAll(byte[] data, int offset, int length) {
        Set<InetSocketAddress> others = others();
        if (!others.isEmpty()) {
            port.send(others, data, offset, length);
        }
    }

    /// Where the other members listen; a peer and its ghost may do so at one place.
    private Set<InetSocketAddress> others() {
        return members.stream()
                .filter(member -> !member.equals(local_addr))
                .flatMap(member -> PeerAddress.of(member).stream())
                .map(PeerAddress::listens)
                .collect(Collectors.toCollection(HashSet::new));
    }

    /// Suspects members, on a thread that may take its time.
    private void suspect(Predicate<PeerAddress> which) {
        List<Address> suspects =
                members.stream()
                        .filter(member -> !member.equals(local_addr))
                        .filter(member -> PeerAddress.of(member).filter(which).isPresent())
                        .toList();
        if (connected && !suspects.isEmpty()) {
            Event event = new Event(Event.SUSPECT, suspects);
            getThreadPool().execute(() -> up_prot.up(event));
        }
    }

    /// Whether a frame is a single message of a kind that our stack sends: of the others some nest,
    /// and none is needed. `ObjectMessage` is that of requests to retransmit; it holds no Java
    /// object, which would not be deserialized either.
    static boolean isExpected(byte[] frame) {
        if (frame.length < TYPE_AT + Short.BYTES || (frame[FLAGS_AT] & LIST) != 0) {
            return false;
        }
        short type = Bits.readShort(frame, TYPE_AT);
        return type == Message.BYTES_MSG || type == Message.EMPTY_MSG || type == Message.OBJ_MSG;
    }

    /// JGroups' own default, with a bound. Our own messages, which pass its reliable protocols by,
    /// go up on the event loop, without a thread and a queue: at the top they are only enqueued.
    private static final class Dispatch extends MaxOneThreadPerSender {
        Dispatch() {
            max_buffer_size = MAX_PER_SENDER;
        }

        @Override
        public boolean process(Message message, boolean oob) {
            if (oob || !message.isFlagSet(Message.Flag.NO_RELIABILITY)) {
                return super.process(message, oob);
            }
            tp.passMessageUp(message, true, message.getDest() == null, true);
            return true;
        }
    }

    /// What the port tells, on its event loop; only parsing is done there.
    private final class Incoming implements GossipPort.Listener {
        @Override
        public void received(byte[] frame) {
            if (isExpected(frame)) {
                receive(null, frame, 0, frame.length);
            } else {
                refused.increment();
            }
        }

        @Override
        public void closed(Hello peer) {
            suspect(it -> it.peer().equals(peer.peer()) && it.incarnation() == peer.incarnation());
        }

        @Override
        public void unreachable(InetSocketAddress address) {
            candidates.silent(address);
            suspect(it -> it.listens().equals(address));
        }

        @Override
        public void gone(InetSocketAddress address) {
            candidates.silent(address);
            suspect(it -> it.listens().equals(address));
            gone.accept(address);
        }

        @Override
        public void refused() {
            refused.increment();
        }
    }
}
