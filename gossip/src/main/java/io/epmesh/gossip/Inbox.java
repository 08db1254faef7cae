package io.epmesh.gossip;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// What is to happen on the gossip thread. Anything may be put in from any thread; only the gossip
/// thread takes out, and closes it.
///
/// ```
/// full    messages are dropped and counted, for anti-entropy repairs what they lacked;
///         who asked is refused; reports of the disk wait
/// closed  nothing in it happens any more: who asked is refused
/// ```
final class Inbox {
    private static final Logger LOG = System.getLogger(Inbox.class.getName());
    private static final int SIZE = 16_384;

    /// Of messages: so many parts of them would fill the memory of a peer.
    static final long BYTES = 64 << 20;

    /// Taken at one go, before what they led to is carried out.
    private static final int HANDFUL = 1_000;

    static final String STOPPED = "this peer has stopped";

    private final BlockingQueue<Event> queue = new ArrayBlockingQueue<>(SIZE);
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private volatile boolean closed;

    /// Something that happens to the core.
    interface Event {
        void happen(Replica replica, long now);

        /// It will not happen.
        default void abandon() {}
    }

    /// An event that somebody waits for.
    private record Asked(Event event, Consumer<String> refuse) implements Event {
        @Override
        public void happen(Replica replica, long now) {
            event.happen(replica, now);
        }

        @Override
        public void abandon() {
            refuse.accept(STOPPED);
        }
    }

    /// A message that has come in.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Arrived(byte[] message, AtomicLong bytes) implements Event {
        @Override
        public void happen(Replica replica, long now) {
            bytes.addAndGet(-message.length);
            replica.received(message, now);
        }
    }

    /// Wakes the gossip thread; a full queue has it awake.
    void wake() {
        queue.offer((_, _) -> {});
    }

    /// Another peer's message, which will come again in another form if it is lost.
    void arrived(byte[] message) {
        boolean hasRoom = bytes.addAndGet(message.length) <= BYTES;
        if (!hasRoom || !queue.offer(new Arrived(message, bytes))) {
            bytes.addAndGet(-message.length);
            drop();
        }
    }

    /// For what will come again if it is lost.
    void tell(Event event) {
        if (!queue.offer(event)) {
            drop();
        }
    }

    private void drop() {
        long lost = dropped.incrementAndGet();
        if (Long.bitCount(lost) == 1) {
            LOG.log(Level.WARNING, "gossip: queue full, dropped so far: {0}", lost);
        }
    }

    /// For what somebody waits for: it happens, or is refused with a sentence.
    void ask(Event event, Consumer<String> refuse) {
        if (closed) {
            refuse.accept(STOPPED);
        } else if (!queue.offer(new Asked(event, refuse))) {
            refuse.accept("busy: %d things wait".formatted(SIZE));
        } else if (closed) {
            abandonQueued();
        }
    }

    /// For what must not be lost: waits for room, unless the inbox is closed.
    void report(Event event) {
        try {
            while (!closed && !queue.offer(event, 100, TimeUnit.MILLISECONDS)) {
                Thread.onSpinWait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    int size() {
        return queue.size();
    }

    long droppedCount() {
        return dropped.get();
    }

    /// Lets the next events happen, once there are any or `nanos` have passed.
    ///
    /// @param pulse told while this waits
    void take(Replica replica, long nanos, Pulse pulse) throws InterruptedException {
        Event event = queue.poll();
        if (event == null) {
            pulse.waiting();
            event = queue.poll(nanos, TimeUnit.NANOSECONDS);
        }
        pulse.working();
        for (int taken = 1; event != null; taken++) {
            event.happen(replica, System.nanoTime());
            event = taken < HANDFUL ? queue.poll() : null;
        }
    }

    /// Nothing happens from now on.
    void close() {
        closed = true;
        abandonQueued();
    }

    private void abandonQueued() {
        for (Event event = queue.poll(); event != null; event = queue.poll()) {
            event.abandon();
        }
    }
}
