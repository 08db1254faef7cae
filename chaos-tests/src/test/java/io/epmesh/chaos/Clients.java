package io.epmesh.chaos;

import io.epmesh.chaos.history.History;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// The clients of a run: their threads, and what they share. Started and ended by the thread of the
/// run, the rest for any thread.
final class Clients {
    private static final int KNOWN_KEYS = 200;

    private final Cluster cluster;
    private final History history;
    private final ReadWriteLock writing = new ReentrantReadWriteLock(true);
    private final ConcurrentLinkedDeque<String> keys = new ConcurrentLinkedDeque<>();
    private final AtomicInteger values = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Runnable> ends = new ArrayList<>();
    private volatile int cycle;
    private volatile boolean ended;

    Clients(Cluster cluster, History history) {
        this.cluster = cluster;
        this.history = history;
    }

    /// Starts a client whose sockets are a host's.
    ///
    /// @param name of its thread, after the host's
    /// @param client that ends some time after [#hasEnded] has become true
    void start(Host host, String name, Runnable client) {
        threads.add(host.thread(host.name() + "-" + name, client));
    }

    /// The same of one that waits for others: `end` makes it end.
    void start(Host host, String name, Runnable client, Runnable end) {
        ends.add(end);
        start(host, name, client);
    }

    /// Ends all clients.
    void end() {
        ended = true;
        ends.forEach(Runnable::run);
    }

    /// Waits for the ends of all, after [#end].
    void join() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    Cluster cluster() {
        return cluster;
    }

    List<Host> hosts() {
        return cluster.hosts().all();
    }

    /// Full name of the first raw node of a host.
    String node(Host host) {
        return cluster.plan().raw(host).getFirst();
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
