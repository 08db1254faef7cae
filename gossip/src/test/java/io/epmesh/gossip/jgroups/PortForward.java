package io.epmesh.gossip.jgroups;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/// What a container engine or a router does: passes connections to one address on to another.
final class PortForward implements AutoCloseable {
    private final ServerSocket server;
    private final InetSocketAddress target;
    private final AtomicLong connections = new AtomicLong();
    private final Queue<Socket> open = new ConcurrentLinkedQueue<>();

    private PortForward(ServerSocket server, InetSocketAddress target) {
        this.server = server;
        this.target = target;
    }

    static PortForward to(InetSocketAddress target) throws IOException {
        PortForward forward =
                new PortForward(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target);
        Thread.ofVirtual().start(forward::accept);
        return forward;
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    long connections() {
        return connections.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket from = server.accept();
                open.add(from);
                Socket to = new Socket(target.getAddress(), target.getPort());
                open.add(to);
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> pump(from, to));
                Thread.ofVirtual().start(() -> pump(to, from));
            } catch (IOException refusedOrClosed) {
                open.removeIf(Socket::isClosed);
            }
        }
    }

    private static void pump(Socket from, Socket to) {
        try (from;
                to;
                InputStream in = from.getInputStream()) {
            in.transferTo(to.getOutputStream());
        } catch (IOException ended) {
            // as any connection may
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket each : open) {
                each.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
