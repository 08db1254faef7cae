package io.epmesh.simulator;

import static io.epmesh.simulator.VirtualTime.MILLI;
import static io.epmesh.simulator.VirtualTime.SECOND;

import io.epmesh.gossip.Bytes;
import io.epmesh.gossip.Digest;
import io.epmesh.gossip.Key;
import io.epmesh.gossip.Replica;
import io.epmesh.simulator.SimulatedNetwork.Link;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Measures what it costs a mesh of a certain size to come to hold the same after something.
final class ScaleRun {
    private static final long POLL = 20 * MILLI;
    private static final long GIVE_UP = 120 * SECOND;
    private static final long WARM_UP = 3 * SECOND;
    private static final long IDLE = 3 * SECOND;

    /// Writes of a burst, all within 10 ms, each at another peer.
    private static final int BURST = 100;

    private static final long ROUND = SECOND;

    private final SimulatedMesh mesh;
    private final int peers;

    /// What the mesh has to bear.
    enum Event {
        /// 100 mappings and registrations at once.
        BURST,
        /// The same, while each message is lost with a probability of 1 %.
        BURST_LOSS,
        /// Two halves that cannot reach each other for 6 s, 50 writes in each; from the heal on.
        PARTITION
    }

    /// One row.
    ///
    /// @param nanos of virtual time until all peers hold the same
    /// @param messages sent by all peers in that time
    /// @param bytes of them
    /// @param idleMessages a peer and second when nothing happens
    /// @param idleBytes of them
    record Row(
            int peers,
            Event event,
            long nanos,
            long messages,
            long bytes,
            double idleMessages,
            double idleBytes) {
        double rounds() {
            return (double) nanos / ROUND;
        }

        String csv() {
            return String.format(
                    Locale.ROOT,
                    "%d,%s,%.3f,%.2f,%d,%d,%.1f,%.1f,%.1f,%.1f",
                    peers,
                    event.name().toLowerCase(Locale.ROOT),
                    nanos / (double) SECOND,
                    rounds(),
                    messages,
                    bytes,
                    (double) messages / peers,
                    (double) bytes / peers,
                    idleMessages,
                    idleBytes);
        }
    }

    private ScaleRun(long seed, int peers) {
        this.peers = peers;
        this.mesh = SimulatedMesh.toMeasure(seed, peers);
    }

    static Row of(Event event, int peers, long seed) {
        return new ScaleRun(seed, peers).run(event);
    }

    private Row run(Event event) {
        mesh.run(WARM_UP);
        awaitEqual();
        Traffic traffic = mesh.network.traffic;
        long messages = traffic.messages();
        long bytes = traffic.bytes();
        mesh.run(IDLE);
        double perPeerSecond = (double) peers * IDLE / SECOND;
        double idleMessages = (traffic.messages() - messages) / perPeerSecond;
        double idleBytes = (traffic.bytes() - bytes) / perPeerSecond;
        switch (event) {
            case BURST -> burst();
            case BURST_LOSS -> {
                mesh.network.loss = 0.01;
                burst();
            }
            case PARTITION -> partition();
        }
        long began = mesh.now();
        messages = traffic.messages();
        bytes = traffic.bytes();
        mesh.run(50 * MILLI); // every write has reached its disk by then
        awaitEqual();
        return new Row(
                peers,
                event,
                mesh.now() - began,
                traffic.messages() - messages,
                traffic.bytes() - bytes,
                idleMessages,
                idleBytes);
    }

    private void burst() {
        for (int i = 0; i < BURST; i++) {
            write(i);
        }
    }

    private void write(int i) {
        SimulatedPeer peer = mesh.peers.get((int) ((long) i * peers / BURST));
        Bytes value = Bytes.utf8("10.0.0.1:" + i);
        mesh.time.after(
                i * MILLI / 10,
                () -> {
                    Key mapping = new Key(3, Bytes.utf8("n" + i + "@mesh"));
                    mesh.write(peer, mapping, Optional.of(value));
                    mesh.own(peer, peer.own.plus(new Key(1, Bytes.utf8("n" + i)), value));
                });
    }

    /// Nobody's view changes: only our own beats and summaries tell that the others are away.
    private void partition() {
        List<Link> links = new ArrayList<>();
        for (int one = 1; one <= peers / 2; one++) {
            for (int other = peers / 2 + 1; other <= peers; other++) {
                links.add(new Link(one, other));
                links.add(new Link(other, one));
            }
        }
        links.forEach(link -> mesh.network.block(link.from(), link.to()));
        mesh.run(SECOND);
        burst();
        mesh.run(5 * SECOND);
        links.forEach(link -> mesh.network.unblock(link.from(), link.to()));
    }

    private void awaitEqual() {
        long began = mesh.now();
        while (!isEqual()) {
            if (mesh.now() - began > GIVE_UP) {
                throw new IllegalStateException(
                        "%d peers: not equal after %d s".formatted(peers, GIVE_UP / SECOND));
            }
            mesh.run(POLL);
        }
    }

    private boolean isEqual() {
        Set<Digest> digests = new HashSet<>();
        for (SimulatedPeer peer : mesh.peers) {
            digests.add(peer.running().map(Replica::digest).orElseThrow());
            if (digests.size() > 1 || peer.shown().owners().size() < peers) {
                return false;
            }
        }
        return true;
    }
}
