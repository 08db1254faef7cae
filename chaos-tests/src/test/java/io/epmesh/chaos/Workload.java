package io.epmesh.chaos;

import io.epmesh.chaos.history.History;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// What the clients of a run share. Any thread.
final class Workload {
    private static final int KNOWN_KEYS = 200;

    private final Cluster cluster;
    private final History history;
    private final ReadWriteLock writing = new ReentrantReadWriteLock(true);
    private final ConcurrentLinkedDeque<String> keys = new ConcurrentLinkedDeque<>();
    private final AtomicInteger values = new AtomicInteger();
    private volatile int cycle;
    private volatile boolean ended;

    Workload(Cluster cluster, History history) {
        this.cluster = cluster;
        this.history = history;
    }

    /// Starts a writer and a reader on each host.
    ///
    /// @param seed of their choices; their times are the machine's
    List<Thread> start(long seed) {
        return cluster.hosts().all().stream()
                .flatMap(host ->
                        List.of(
                                host.thread(
                                        host.name() + "-writer",
                                        new MappingWriter(host, this, seed)::run),
                                host.thread(
                                        host.name() + "-reader",
                                        new LookupReader(host, this, seed)::run))
                                .stream())
                .toList();
    }

    Cluster cluster() {
        return cluster;
    }

    History history() {
        return history;
    }

    /// Its read lock is held by whoever writes, its write lock while nobody may.
    ReadWriteLock writing() {
        return writing;
    }

    /// The cycle of the nemesis, for keys that change with it.
    int cycle() {
        return cycle;
    }

    void cycle(int now) {
        cycle = now;
    }

    boolean hasEnded() {
        return ended;
    }

    void end() {
        ended = true;
    }

    /// A value that was never used.
    int nextValue() {
        return values.incrementAndGet();
    }

    /// Tells the readers of a key.
    void written(String key) {
        keys.add(key);
        if (keys.size() > KNOWN_KEYS) {
            keys.poll();
        }
    }

    /// Keys that were written lately.
    List<String> keys() {
        return List.copyOf(keys);
    }
}
