package io.epmesh.node.handshake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A listening socket that hears one greeting, answers what a test says, and waits for the end.
final class FakeNode implements AutoCloseable {
    private final ServerSocket server;
    private final CompletableFuture<byte[]> greeting = new CompletableFuture<>();
    private final CompletableFuture<Boolean> hungUp = new CompletableFuture<>();

    /// @param pieces what it answers, each written for itself
    FakeNode(byte[]... pieces) throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("fake-node").start(() -> serve(pieces));
    }

    private void serve(byte[]... pieces) {
        try (Socket socket = server.accept()) {
            socket.setTcpNoDelay(true);
            int length = socket.getInputStream().read() << 8 | socket.getInputStream().read();
            greeting.complete(socket.getInputStream().readNBytes(length));
            for (byte[] piece : pieces) {
                socket.getOutputStream().write(piece);
            }
            hungUp.complete(socket.getInputStream().read() == -1);
        } catch (IOException ended) {
            greeting.completeExceptionally(ended);
            hungUp.completeExceptionally(ended);
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    /// The greeting without its length.
    byte[] greeting() throws Exception {
        return greeting.get(60, TimeUnit.SECONDS);
    }

    /// Whether the other side closed, without a byte more than its greeting.
    boolean hungUp() throws Exception {
        return hungUp.get(60, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
