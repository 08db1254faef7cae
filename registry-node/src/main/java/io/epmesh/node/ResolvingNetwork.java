package io.epmesh.node;

import io.epmesh.gossip.Network;
import io.epmesh.gossip.PeerId;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A network that learns in the background where its seeds are, since a DNS server that does not
/// answer must hold up nobody; and learns it anew from time to time while this peer is alone. Its
/// thread `resolve-seeds` makes the network that carries all else, and replaces it when the seeds
/// turn out to be elsewhere.
final class ResolvingNetwork implements Network {
    /// How soon a peer that is alone looks for its seeds again. Sooner asks DNS more; later leaves
    /// it alone for longer after a host of that name has appeared.
    static final Duration AGAIN = Duration.ofSeconds(10);

    private final Supplier<List<InetSocketAddress>> seeds;
    private final Function<List<InetSocketAddress>, Network> networks;
    private final Duration again;
    private final CountDownLatch closing = new CountDownLatch(1);

    /// Set by the thread; null until the seeds are resolved for the first time.
    private volatile @Nullable Network current;

    private volatile boolean alone = true;
    private @Nullable Thread thread; // guarded by this

    /// @param seeds where other peers may be, now; may take seconds
    /// @param networks makes the network of such seeds, not started yet
    /// @param again how soon the seeds of a lone peer are asked for again
    ResolvingNetwork(
            Supplier<List<InetSocketAddress>> seeds,
            Function<List<InetSocketAddress>, Network> networks,
            Duration again) {
        this.seeds = seeds;
        this.networks = networks;
        this.again = again;
    }

    @Override
    public synchronized void start(Listener listener) {
        if (thread != null) {
            throw new IllegalStateException("already started");
        }
        thread = Thread.ofVirtual().name("resolve-seeds").start(() -> run(new Tap(listener)));
    }

    @Override
    public void send(PeerId to, byte[] message) {
        Network network = current;
        if (network != null) {
            network.send(to, message);
        }
    }

    @Override
    public void broadcast(byte[] message) {
        Network network = current;
        if (network != null) {
            network.broadcast(message);
        }
    }

    /// Does not wait for DNS.
    @Override
    public void close() {
        closing.countDown();
        Network network = current;
        if (network != null) {
            network.close();
        }
    }

    private void run(Listener listener) {
        try {
            List<InetSocketAddress> known = seeds.get();
            Network network = begin(known, listener);
            while (!closing.await(again.toNanos(), TimeUnit.NANOSECONDS)) {
                List<InetSocketAddress> now = alone ? seeds.get() : known;
                if (!new HashSet<>(now).equals(new HashSet<>(known)) && alone) {
                    network.close();
                    known = now;
                    network = begin(known, listener);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Network begin(List<InetSocketAddress> known, Listener listener) {
        Network network = networks.apply(known);
        current = network;
        if (closing.getCount() > 0) {
            network.start(listener);
        }
        if (closing.getCount() == 0) {
            network.close(); // whoever closed may have seen the one before, or none
        }
        return network;
    }

    /// Passes everything on, and notes whether anybody else is there.
    private final class Tap implements Listener {
        private final Listener listener;

        Tap(Listener listener) {
            this.listener = listener;
        }

        @Override
        public void received(byte[] message) {
            listener.received(message);
        }

        @Override
        public void viewChanged(Set<PeerId> members) {
            alone = members.size() < 2;
            listener.viewChanged(members);
        }

        @Override
        public void suspected(PeerId peer) {
            listener.suspected(peer);
        }
    }
}
