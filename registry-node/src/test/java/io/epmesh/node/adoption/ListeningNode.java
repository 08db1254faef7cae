package io.epmesh.node.adoption;

import io.epmesh.epmd.NodeName;
import io.epmesh.epmd.PortInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;

/// A listening socket that says in each handshake which node it is, or nothing at all.
final class ListeningNode implements AutoCloseable {
    static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final ServerSocket server = new ServerSocket();
    private final Optional<SelfDescription> self;
    private final Thread thread;

    /// Held by whoever wants it to be silent, as a stopped process is.
    private final Semaphore thawed = new Semaphore(1);

    private ListeningNode(InetSocketAddress address, Optional<SelfDescription> self)
            throws IOException {
        this.self = self;
        server.setReuseAddress(true);
        server.bind(address);
        this.thread = Thread.ofPlatform().name("listening-node").daemon().start(this::serve);
    }

    static ListeningNode saying(SelfDescription self) throws IOException {
        return at(new InetSocketAddress(LOOPBACK, 0), self);
    }

    static ListeningNode at(InetSocketAddress address, SelfDescription self) throws IOException {
        return new ListeningNode(address, Optional.of(self));
    }

    static ListeningNode silent() throws IOException {
        return new ListeningNode(new InetSocketAddress(LOOPBACK, 0), Optional.empty());
    }

    private void serve() {
        try {
            while (true) {
                Socket socket = server.accept();
                if (self.isPresent()) {
                    thawed.acquireUninterruptibly();
                    thawed.release();
                    socket.getOutputStream().write(challenge(self.get()));
                }
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private static byte[] challenge(SelfDescription self) {
        byte[] name = self.fullName().getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(5 + 2 + 19 + name.length)
                .putShort((short) 3)
                .put(new byte[] {'s', 'o', 'k'})
                .putShort((short) (19 + name.length))
                .put((byte) 'N')
                .putLong(0xdf7fbd)
                .putInt(1)
                .putInt((int) self.creation())
                .putShort((short) name.length)
                .put(name)
                .array();
    }

    /// From now on it answers nobody, before it is thawed.
    void freeze() {
        thawed.acquireUninterruptibly();
    }

    void thaw() {
        thawed.release();
    }

    int port() {
        return server.getLocalPort();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    /// What is remembered of it under the name `a`, without any proof.
    RecordedNode remembered() {
        return remembered(port());
    }

    static RecordedNode remembered(int port) {
        return new RecordedNode(
                new NodeName("a"),
                PortInfo.ofErlangNode(port),
                1_000,
                Instant.ofEpochMilli(5),
                LOOPBACK,
                OptionalLong.empty(),
                Optional.empty());
    }

    /// Ends when the kernel no longer lists the socket, which is when nobody waits on it.
    @Override
    public void close() {
        try {
            server.close();
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
