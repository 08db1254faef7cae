package io.epmesh.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What one end of a cable sends to the other. Owned by the event loop.
///
/// What is read is passed on at once, or waits in a queue: for its time, for a receiver that is not
/// connected yet, or because the way is stalled. The sender is read only while its bytes could be
/// passed on, so that the queue of an undelayed way holds no more than one read.
final class Direction {
    /// Bytes on their way in a delayed direction: with 50 ms of latency, 80 MiB a second.
    private static final long MAX_DELAYED_BYTES = 4 << 20;

    /// More than one read delivers after reading was switched off.
    private static final long MAX_HELD_BYTES = 2 << 20;

    /// @param bytes empty: the end of what the sender sends
    /// @param due when it may pass, by [System#nanoTime]
    private record Item(Optional<ByteBuf> bytes, long due) {}

    private final Channel from;
    private final Runnable whenFinished;
    private @Nullable Channel to; // null until the target is connected
    private Passage passage;
    private final Queue<Item> queue = new ArrayDeque<>();
    private long queuedBytes;
    private long lastDue = System.nanoTime();
    private @Nullable Future<?> timer;
    private boolean lost;
    private boolean ended;
    private boolean finished;
    private long passedBytes;

    /// @param whenFinished told when the receiver has got the end, last
    Direction(Channel from, Passage passage, Runnable whenFinished) {
        this.from = from;
        this.passage = passage;
        this.whenFinished = whenFinished;
    }

    /// Bytes passed on so far.
    long passedBytes() {
        return passedBytes;
    }

    boolean isStalled() {
        return passage instanceof Passage.Stalled;
    }

    /// Whether the sender ended while the way was stalled: the receiver must never have the rest.
    boolean isLost() {
        return lost;
    }

    /// Whether the sender has ended in order.
    boolean isEnded() {
        return ended;
    }

    /// Whether the receiver has got all that the sender sent, and its end.
    boolean isFinished() {
        return finished;
    }

    /// Begins to pass things on to the receiver.
    void connect(Channel receiver) {
        to = receiver;
        pump();
    }

    /// Lets things pass in another way from now on, those that wait too.
    void passage(Passage fresh) {
        passage = fresh;
        lastDue = System.nanoTime();
        pump();
    }

    /// Takes what the sender sent.
    ///
    /// @param bytes owned by this direction from now on
    void received(ByteBuf bytes) {
        Channel receiver = to;
        if (receiver != null && queue.isEmpty() && passage instanceof Passage.Open) {
            pass(receiver, bytes);
            updateReading();
        } else if (isStalled() && queuedBytes > MAX_HELD_BYTES) {
            bytes.release();
            lost = true;
        } else {
            queuedBytes += bytes.readableBytes();
            enqueue(Optional.of(bytes));
        }
    }

    /// Hands what was received to the receiver's kernel, at the end of a read.
    void flush() {
        if (to != null) {
            to.flush();
        }
    }

    /// The sender will send no more.
    void ended() {
        if (!ended) {
            ended = true;
            lost = isStalled();
            if (!lost) {
                enqueue(Optional.empty());
            }
        }
    }

    /// The sender is gone.
    void lost() {
        lost = true;
    }

    private void enqueue(Optional<ByteBuf> bytes) {
        long now = System.nanoTime();
        if (passage instanceof Passage.Delayed(var latency, var jitter)) {
            long random = jitter.isZero() ? 0 : nextLong(jitter.toNanos());
            lastDue = Math.max(lastDue, now + latency.toNanos() + random);
        } else {
            lastDue = now;
        }
        queue.add(new Item(bytes, lastDue));
        pump();
    }

    private static long nextLong(long bound) {
        return ThreadLocalRandom.current().nextLong(bound);
    }

    /// Passes on what may pass; also when the receiver can take more.
    void pump() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
        Channel receiver = to;
        if (receiver != null && !isStalled()) {
            pump(receiver);
        }
        updateReading();
    }

    private void pump(Channel receiver) {
        long now = System.nanoTime();
        while (!queue.isEmpty() && receiver.isWritable()) {
            Item next = queue.element();
            long wait = next.due() - now;
            if (wait > 0 && passage instanceof Passage.Delayed) {
                timer = from.eventLoop().schedule(() -> pump(), wait, TimeUnit.NANOSECONDS);
                break;
            }
            queue.remove();
            if (next.bytes().isPresent()) {
                queuedBytes -= next.bytes().get().readableBytes();
                pass(receiver, next.bytes().get());
            } else {
                finished = true;
                TunnelFrames.finish(receiver);
            }
        }
        receiver.flush();
        if (finished) {
            whenFinished.run();
        }
    }

    private void pass(Channel receiver, ByteBuf bytes) {
        passedBytes += bytes.readableBytes();
        var _ = receiver.write(bytes, receiver.voidPromise());
    }

    private void updateReading() {
        boolean wanted =
                !ended
                        && !isStalled()
                        && to != null
                        && to.isWritable()
                        && queuedBytes < MAX_DELAYED_BYTES;
        if (from.config().isAutoRead() != wanted) {
            from.config().setAutoRead(wanted);
        }
    }

    /// Drops what waits.
    void close() {
        if (timer != null) {
            timer.cancel(false);
        }
        queue.forEach(item -> item.bytes().ifPresent(ByteBuf::release));
        queue.clear();
    }
}
