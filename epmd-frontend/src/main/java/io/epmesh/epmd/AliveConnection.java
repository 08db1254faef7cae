package io.epmesh.epmd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;

/// A registration that lasts until it is closed. Any thread may close it.
public final class AliveConnection implements AutoCloseable {
    private final Socket socket;
    private final long creation;

    AliveConnection(Socket socket, long creation) {
        this.socket = socket;
        this.creation = creation;
    }

    /// The creation that the server gave.
    ///
    /// @return 4..2³²−1, or 1..3 if HighestVersion was below 6
    public long creation() {
        return creation;
    }

    /// Ends the registration.
    ///
    /// @throws UncheckedIOException if the system fails to close the socket
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
