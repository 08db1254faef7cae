package io.epmesh.node.session;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Optional;
import java.util.function.Supplier;

/// Gives each read what is left of the time, so that a peer that drips does not extend it.
final class DeadlineStream extends InputStream {
    private final Socket socket;
    private final InputStream socketStream;
    private final Supplier<Optional<Long>> deadline;

    /// @param deadline in nanoseconds of the system's clock; empty: none
    DeadlineStream(Socket socket, Supplier<Optional<Long>> deadline) throws IOException {
        this.socket = socket;
        this.socketStream = socket.getInputStream();
        this.deadline = deadline;
    }

    /// Milliseconds until a deadline, at least 1.
    static int remaining(long deadline) throws SocketTimeoutException {
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            throw new SocketTimeoutException("time is up");
        }
        return (int) millis;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Optional<Long> until = deadline.get();
        socket.setSoTimeout(until.isPresent() ? remaining(until.get()) : 0);
        return socketStream.read(bytes, offset, length);
    }
}
