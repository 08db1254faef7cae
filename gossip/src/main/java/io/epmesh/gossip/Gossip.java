package io.epmesh.gossip;

import io.epmesh.gossip.journal.Journal;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.pcollections.PMap;

/// Runs the replication of one peer: the thread `gossip` owns the core, takes what happens from one
/// bounded queue, and carries out what the core wants done. Every method may be called from any
/// thread and never waits for the network or the disk.
public final class Gossip implements AutoCloseable {
    private static final long HEARD_NANOS = 500_000_000L;
    private static final long CLOSE_MILLIS = 2_000;

    /// What this peer is told of the mesh, on the gossip thread: quickly done, never blocking.
    public interface Listener {
        /// The state has changed.
        ///
        /// @param snapshot the newest state
        /// @param changes what differs from the one before
        void published(Snapshot snapshot, Changes changes);

        /// Another peer uses this peer's id: a cloned or restored data directory, or this peer was
        /// forgotten while it was cut off. It must go on under a new id.
        void identityTaken();

        /// The core has broken an invariant and stopped.
        ///
        /// @param bug what it threw
        void failed(Throwable bug);
    }

    /// What this peer says of itself; any thread.
    public interface Self {
        /// {@return its entries, read anew after each [#ownChanged]; immutable}
        PMap<Key, Bytes> entries();

        /// {@return how it is now, without waiting for anything}
        Vitals vitals();
    }

    private final Replica replica;
    private final Network network;
    private final Self own;
    private final Listener listener;
    private final Optional<JournalWriter> journal;
    private final Inbox inbox = new Inbox();
    private final Traffic sent = new Traffic();
    private final Traffic received = new Traffic();
    private final Pulse pulse = new Pulse();
    private final Watchdog watchdog = new Watchdog();
    private final Map<Long, CompletableFuture<WriteOutcome>> writes = new HashMap<>();
    private final PendingSurveys surveys = new PendingSurveys();
    private final AtomicBoolean ownDirty = new AtomicBoolean();
    private final AtomicLong tickets = new AtomicLong();
    private final Thread thread;

    /// Written by the gossip thread now and then, never changed after.
    private volatile Map<PeerId, Long> heardAt = Map.of();

    private volatile Snapshot snapshot;
    private volatile boolean stopped;

    /// Prepares replication; the state of the journal is published before this returns.
    ///
    /// @param identity of this run
    /// @param journal open, or none where the data directory cannot be written: mappings cannot be
    ///   written then
    /// @param network not started yet
    /// @param own what this peer says of itself
    /// @param random secure: it names the writer
    /// @param listener is told of every change
    /// @return replication, not started yet
    /// @throws IOException if the journal holds what this version cannot read
    public static Gossip of(
            Identity identity,
            Optional<Journal.Opened> journal,
            Network network,
            Self own,
            RandomGenerator random,
            Listener listener)
            throws IOException {
        Mappings restored = Mappings.EMPTY;
        for (byte[] record : journal.map(Journal.Opened::records).orElse(List.of())) {
            try {
                restored = JournalCodec.replay(restored, record);
            } catch (MalformedMessageException e) {
                throw new IOException(
                        "the journal holds a record that this version cannot read: "
                                + e.getMessage(),
                        e);
            }
        }
        return new Gossip(
                identity,
                restored,
                journal.map(Journal.Opened::journal),
                network,
                own,
                random,
                listener);
    }

    private Gossip(
            Identity identity,
            Mappings restored,
            Optional<Journal> journal,
            Network network,
            Self own,
            RandomGenerator random,
            Listener listener) {
        this.replica =
                new Replica(
                        identity.peer(),
                        identity.incarnation(),
                        restored,
                        random,
                        System.nanoTime(),
                        own::vitals);
        this.network = network;
        this.own = own;
        this.listener = listener;
        this.journal = journal.map(open -> new JournalWriter(open, System::nanoTime, new Disk()));
        this.thread = new Thread(this::run, "gossip");
        watchdog.watch(thread, pulse);
        this.journal.ifPresent(disk -> watchdog.watch(disk.thread(), disk.pulse()));
        this.snapshot = begin();
    }

    private Snapshot begin() {
        replica.own(own.entries());
        Publication first =
                replica.ready()
                        .publication()
                        .orElseThrow(() -> new IllegalStateException("nothing to publish"));
        listener.published(first.snapshot(), first.changes());
        return first.snapshot();
    }

    /// Starts the threads and the network, and returns at once.
    public void start() {
        thread.start();
        journal.ifPresent(JournalWriter::start);
        watchdog.start();
        network.start(new Wire());
    }

    /// {@return the newest state; a mesh of one before anybody else is met}
    public Snapshot snapshot() {
        return snapshot;
    }

    /// How long ago another peer was last known to be running, give or take half a second.
    ///
    /// @param peer any but this one
    /// @return nothing before it was heard of
    public Optional<Duration> silence(PeerId peer) {
        Long at = heardAt.get(peer);
        return at == null
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(Math.max(0, System.nanoTime() - at)));
    }

    /// This peer's own entries have changed. Never lost: they are read by the gossip thread.
    public void ownChanged() {
        if (!ownDirty.getAndSet(true)) {
            inbox.wake();
        }
    }

    /// Puts a mapping.
    ///
    /// @param key of the mapping
    /// @param value at most [Limits#VALUE_BYTES]
    /// @return the outcome, given when it is durable
    public CompletionStage<WriteOutcome> put(Key key, Bytes value) {
        return write(List.of(MappingChange.put(key, value)));
    }

    /// Removes what this peer now knows under a key; nothing there is success too.
    ///
    /// @param key of the mapping
    /// @return the outcome, given when it is durable
    public CompletionStage<WriteOutcome> remove(Key key) {
        return write(List.of(MappingChange.remove(key)));
    }

    /// Makes several changes of mappings: all of them, or none.
    ///
    /// @param changes 1..[Writes#CHANGES]
    /// @return the outcome, given when they are durable
    /// @throws IllegalArgumentException if there are none, or more
    public CompletionStage<WriteOutcome> write(List<MappingChange> changes) {
        CompletableFuture<WriteOutcome> answer = new CompletableFuture<>();
        if (journal.isEmpty()) {
            answer.complete(
                    new WriteOutcome.Refused(
                            "the data directory cannot be written, so no mapping can be kept"));
            return answer;
        }
        Writes.Request request =
                new Writes.Request(tickets.incrementAndGet(), System.currentTimeMillis(), changes);
        offer(
                answer,
                (core, _) -> {
                    writes.put(request.ticket(), answer);
                    core.write(request);
                });
        return answer;
    }

    /// Takes the entries of a peer that is not living out of the mesh, for good.
    ///
    /// @param peer the owner
    /// @return the outcome
    public CompletionStage<WriteOutcome> forget(PeerId peer) {
        CompletableFuture<WriteOutcome> answer = new CompletableFuture<>();
        offer(answer, (core, now) -> answer.complete(core.forget(peer, now)));
        return answer;
    }

    /// Takes this peer's entries out of the mesh, for good: the last thing before [#close].
    ///
    /// @return the outcome
    public CompletionStage<WriteOutcome> leave() {
        CompletableFuture<WriteOutcome> answer = new CompletableFuture<>();
        offer(
                answer,
                (core, _) -> {
                    core.leave();
                    answer.complete(new WriteOutcome.Done());
                });
        return answer;
    }

    /// Publishes what was found of an orphaned owner's entries.
    ///
    /// @param owner whose entries were looked at
    /// @param seen its last beat in the snapshot that was looked at
    /// @param findings for each entry that was looked at
    public void judge(PeerId owner, Beat seen, PMap<Key, Finding> findings) {
        inbox.tell((core, _) -> core.judge(owner, seen, findings)); // it will be looked at again
    }

    /// Asks all members how they stand, after those that are being asked already.
    ///
    /// @return this peer's standing and those of the living, without one where none came in 600 ms
    public CompletionStage<Map<PeerId, Optional<Standing>>> standings() {
        CompletableFuture<Map<PeerId, Optional<Standing>>> answer = new CompletableFuture<>();
        inbox.ask(
                (core, now) -> surveys.ask(answer, core, now),
                reason -> answer.completeExceptionally(new IllegalStateException(reason)));
        return answer;
    }

    /// Ends the threads, the journal and the network, within a few seconds.
    @Override
    public void close() {
        stopped = true;
        inbox.wake();
        watchdog.stop();
        try {
            thread.join(CLOSE_MILLIS);
            network.close();
            if (journal.isPresent()) {
                journal.get().stop(CLOSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void offer(CompletableFuture<WriteOutcome> answer, Inbox.Event event) {
        if (stopped) {
            answer.complete(new WriteOutcome.Refused(Inbox.STOPPED));
        } else {
            inbox.ask(event, reason -> answer.complete(new WriteOutcome.Refused(reason)));
        }
    }

    private void run() {
        try {
            long tickAt = System.nanoTime();
            long heardTakenAt = tickAt;
            while (!stopped) {
                long wait = surveys.dueIn(System.nanoTime(), tickAt - System.nanoTime());
                inbox.take(replica, Math.min(wait, tickAt - System.nanoTime()), pulse);
                long now = System.nanoTime();
                if (ownDirty.getAndSet(false)) {
                    replica.own(own.entries());
                }
                boolean due = now - tickAt >= 0;
                if (due) {
                    replica.tick(now);
                    if (now - heardTakenAt >= HEARD_NANOS) {
                        heardTakenAt = now;
                        heardAt = replica.heardAt(now);
                    }
                }
                long next = now + replica.nextTickIn(now);
                tickAt = due || next - tickAt < 0 ? next : tickAt;
                carryOut(replica.ready(), now);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error bug) {
            listener.failed(bug);
        }
        stopped = true;
        inbox.close();
        writes.values()
                .forEach(waiting -> waiting.complete(new WriteOutcome.Unknown(Inbox.STOPPED)));
        surveys.abandon();
        pulse.waiting();
    }

    private void carryOut(Replica.Ready ready, long now) {
        journal.ifPresent(disk -> {
            ready.taken().forEach(record -> disk.remote(record.unsafeArray()));
            // In front of the batch: where one follows the other there is no time without.
            if (disk.wantsWhole() && (ready.batch().isPresent() || replica.isSettled())) {
                disk.whole(replica.mappings());
            }
            ready.batch().ifPresent(batch -> toDisk(disk, batch));
        });
        // Before this peer shows it: what others wait for is a hop further away.
        for (Packet packet : ready.packets()) {
            sent.count(packet.bytes().unsafeArray());
            switch (packet) {
                case Packet.To to -> network.send(to.peer(), to.bytes().unsafeArray());
                case Packet.ToAll all -> network.broadcast(all.bytes().unsafeArray());
            }
        }
        ready.publication()
                .ifPresent(publication -> {
                    snapshot = publication.snapshot();
                    listener.published(publication.snapshot(), publication.changes());
                });
        for (Writes.Answer answer : ready.answers()) {
            CompletableFuture<WriteOutcome> waiting = writes.remove(answer.ticket());
            if (waiting != null) {
                waiting.complete(answer.outcome());
            }
        }
        if (surveys.answer(replica, now)) {
            inbox.wake(); // its question is in the next step's output
        }
        if (ready.foreignSelf()) {
            listener.identityTaken();
            stopped = true;
        }
    }

    private void toDisk(JournalWriter disk, Writes.Batch batch) {
        if (!disk.local(batch, replica.mappings())) {
            replica.failed(batch.id(), "busy: the disk does not keep up");
            inbox.wake(); // the answers are in the next step's output
        }
    }

    /// Messages, views and hints are lost when too many come: anti-entropy repairs it.
    private final class Wire implements Network.Listener {
        @Override
        public void received(byte[] message) {
            Gossip.this.received.count(message);
            inbox.arrived(message);
        }

        @Override
        public void viewChanged(Set<PeerId> members) {
            inbox.tell((core, now) -> core.viewChanged(members, now));
        }

        @Override
        public void suspected(PeerId peer) {
            inbox.tell((core, now) -> core.suspected(peer, now));
        }
    }

    /// The journal's thread waits until its reports are taken, the gossip thread does not.
    private final class Disk implements JournalWriter.Listener {
        @Override
        public void durable(long batch) {
            inbox.report((core, _) -> core.durable(batch));
        }

        @Override
        public void failed(long batch, String reason) {
            inbox.report((core, _) -> core.failed(batch, reason));
        }

        @Override
        public void broken(Throwable bug) {
            stopped = true;
            listener.failed(bug);
        }
    }

    /// {@return what it has done since it started}
    public GossipStatistics statistics() {
        return new GossipStatistics(
                sent.counts(),
                received.counts(),
                inbox.size(),
                inbox.droppedCount(),
                watchdog.stallCount(),
                journal.map(JournalWriter::syncs).orElseGet(Stopwatch::new).timings());
    }
}
