package io.epmesh.gossip.jgroups;

import io.epmesh.gossip.PeerId;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.LongAdder;

/// Messages on their way out, taken by one thread of its own, because JGroups may block who sends.
/// When full the newest is dropped: what is queued is older, but already paid for, and summaries
/// repair either. Any thread may call.
final class Outbox {
    static final int MAX_QUEUED = 4_096;

    /// A message and whom it is for.
    sealed interface Letter {
        byte[] message();
    }

    /// For one peer.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record ToPeer(PeerId to, byte[] message) implements Letter {}

    /// For every member of the view but this peer.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record ToAll(byte[] message) implements Letter {}

    /// Sends for real; may block. What it throws is counted as a drop.
    interface Carrier {
        boolean carry(Letter letter) throws Exception;
    }

    private final BlockingQueue<Letter> queue = new ArrayBlockingQueue<>(MAX_QUEUED);
    private final LongAdder dropped = new LongAdder();

    void offer(Letter letter) {
        if (!queue.offer(letter)) {
            dropped.increment();
        }
    }

    /// Messages dropped since the start, for whatever reason.
    long dropped() {
        return dropped.sum();
    }

    /// Carries letters until interrupted; for the one thread of this outbox.
    void run(Carrier carrier) {
        try {
            while (true) {
                carry(carrier, queue.take());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void carry(Carrier carrier, Letter letter) throws InterruptedException {
        try {
            if (!carrier.carry(letter)) {
                dropped.increment();
            }
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception _) {
            dropped.increment(); // best effort: nothing that a caller could do differently
        }
    }
}
