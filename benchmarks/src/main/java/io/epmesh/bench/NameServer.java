package io.epmesh.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A server under load: its process, and the connections that its names and idle guests hold. One
/// thread.
final class NameServer implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
    private static final byte ALIVE2_REQ = 120;
    private static final byte NAMES_REQ = 110;

    private final Process process;
    private final int port;
    private final List<SocketChannel> held = new ArrayList<>();

    private NameServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /// Starts a program and waits until it accepts connections.
    ///
    /// @param port where it will listen
    /// @param log gets what it prints
    /// @throws IOException if it ends or does not listen in time
    static NameServer start(List<String> command, int port, Path log)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        NameServer server = new NameServer(process, port);
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (true) {
            try (SocketChannel _ = server.connect()) {
                return server;
            } catch (IOException notYet) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    process.destroyForcibly();
                    throw new IOException(
                            "%s does not listen: %s".formatted(command, Files.readString(log)));
                }
                boolean _ = process.waitFor(2, TimeUnit.MILLISECONDS);
            }
        }
    }

    /// Waits for the answer to NAMES_REQ.
    ///
    /// @throws IOException if it closes the connection without one
    void awaitAnswer() throws IOException {
        try (SocketChannel connection = connect()) {
            connection.write(ByteBuffer.wrap(new byte[] {0, 1, NAMES_REQ}));
            ByteBuffer reply = ByteBuffer.allocate(4);
            while (reply.hasRemaining() && connection.read(reply) >= 0) {}
            if (reply.hasRemaining()) {
                throw new IOException("NAMES_REQ was not answered");
            }
        }
    }

    int port() {
        return port;
    }

    /// Registers names `0..count-1` of [Lookups].
    ///
    /// @throws IOException if one is refused
    void register(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            register(Lookups.name(i), Lookups.port(i));
        }
    }

    /// Registers one name.
    ///
    /// @throws IOException if it is refused
    void register(byte[] name, int at) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(15 + name.length);
        frame.putShort((short) (13 + name.length)).put(ALIVE2_REQ);
        frame.putShort((short) at).put((byte) 77).put((byte) 0);
        frame.putShort((short) 6).putShort((short) 5);
        frame.putShort((short) name.length).put(name).putShort((short) 0);
        SocketChannel connection = connect();
        held.add(connection);
        connection.write(frame.flip());
        ByteBuffer reply = ByteBuffer.allocate(6);
        while (reply.hasRemaining() && connection.read(reply) >= 0) {}
        if (reply.hasRemaining() || reply.get(1) != 0) {
            throw new IOException("registration %d refused".formatted(held.size()));
        }
    }

    /// Opens connections that stay silent.
    void openIdle(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            held.add(connect());
        }
    }

    /// Whether the server still holds all of them.
    boolean holdsAll() throws IOException {
        for (SocketChannel each : held) {
            each.configureBlocking(false);
            if (each.read(ByteBuffer.allocate(1)) != 0) {
                return false;
            }
        }
        return true;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// Whether the server still holds the connection of a name.
    boolean holds(int index) throws IOException {
        held.get(index).configureBlocking(false);
        try {
            return held.get(index).read(ByteBuffer.allocate(1)) == 0;
        } catch (IOException reset) {
            return false;
        }
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
    }

    /// What Linux knows of its process.
    ProcessFigures figures() {
        return new ProcessFigures(process.pid());
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel each : held) {
            each.close();
        }
        process.destroy();
        process.onExit().join();
    }
}
