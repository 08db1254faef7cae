package io.epmesh.epmd;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// A connection to a server, byte by byte, with a deadline of a minute on each read.
final class Wire implements AutoCloseable {
    private static final int DEADLINE_MILLIS = 60_000;
    private static final int QUIET_MILLIS = 100;

    private final Socket socket = new Socket();

    Wire(InetAddress address, int port) throws IOException {
        this(null, address, port);
    }

    /// @param source address to connect from; null lets the system choose
    Wire(@Nullable InetAddress source, InetAddress address, int port) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(DEADLINE_MILLIS);
        if (source != null) {
            socket.bind(new InetSocketAddress(source, 0));
        }
        socket.connect(new InetSocketAddress(address, port), DEADLINE_MILLIS);
    }

    static Wire to(EpmdServer server) throws IOException {
        return new Wire(InetAddress.getLoopbackAddress(), server.port());
    }

    Wire send(String hex) throws IOException {
        return send(Golden.hex(hex));
    }

    Wire send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /// Writes, unless the server has closed already.
    void sendIfOpen(byte[] bytes) throws IOException {
        try {
            send(bytes);
        } catch (SocketException closed) {
            assertClosed(closed);
        }
    }

    /// Half-closes, unless the server has closed already.
    void endOutputIfOpen() throws IOException {
        try {
            socket.shutdownOutput();
        } catch (SocketException closed) {
            assertClosed(closed);
        }
    }

    private static void assertClosed(SocketException closed) throws SocketException {
        if (!String.valueOf(closed.getMessage()).matches(".*(reset|Broken pipe|not connected).*")) {
            throw closed;
        }
    }

    Wire endOutput() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /// Ends the connection orderly.
    void hangUp() throws IOException {
        socket.close();
    }

    /// Ends the connection with a reset.
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /// So many bytes, in hex; fewer if the stream ends.
    String read(int length) throws IOException {
        return HexFormat.of().formatHex(socket.getInputStream().readNBytes(length));
    }

    /// All bytes until the server closes, in hex.
    String readAll() throws IOException {
        return HexFormat.of().formatHex(socket.getInputStream().readAllBytes());
    }

    /// Whether neither a byte nor the end has come within a tenth of a second.
    boolean isQuiet() throws IOException {
        socket.setSoTimeout(QUIET_MILLIS);
        try {
            return socket.getInputStream().read() < -1;
        } catch (SocketTimeoutException nothing) {
            return true;
        } finally {
            socket.setSoTimeout(DEADLINE_MILLIS);
        }
    }

    /// At most so many bytes, in hex; fewer if the connection ends, be it by a reset.
    String readUntilEnd(int most) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            while (bytes.size() < most) {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    break;
                }
                bytes.write(next);
            }
        } catch (SocketException reset) {
            // A server that closes before it has read everything resets: as good as an end.
            assertClosed(reset);
        }
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
