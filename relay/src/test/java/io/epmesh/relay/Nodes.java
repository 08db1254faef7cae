package io.epmesh.relay;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// What tests use in place of Erlang nodes: sockets, and the first message of a handshake.
final class Nodes {
    static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final int SILENCE_MILLIS = 150;

    private Nodes() {}

    /// A node that listens.
    static ServerSocket listening() throws IOException {
        ServerSocket server = new ServerSocket(0, 50, LOOPBACK);
        server.setSoTimeout((int) PATIENCE.toMillis());
        return server;
    }

    static InetSocketAddress address(ServerSocket server) {
        return new InetSocketAddress(LOOPBACK, server.getLocalPort());
    }

    static Socket connect(int port) throws IOException {
        Socket socket = new Socket(LOOPBACK, port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }

    static Socket accept(ServerSocket server) throws IOException {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }

    /// The first message of a node of OTP 23 or newer.
    static byte[] greeting(String name, long flags) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        return message(out -> {
            out.writeShort(1 + 8 + 4 + 2 + text.length);
            out.writeByte('N');
            out.writeLong(flags);
            out.writeInt(17);
            out.writeShort(text.length);
            out.write(text);
        });
    }

    static byte[] greeting(String name) {
        return greeting(name, 0x4);
    }

    /// The first message of an older node.
    static byte[] oldGreeting(String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        return message(out -> {
            out.writeShort(1 + 2 + 4 + text.length);
            out.writeByte('n');
            out.writeShort(5);
            out.writeInt(0x4);
            out.write(text);
        });
    }

    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    private static byte[] message(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writing.to(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static void send(Socket socket, byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    static void send(Socket socket, String text) throws IOException {
        send(socket, text.getBytes(StandardCharsets.UTF_8));
    }

    static String read(Socket socket, int length) throws IOException {
        byte[] bytes = socket.getInputStream().readNBytes(length);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /// What is answered in the end.
    static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /// Nothing, no end and no reset comes for a while.
    static void assertSilent(Socket socket) throws IOException {
        socket.setSoTimeout(SILENCE_MILLIS);
        assertThatThrownBy(() -> socket.getInputStream().read())
                .isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout((int) PATIENCE.toMillis());
    }

    /// Nobody connects for a while.
    static void assertSilent(ServerSocket server) throws IOException {
        server.setSoTimeout(SILENCE_MILLIS);
        assertThatThrownBy(() -> server.accept()).isInstanceOf(SocketTimeoutException.class);
        server.setSoTimeout((int) PATIENCE.toMillis());
    }

    /// Waits until something holds.
    static void await(String what, Callable<Boolean> holds) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.call()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + PATIENCE + ": " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
