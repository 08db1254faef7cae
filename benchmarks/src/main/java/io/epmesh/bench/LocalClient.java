package io.epmesh.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/// A node of the server's own host that looks names up, one after the other, each on a connection
/// of its own, until it is told to stop; and a failed one is not the end. Runs on a thread of its
/// own; its results are read behind [Thread#join].
final class LocalClient implements Runnable {
    private static final int TIMEOUT_MILLIS = 2_000;
    private static final int REPLY_BYTES = 64;
    private static final long PAUSE_NANOS = 500_000;

    private final InetSocketAddress server;
    private final int names;
    private final Histogram latency = new Histogram(60_000_000_000L, 3);
    private long failures;
    private volatile boolean stopped;

    LocalClient(int port, int names) {
        this.server = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
        this.names = names;
    }

    @Override
    public void run() {
        for (int i = 0; !stopped; i = (i + 1) % names) {
            long from = System.nanoTime();
            if (isFound(i)) {
                latency.recordValue(System.nanoTime() - from);
            } else {
                failures++;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    boolean isFound(int index) {
        byte[] name = Lookups.name(index);
        ByteBuffer frame = ByteBuffer.allocate(3 + name.length);
        frame.putShort((short) (1 + name.length)).put((byte) 122).put(name);
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(server, TIMEOUT_MILLIS);
            socket.getOutputStream().write(frame.array());
            byte[] reply = socket.getInputStream().readNBytes(REPLY_BYTES);
            return reply.length > 3
                    && reply[1] == 0
                    && (ByteBuffer.wrap(reply).getShort(2) & 0xffff) == Lookups.port(index);
        } catch (IOException refusedOrLate) {
            return false;
        }
    }

    void stop() {
        stopped = true;
    }

    Histogram latency() {
        return latency;
    }

    long failures() {
        return failures;
    }
}
