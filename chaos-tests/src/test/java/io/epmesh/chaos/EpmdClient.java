package io.epmesh.chaos;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// EPMD requests over sockets of the calling thread, which is inside of a host; bytes as the
/// distribution protocol draws them, without the project's own codec, which is under test.
final class EpmdClient {
    private static final int PORT = 4369;
    private static final int TIMEOUT_MILLIS = 5_000;

    private EpmdClient() {}

    /// What a look-up was answered.
    ///
    /// @param port 0 if the name is not known
    /// @param address what the Extra field carries
    record Found(int port, String address) {}

    /// A registration that is held.
    record Held(Socket socket, long creation) {}

    /// PORT_PLEASE2_REQ.
    static Found lookup(String address, String name) throws IOException {
        try (Socket socket = request(address, 'z', name.getBytes(StandardCharsets.UTF_8))) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            expect(in, 119);
            if (in.readUnsignedByte() != 0) {
                return new Found(0, "");
            }
            int port = in.readUnsignedShort();
            in.skipNBytes(6);
            in.skipNBytes(in.readUnsignedShort());
            byte[] extra = in.readNBytes(in.readUnsignedShort());
            return new Found(port, new String(extra, StandardCharsets.UTF_8));
        }
    }

    /// ALIVE2_REQ at the peer of this host.
    static Held register(String name, int port) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(body);
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        out.writeShort(port);
        out.writeByte(77);
        out.writeByte(0);
        out.writeShort(6);
        out.writeShort(5);
        out.writeShort(bytes.length);
        out.write(bytes);
        out.writeShort(0);
        Socket socket = request("127.0.0.1", 'x', body.toByteArray());
        try {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            expect(in, 118);
            if (in.readUnsignedByte() != 0) {
                throw new RefusedException(name);
            }
            long creation = in.readInt() & 0xffff_ffffL;
            socket.setSoTimeout(0);
            return new Held(socket, creation);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /// The peer has said no.
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;

        RefusedException(String name) {
            super("refused: " + name);
        }
    }

    private static Socket request(String address, char opcode, byte[] body) throws IOException {
        Namespace.renew();
        Socket socket = new Socket();
        try {
            socket.connect(
                    new InetSocketAddress(InetAddress.ofLiteral(address), PORT), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            ByteArrayOutputStream frame = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(frame);
            out.writeShort(body.length + 1);
            out.writeByte(opcode);
            out.write(body);
            socket.getOutputStream().write(frame.toByteArray());
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static void expect(DataInputStream in, int type) throws IOException {
        int found = in.readUnsignedByte();
        if (found != type) {
            throw new ProtocolException("reply: %d (expected: %d)".formatted(found, type));
        }
    }
}
