package io.epmesh.chaos;

import io.epmesh.chaos.history.Outcome;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Goes the way of a node of the mesh host to another: looks it up at the address of the mesh host,
/// connects to the listener of the relay that it is told, and speaks the distribution handshake up
/// to the challenge, which of a raw node is its port. It claims to be the first node of its host.
/// On a thread of the host.
final class Reach {
    private static final String MESH = "127.77.0.1";
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final long FLAGS = 0x4_07df_7fbdL;

    private Reach() {}

    /// Tries once, and tells the history: `reach` (`node`, `from`, `at`: the host, `port` of the
    /// node that answered, `cycle` of the heal behind which all is at rest, if it is).
    static void probe(Clients clients, Host host, String node, String cycle) {
        String from = clients.node(host);
        long start = clients.history().now();
        Outcome outcome = Outcome.OK;
        String port = "0";
        String error = "";
        try {
            port = "" + challenge(from, node);
        } catch (IOException e) {
            outcome = Outcome.FAIL;
            error = e.toString();
        }
        clients.history()
                .add(
                        host.name() + "/reacher",
                        "reach",
                        outcome,
                        start,
                        Map.of(
                                "node",
                                node,
                                "from",
                                from,
                                "at",
                                host.name(),
                                "port",
                                port,
                                "cycle",
                                cycle,
                                "error",
                                error));
    }

    private static int challenge(String from, String node) throws IOException {
        int port = EpmdClient.lookup(MESH, node.substring(0, node.indexOf('@'))).port();
        if (port == 0) {
            throw new IOException("not found");
        }
        Namespace.renew();
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.ofLiteral(MESH), port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            byte[] name = from.getBytes(StandardCharsets.US_ASCII);
            out.writeShort(1 + 8 + 4 + 2 + name.length);
            out.writeByte('N');
            out.writeLong(FLAGS);
            out.writeInt(1);
            out.writeShort(name.length);
            out.write(name);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            String status =
                    new String(in.readNBytes(in.readUnsignedShort()), StandardCharsets.UTF_8);
            int length = in.readUnsignedShort();
            if (!status.equals("sok") || length < 13 || in.readUnsignedByte() != 'N') {
                throw new ProtocolException("status %s, then %d bytes".formatted(status, length));
            }
            in.skipNBytes(8);
            return in.readInt();
        }
    }
}
