package io.epmesh.gossip.jgroups;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Finds the peers of this network by UDP multicast, without seeds. A peer asks when it starts and
/// every ten seconds or so from then on, for islands to find each other; who hears it tells where
/// it is, once a second at most, however much is asked. Packets stay on the link.
///
/// The thread `gossip-beacon` owns the sockets.
final class Beacons implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Beacons.class.getName());

    /// Of the range that is for use within an organisation, and of the link's scope.
    private static final InetAddress GROUP_IPV4 = InetAddress.ofLiteral("239.255.69.80");

    private static final InetAddress GROUP_IPV6 = InetAddress.ofLiteral("ff12::4550:4d42");

    private static final long ASK_NANOS = TimeUnit.SECONDS.toNanos(10);

    /// The first beacons follow each other at once, for a datagram may be lost.
    private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(150);

    private static final int FIRST_ROUNDS = 3;
    private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Beacon own;
    private final InetSocketAddress group;
    private final InetAddress source;
    private final MulticastSocket receiver;
    private final DatagramSocket sender;
    private final Consumer<InetSocketAddress> heard;
    private final byte[] buffer = new byte[Beacon.MAX_LENGTH + 1];
    private volatile Optional<MeshKey> key;
    private int rounds;
    private long nextAsk;
    private long lastTold;
    private boolean complained;

    private Beacons(
            Beacon own,
            InetSocketAddress group,
            InetAddress source,
            Optional<MeshKey> key,
            Consumer<InetSocketAddress> heard,
            MulticastSocket receiver,
            DatagramSocket sender) {
        this.own = own;
        this.group = group;
        this.source = source;
        this.key = key;
        this.heard = heard;
        this.receiver = receiver;
        this.sender = sender;
    }

    /// Begins to send and to hear.
    ///
    /// @param own where this peer listens
    /// @param source address that it listens on, whose network this is about
    /// @param port of the beacons
    /// @param heard told of places on the thread `gossip-beacon`
    /// @throws IOException if there is no multicast here
    static Beacons start(
            Beacon own,
            InetAddress source,
            int port,
            Optional<MeshKey> key,
            Consumer<InetSocketAddress> heard)
            throws IOException {
        InetAddress address = source instanceof Inet6Address ? GROUP_IPV6 : GROUP_IPV4;
        InetSocketAddress group = new InetSocketAddress(address, port);
        NetworkInterface network = NetworkInterface.getByInetAddress(source);
        if (network == null) {
            throw new IOException("no network has " + source.getHostAddress());
        }
        MulticastSocket receiver = new MulticastSocket(null);
        try {
            receiver.setReuseAddress(true); // several peers of a host hear
            receiver.bind(new InetSocketAddress(port));
            receiver.joinGroup(group, network);
            DatagramSocket sender = new DatagramSocket(new InetSocketAddress(source, 0));
            sender.setOption(StandardSocketOptions.IP_MULTICAST_IF, network);
            sender.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 1);
            Beacons beacons = new Beacons(own, group, source, key, heard, receiver, sender);
            Thread.ofPlatform().daemon().name("gossip-beacon").start(beacons::run);
            return beacons;
        } catch (IOException e) {
            receiver.close();
            throw e;
        }
    }

    /// Goes over to another key.
    void use(MeshKey fresh) {
        key = Optional.of(fresh);
    }

    /// Ends it; the thread ends with its socket.
    @Override
    public void close() {
        receiver.close();
        sender.close();
    }

    private void run() {
        nextAsk = System.nanoTime();
        lastTold = nextAsk - TELL_NANOS;
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        while (!receiver.isClosed()) {
            try {
                askWhenDue();
                packet.setLength(buffer.length);
                receiver.receive(packet);
                hear(packet);
            } catch (SocketTimeoutException _) {
                // its time to ask has come
            } catch (IOException e) {
                complain(e);
            }
        }
    }

    private void askWhenDue() throws IOException {
        long now = System.nanoTime();
        if (now - nextAsk >= 0) {
            long pause = rounds < FIRST_ROUNDS ? FIRST_NANOS : ASK_NANOS;
            rounds++;
            nextAsk = now + pause + ThreadLocalRandom.current().nextLong(pause / 2);
            send(true);
        }
        long wait = TimeUnit.NANOSECONDS.toMillis(nextAsk - System.nanoTime());
        receiver.setSoTimeout((int) Math.max(1, wait));
    }

    private void hear(DatagramPacket packet) throws IOException {
        InetAddress from = packet.getAddress();
        byte[] datagram = Arrays.copyOf(packet.getData(), packet.getLength());
        Optional<Beacon> read = Beacon.decode(datagram, from, key);
        if (read.isEmpty()
                || read.get().mesh() != own.mesh()
                || read.get().peer().equals(own.peer())) {
            return;
        }
        heard.accept(new InetSocketAddress(from, read.get().port()));
        long now = System.nanoTime();
        if (read.get().asks() && now - lastTold >= TELL_NANOS) {
            lastTold = now;
            send(false);
        }
    }

    private void send(boolean asks) throws IOException {
        Beacon beacon = new Beacon(asks, own.port(), own.mesh(), own.peer());
        byte[] datagram = beacon.encode(source, key);
        sender.send(new DatagramPacket(datagram, datagram.length, group));
    }

    private void complain(IOException e) {
        if (!receiver.isClosed() && !complained) {
            complained = true;
            LOG.log(Level.WARNING, "gossip: a beacon was not sent or heard: {0}", e.toString());
        }
    }
}
