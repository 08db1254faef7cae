package io.epmesh.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteOrder;
import java.time.Duration;
import org.HdrHistogram.Histogram;

/// Looks names up as stock nodes do, each look-up on a TCP connection of its own, to its end; a
/// fixed number of them at a time, the next as soon as one has ended. One thread.
///
/// A look-up costs the loader seven calls: socket, connect, send, epoll_ctl, epoll_wait, recv,
/// close. It is woken when the server closes, which is when a stock node has its answer.
final class Loader {
    /// What one run saw.
    ///
    /// @param nanos how long it took
    /// @param latency of each answered look-up, socket to end of stream, in nanoseconds
    /// @param failures look-ups that ended without the right answer
    /// @param cpuNanos processor time of the loader
    record Load(long nanos, Histogram latency, long failures, long cpuNanos) {
        double perSecond() {
            return latency.getTotalCount() * 1e9 / nanos;
        }

        double busy() {
            return (double) cpuNanos / nanos;
        }

        double micros(double percentile) {
            return latency.getValueAtPercentile(percentile) / 1e3;
        }
    }

    private static final int WAIT_MILLIS = 1000;
    private static final int REPLY_BYTES = 4096;

    /// `struct epoll_event` is packed on this architecture alone.
    private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");

    private static final int EVENT_BYTES = PACKED ? 12 : 16;
    private static final int EVENT_DATA = PACKED ? 4 : 8;
    private static final ValueLayout.OfShort BIG_ENDIAN =
            ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    private final Libc libc;
    private final MemorySegment address;
    private final Lookups lookups;
    private final int connections;
    private final int epoll;
    private final MemorySegment event = Arena.global().allocate(EVENT_BYTES);
    private final MemorySegment events;
    private final MemorySegment reply = Arena.global().allocate(REPLY_BYTES);
    private final int[] fds;
    private final int[] asked;
    private final long[] startedAt;
    private final Histogram latency = new Histogram(60_000_000_000L, 3);
    private int next;
    private int open;
    private long failures;

    /// @param port of the server on 127.0.0.1
    /// @param connections how many look-ups are under way at a time
    Loader(Libc libc, int port, Lookups lookups, int connections) throws IOException {
        this.libc = libc;
        this.lookups = lookups;
        this.connections = connections;
        this.address = Arena.global().allocate(16);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) 2);
        address.set(BIG_ENDIAN, 2, (short) port);
        address.set(ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN), 4, 0x7f000001);
        this.epoll = libc.epollCreate();
        this.events = Arena.global().allocate((long) EVENT_BYTES * connections);
        this.fds = new int[connections];
        this.asked = new int[connections];
        this.startedAt = new long[connections];
    }

    /// Runs for a time, then lets what is under way end.
    ///
    /// @throws IOException if the server cannot be reached, or a second passes without an answer
    Load run(Duration duration) throws IOException {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long cpuBefore = threads.getCurrentThreadCpuTime();
        long from = System.nanoTime();
        long until = from + duration.toNanos();
        for (int slot = 0; slot < connections; slot++) {
            start(slot);
        }
        while (open > 0) {
            int ready = libc.epollWait(epoll, events, connections, WAIT_MILLIS);
            if (ready == 0) {
                throw new IOException("no answer within %d ms".formatted(WAIT_MILLIS));
            }
            for (int i = 0; i < ready; i++) {
                int slot =
                        events.get(
                                ValueLayout.JAVA_INT_UNALIGNED,
                                (long) i * EVENT_BYTES + EVENT_DATA);
                long now = end(slot);
                if (now < until) {
                    start(slot);
                }
            }
        }
        long nanos = System.nanoTime() - from;
        libc.close(epoll);
        return new Load(nanos, latency, failures, threads.getCurrentThreadCpuTime() - cpuBefore);
    }

    private void start(int slot) throws IOException {
        asked[slot] = next;
        next = (next + 1) % lookups.count();
        startedAt[slot] = System.nanoTime();
        int fd = libc.socket();
        fds[slot] = fd;
        libc.connect(fd, address);
        libc.send(fd, lookups.frame(asked[slot]));
        event.set(ValueLayout.JAVA_INT_UNALIGNED, 0, Libc.EPOLLRDHUP);
        event.set(ValueLayout.JAVA_INT_UNALIGNED, EVENT_DATA, slot);
        libc.epollAdd(epoll, fd, event);
        open++;
    }

    private long end(int slot) throws IOException {
        int size = receive(fds[slot]);
        long now = System.nanoTime();
        libc.close(fds[slot]);
        open--;
        if (lookups.isReply(reply, size, asked[slot])) {
            latency.recordValue(now - startedAt[slot]);
        } else {
            failures++;
        }
        return now;
    }

    /// A reset, after which nothing can be read, is a failed look-up, not the end of the run.
    private int receive(int fd) {
        try {
            return libc.recv(fd, reply);
        } catch (IOException reset) {
            return 0;
        }
    }
}
