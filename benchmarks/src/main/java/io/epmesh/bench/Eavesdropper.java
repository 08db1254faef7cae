package io.epmesh.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Passes connections on to a gossip port, and records what is sent to it.
final class Eavesdropper implements AutoCloseable {
    private static final int MAX_RECORDED_BYTES = 64 * 1_024;

    private final ServerSocket server;
    private final InetSocketAddress target;
    private final List<ByteArrayOutputStream> recorded = new CopyOnWriteArrayList<>();

    private Eavesdropper(ServerSocket server, InetSocketAddress target) {
        this.server = server;
        this.target = target;
    }

    static Eavesdropper before(InetSocketAddress target) throws IOException {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        Eavesdropper made = new Eavesdropper(server, target);
        Thread.ofVirtual().name("eavesdropper").start(made::accept);
        return made;
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    /// What was sent so far, a connection each.
    List<byte[]> recorded() {
        List<byte[]> all = new ArrayList<>();
        for (ByteArrayOutputStream each : recorded) {
            all.add(each.toByteArray());
        }
        return all;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket from = server.accept();
                Socket to = new Socket(target.getAddress(), target.getPort());
                ByteArrayOutputStream tape = new ByteArrayOutputStream();
                recorded.add(tape);
                Thread.ofVirtual().start(() -> pass(from, to, tape));
                Thread.ofVirtual().start(() -> pass(to, from, new ByteArrayOutputStream()));
            } catch (IOException refusedOrClosed) {
                // the next one, if any
            }
        }
    }

    private static void pass(Socket from, Socket to, ByteArrayOutputStream tape) {
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            byte[] buffer = new byte[8_192];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
                if (tape.size() < MAX_RECORDED_BYTES) {
                    tape.write(buffer, 0, n);
                }
            }
        } catch (IOException ended) {
            // as any connection may
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
