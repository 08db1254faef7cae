package io.epmesh.chaos;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A mesh session with the peer of the calling thread's host, in bytes of our own as
/// `docs/mesh-protocol.md` draws them: enough of it to write mappings and to watch names.
final class MeshSession implements AutoCloseable {
    private static final int PORT = 4369;
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int ADD_MAPPING = 5;
    private static final int REMOVE_MAPPING = 6;
    private static final int WATCH = 32;
    private static final int CUT = 48;
    private static final int FIX = 49;
    private static final int SLOW = 50;

    /// A peer asks all others what an order comes to.
    private static final int ORDER_MILLIS = 10_000;

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
        Namespace.renew();
        Socket socket = new Socket();
        try {
            socket.connect(
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), PORT),
                    TIMEOUT_MILLIS);
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
            var _ = session.read(WELCOME);
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

    /// Cuts the cables between two nodes.
    ///
    /// @param how `stall`, `reset`, or `one-way`, which stalls what `left` sends
    /// @param millis how long
    /// @throws RefusedException as [#add]
    void cut(String left, String right, String how, long millis) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(body);
        sides(out, left, right);
        out.writeBoolean(how.equals("one-way"));
        out.writeBoolean(how.equals("reset"));
        out.writeBoolean(true);
        out.writeLong(millis);
        order(CUT, body.toByteArray());
    }

    /// Slows what passes between two nodes, each way by so much.
    ///
    /// @throws RefusedException as [#add]
    void slow(String left, String right, int latencyMillis, long millis) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(body);
        sides(out, left, right);
        out.writeBoolean(false);
        out.writeInt(latencyMillis);
        out.writeInt(0);
        out.writeBoolean(true);
        out.writeLong(millis);
        order(SLOW, body.toByteArray());
    }

    /// Opens the cables between two nodes.
    ///
    /// @throws RefusedException as [#add]
    void fix(String left, String right) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(body);
        out.writeBoolean(true);
        sides(out, left, right);
        order(FIX, body.toByteArray());
    }

    private static void sides(DataOutputStream out, String left, String right) throws IOException {
        for (String side : List.of(left, right)) {
            out.writeInt(1);
            out.writeUTF(side);
        }
    }

    /// Remarks come in as many frames as they need.
    private void order(int type, byte[] body) throws IOException {
        send(type, body);
        socket.setSoTimeout(ORDER_MILLIS);
        boolean hasMore = true;
        while (hasMore) {
            hasMore = read(type + 128).readBoolean();
        }
    }

    /// Of what a peer tells in a watch; it means something to that peer alone.
    record Version(long run, long number) {}

    /// What a watch says at once.
    ///
    /// @param isSnapshot whether names that it does not say are gone
    /// @param isLast whether it ends a batch
    /// @param version to go on from after the last of a batch
    /// @param nodes names with `address:port` of each
    /// @param gone names
    record Watched(
            boolean isSnapshot,
            boolean isLast,
            Version version,
            Map<String, String> nodes,
            List<String> gone) {}

    /// Watches all names; [#watched] says what comes of it. Waits for it for as long as it takes.
    ///
    /// @param since the version of the last batch that is known; null for none
    void watch(@Nullable Version since) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(body);
        out.writeByte(0);
        out.writeBoolean(since != null);
        if (since != null) {
            out.writeLong(since.run());
            out.writeLong(since.number());
        }
        send(WATCH, body.toByteArray());
        socket.setSoTimeout(0);
    }

    /// The next of a watch.
    Watched watched() throws IOException {
        DataInputStream body = read(WATCH + 128);
        boolean isSnapshot = body.readByte() == 1;
        boolean isLast = body.readByte() == 0;
        Version version = new Version(body.readLong(), body.readLong());
        Map<String, String> nodes = new LinkedHashMap<>();
        for (int left = body.readInt(); left > 0; left--) {
            DataInputStream node = stream(body.readNBytes(body.readInt()));
            String name = node.readUTF();
            node.skipNBytes(1);
            nodes.put(name, node.readUTF() + ":" + node.readUnsignedShort());
        }
        List<String> gone = new ArrayList<>();
        for (int left = body.readInt(); left > 0; left--) {
            gone.add(body.readUTF());
        }
        return new Watched(isSnapshot, isLast, version, nodes, gone);
    }

    private void exchange(int type, byte[] body) throws IOException {
        send(type, body);
        var _ = read(type + 128);
    }

    private void send(int type, byte[] body) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(frame);
        out.writeInt(5 + body.length);
        out.writeByte(type);
        out.writeInt(++requests);
        out.write(body);
        socket.getOutputStream().write(frame.toByteArray());
    }

    /// The body of the next frame, which must be of a type.
    private DataInputStream read(int expected) throws IOException {
        int length = in.readInt();
        int type = in.readUnsignedByte();
        in.skipNBytes(4);
        DataInputStream body = stream(in.readNBytes(length - 5));
        if (type == ERROR) {
            int code = body.readUnsignedShort();
            boolean definite = body.readByte() == 1;
            String text = "error %d: %s".formatted(code, body.readUTF());
            throw definite ? new RefusedException(text) : new IOException(text);
        }
        if (type != expected) {
            throw new ProtocolException("frame: %d (expected: %d)".formatted(type, expected));
        }
        return body;
    }

    private static DataInputStream stream(byte[] bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
