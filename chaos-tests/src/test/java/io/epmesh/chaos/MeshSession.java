package io.epmesh.chaos;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;

/// A mesh session with the peer of the calling thread's host, in bytes of our own as
/// `docs/mesh-protocol.md` draws them: enough of it to write mappings.
final class MeshSession implements AutoCloseable {
    private static final int PORT = 4369;
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int ADD_MAPPING = 5;
    private static final int REMOVE_MAPPING = 6;
    private static final int WELCOME = 128;
    private static final int ERROR = 255;

    private final Socket socket;
    private final DataInputStream in;
    private int requests;

    private MeshSession(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
    }

    /// The peer says that the write had no effect.
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;

        RefusedException(String text) {
            super(text);
        }
    }

    /// Opens one.
    static MeshSession open() throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            ByteArrayOutputStream hello = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(hello);
            out.writeShort(1 + 2 + 2 + 2 + 2 + 4);
            out.writeByte(77);
            out.writeShort(1);
            out.writeShort(1);
            out.writeUTF("");
            out.writeUTF("");
            out.writeInt(0);
            socket.getOutputStream().write(hello.toByteArray());
            MeshSession session = new MeshSession(socket);
            session.read(WELCOME);
            return session;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /// Adds a mapping.
    ///
    /// @throws RefusedException if it surely had no effect; after any other exception it may have
    void add(String node, String host, int port) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(body);
        out.writeUTF(node);
        out.writeByte(1);
        out.writeUTF(host);
        out.writeShort(port);
        exchange(ADD_MAPPING, body.toByteArray());
    }

    /// Removes a mapping.
    ///
    /// @throws RefusedException as [#add]
    void remove(String node) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        new DataOutputStream(body).writeUTF(node);
        exchange(REMOVE_MAPPING, body.toByteArray());
    }

    private void exchange(int type, byte[] body) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(frame);
        out.writeInt(5 + body.length);
        out.writeByte(type);
        out.writeInt(++requests);
        out.write(body);
        socket.getOutputStream().write(frame.toByteArray());
        read(type + 128);
    }

    private void read(int expected) throws IOException {
        int length = in.readInt();
        int type = in.readUnsignedByte();
        in.skipNBytes(4);
        if (type == ERROR) {
            int code = in.readUnsignedShort();
            boolean definite = in.readByte() == 1;
            String text = "error %d: %s".formatted(code, in.readUTF());
            throw definite ? new RefusedException(text) : new IOException(text);
        }
        if (type != expected) {
            throw new ProtocolException("frame: %d (expected: %d)".formatted(type, expected));
        }
        in.skipNBytes(length - 5L);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
