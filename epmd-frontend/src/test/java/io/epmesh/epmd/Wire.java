package io.epmesh.epmd;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.HexFormat;

/// A connection to a server, byte by byte, with a deadline of ten seconds on each read.
final class Wire implements AutoCloseable {
    private static final int DEADLINE_MILLIS = 10_000;

    private final Socket socket = new Socket();

    Wire(InetAddress address, int port) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(DEADLINE_MILLIS);
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

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
