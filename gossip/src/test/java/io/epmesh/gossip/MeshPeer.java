package io.epmesh.gossip;

import io.epmesh.gossip.journal.Journal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/// One running [Gossip] of a test, and what it told. Fields are guarded by this object.
final class MeshPeer implements Gossip.Listener, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    static final long UPTIME_MILLIS = 12_345;

    final PeerId id;
    final Gossip gossip;
    private volatile PMap<Key, Bytes> own = HashTreePMap.empty();
    private Optional<Snapshot> shown = Optional.empty();
    private Optional<Throwable> bug = Optional.empty();
    private boolean identityTaken;

    private MeshPeer(Identity identity, Optional<Journal.Opened> journal, MemoryNetworks networks)
            throws IOException {
        this.id = identity.peer();
        this.gossip =
                Gossip.of(
                        identity,
                        journal,
                        networks.of(identity.peer()),
                        new Self(),
                        new SplittableRandom(identity.incarnation() * 31 + id.low()),
                        this);
    }

    private final class Self implements Gossip.Self {
        @Override
        public PMap<Key, Bytes> entries() {
            return own;
        }

        @Override
        public Vitals vitals() {
            return new Vitals(UPTIME_MILLIS, id.low(), System.currentTimeMillis());
        }
    }

    /// Not started yet.
    static MeshPeer of(int number, long incarnation, Path file, MemoryNetworks networks)
            throws IOException {
        return of(number, incarnation, Journal.open(file), networks);
    }

    static MeshPeer of(
            int number, long incarnation, Journal.Opened journal, MemoryNetworks networks)
            throws IOException {
        return new MeshPeer(
                new Identity(new PeerId(0, number), incarnation, true),
                Optional.of(journal),
                networks);
    }

    /// As a start with that data directory would be, whoever used it before.
    static MeshPeer in(Path directory, long micros, MemoryNetworks networks) throws IOException {
        return new MeshPeer(
                Identity.load(directory, new SplittableRandom(directory.hashCode()), micros),
                Optional.of(Journal.open(directory.resolve("mappings.journal"))),
                networks);
    }

    static MeshPeer withoutJournal(int number, MemoryNetworks networks) throws IOException {
        return new MeshPeer(
                new Identity(new PeerId(0, number), 1, false), Optional.empty(), networks);
    }

    MeshPeer start() {
        gossip.start();
        return this;
    }

    void own(PMap<Key, Bytes> entries) {
        own = entries;
        gossip.ownChanged();
    }

    /// The first state shown that satisfies `wanted`.
    synchronized Snapshot await(Predicate<Snapshot> wanted) throws InterruptedException {
        awaitUntil(() -> shown.filter(wanted).isPresent());
        return shown.orElseThrow();
    }

    synchronized void awaitIdentityTaken() throws InterruptedException {
        awaitUntil(() -> identityTaken);
    }

    private interface Condition {
        boolean holds();
    }

    private synchronized void awaitUntil(Condition condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (bug.isPresent() || left <= 0) {
                throw new AssertionError("shown at last: " + shown, bug.orElse(null));
            }
            wait(left);
        }
    }

    /// Standings with one of `other` that was told in time: asked again where it took longer than a
    /// survey waits.
    Map<PeerId, Optional<Standing>> standingsWith(MeshPeer other) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Map<PeerId, Optional<Standing>> standings = await(gossip.standings());
            Optional<Standing> standing = standings.getOrDefault(other.id, Optional.empty());
            if (standing.flatMap(Standing::told).isPresent()) {
                return standings;
            }
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("standings at last: " + standings);
            }
        }
    }

    static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public synchronized void published(Snapshot snapshot, Changes changes) {
        shown = Optional.of(snapshot);
        notifyAll();
    }

    @Override
    public synchronized void identityTaken() {
        identityTaken = true;
        notifyAll();
    }

    @Override
    public synchronized void failed(Throwable thrown) {
        bug = Optional.of(thrown);
        notifyAll();
    }

    @Override
    public void close() {
        gossip.close();
    }
}
