package io.epmesh.gossip;

import io.epmesh.gossip.journal.Journal;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Writes the journal on a thread of its own, `journal`, so that a slow disk never stops gossip.
/// Local batches are synced, many with one sync, and then reported; what came from other peers is
/// synced within half a second.
///
/// When the disk cannot keep up with remote changes, or refuses one, their records are dropped from
/// there on, and the gossip thread is asked for the whole state to write instead: a record behind
/// one that lacks could claim to know a writer whose removals are lost. The whole is also asked for
/// when the journal has grown. The journal is owned by the thread.
final class JournalWriter {
    private static final Logger LOG = System.getLogger(JournalWriter.class.getName());
    private static final int QUEUE = 1_024;
    private static final long SYNC_NANOS = 500_000_000L;
    static final long PAUSE_NANOS = 5_000_000_000L;

    /// The journal is replaced by its content when it has grown by this much, and doubled.
    private static final long GROWTH_BYTES = 4 << 20;

    /// Told of each batch, on the journal's thread.
    interface Listener {
        void durable(long batch);

        void failed(long batch, String reason);

        /// A bug has ended the thread: no batch is reported any more.
        void broken(Throwable bug);
    }

    private sealed interface Task {
        /// @param before the state without it, in which all batches before it are
        record Local(long batch, Bytes record, Mappings before) implements Task {}

        record Remote(Bytes record) implements Task {}

        record Whole(Mappings mappings) implements Task {}

        record Stop() implements Task {}
    }

    private final Journal journal;
    private final LongSupplier nanoTime;
    private final Listener listener;
    private final BlockingQueue<Task> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Thread thread;
    private final Pulse pulse = new Pulse();
    private final Stopwatch syncs = new Stopwatch();

    /// Whether the whole state shall be written: set by either thread, cleared by the gossip
    /// thread.
    private volatile boolean wantsWhole;

    /// Set by the journal's thread when the disk refused, so that it is not asked without a pause.
    private volatile long wholeNotBefore;

    /// A remote record was dropped, and the whole that makes it good is not queued. Owned by the
    /// gossip thread.
    private boolean dropping;

    /// A record was not written, and no whole has been since. Owned by the journal's thread, as is
    /// all that follows.
    private boolean torn;

    /// A sync has failed, so what was appended may never reach the disk, whatever later syncs say:
    /// the kernel may have dropped the pages. Until the records are replaced.
    private boolean unsure;

    private long syncedAt = System.nanoTime();
    private boolean dirty;
    private long rewrittenSize;

    JournalWriter(Journal journal, LongSupplier nanoTime, Listener listener) {
        this.journal = journal;
        this.nanoTime = nanoTime;
        this.wholeNotBefore = nanoTime.getAsLong();
        this.listener = listener;
        this.rewrittenSize = journal.size();
        this.thread = new Thread(this::run, "journal");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    Thread thread() {
        return thread;
    }

    /// How long syncs took.
    Stopwatch syncs() {
        return syncs;
    }

    Pulse pulse() {
        return pulse;
    }

    /// Never blocks; false if the queue is full, and the batch surely not written.
    ///
    /// @param before the state without the batch, which must hold every batch before it
    boolean local(Writes.Batch batch, Mappings before) {
        return queue.offer(new Task.Local(batch.id(), batch.record(), before));
    }

    /// Never blocks.
    void remote(byte[] record) {
        if (dropping || !queue.offer(new Task.Remote(Bytes.wrap(record)))) {
            dropping = true;
            wantsWhole = true;
        }
    }

    /// Whether the whole state shall be queued now; after a failure, not again for some seconds.
    boolean wantsWhole() {
        return wantsWhole && nanoTime.getAsLong() - wholeNotBefore >= 0;
    }

    /// Replaces all records by the state, which must hold every batch that was queued before it.
    /// Never blocks.
    void whole(Mappings mappings) {
        wantsWhole = false; // first: it may be taken up, fail and be wanted again meanwhile
        if (queue.offer(new Task.Whole(mappings))) {
            dropping = false;
        } else {
            wantsWhole = true;
        }
    }

    /// Writes what is queued, then ends; waits for it no longer than `millis`.
    void stop(long millis) throws InterruptedException {
        if (queue.offer(new Task.Stop(), millis, TimeUnit.MILLISECONDS)) {
            thread.join(millis);
        }
    }

    private void run() {
        try {
            List<Task> tasks = new ArrayList<>();
            boolean stopped = false;
            while (!stopped) {
                pulse.waiting();
                Task first = dirty ? queue.poll(SYNC_NANOS, TimeUnit.NANOSECONDS) : queue.take();
                pulse.working();
                if (first != null) {
                    tasks.add(first);
                    queue.drainTo(tasks);
                }
                stopped = tasks.stream().anyMatch(Task.Stop.class::isInstance);
                write(tasks, stopped);
                tasks.clear();
            }
            journal.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "journal: not closed: {0}", e.getMessage());
        } catch (RuntimeException | Error bug) {
            listener.broken(bug);
        }
        pulse.waiting();
    }

    private void write(List<Task> tasks, boolean last) {
        List<Long> batches = new ArrayList<>();
        for (Task task : tasks) {
            if (task instanceof Task.Local local) {
                batches.add(local.batch()); // reported even when a task before it fails
            }
        }
        try {
            for (Task task : tasks) {
                switch (task) {
                    case Task.Local local -> {
                        if (unsure) {
                            rewrite(local.before());
                        }
                        journal.append(local.record().unsafeArray());
                        dirty = true;
                    }
                    case Task.Remote remote -> {
                        if (!torn) {
                            journal.append(remote.record().unsafeArray());
                            dirty = true;
                        }
                    }
                    case Task.Whole whole -> rewrite(whole.mappings());
                    case Task.Stop _ -> {}
                }
            }
            if (dirty && (!batches.isEmpty() || last || elapsed())) {
                long began = System.nanoTime();
                unsure = true;
                dirty = false;
                journal.force();
                unsure = false;
                syncedAt = System.nanoTime();
                syncs.took(syncedAt - began);
            }
            batches.forEach(listener::durable);
            if (journal.size() - rewrittenSize > Math.max(GROWTH_BYTES, rewrittenSize)) {
                wantsWhole = true;
            }
        } catch (IOException e) {
            LOG.log(Level.ERROR, "journal: not written: {0}", e.toString());
            wholeNotBefore = nanoTime.getAsLong() + PAUSE_NANOS;
            torn = true;
            wantsWhole = true;
            batches.forEach(batch -> listener.failed(batch, "the journal: " + e));
        }
    }

    private boolean elapsed() {
        return System.nanoTime() - syncedAt >= SYNC_NANOS;
    }

    private void rewrite(Mappings mappings) throws IOException {
        journal.rewrite(
                StateBatches.of(mappings.states()).stream().map(JournalCodec::states).toList());
        rewrittenSize = journal.size();
        torn = false;
        unsure = false;
        dirty = false;
    }
}
