package io.epmesh.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.Histogram;

/// What goes from one node to another over connections that something is between: how much in a
/// second, and how long a question and its answer take. Both nodes are this process.
final class Passage {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final int BLOCK_BYTES = 128 << 10;

    private final ServerSocketChannel target;
    private final Port port;

    /// Tells where a connection is opened.
    interface Port {
        int find() throws IOException;
    }

    /// @param target where connections arrive
    /// @param port asked before each of them
    Passage(ServerSocketChannel target, Port port) {
        this.target = target;
        this.port = port;
    }

    /// Both ends of a connection.
    record Ends(SocketChannel source, SocketChannel reached) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            source.close();
            reached.close();
        }
    }

    private Ends connect() throws IOException {
        return connect("a@h");
    }

    /// Connects as a node.
    ///
    /// @param name full, in ASCII
    Ends connect(String name) throws IOException {
        byte[] greeting = greeting(name);
        SocketChannel source = SocketChannel.open(new InetSocketAddress(LOOPBACK, port.find()));
        source.setOption(StandardSocketOptions.TCP_NODELAY, true);
        source.write(ByteBuffer.wrap(greeting));
        SocketChannel reached = target.accept();
        while (!isGreeted(reached, greeting)) { // a peer asks who it is, or a look at HAProxy
            reached.close();
            reached = target.accept();
        }
        reached.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return new Ends(source, reached);
    }

    /// The first message of a distribution handshake, by which a relay knows the source.
    private static byte[] greeting(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(17 + bytes.length)
                .putShort((short) (15 + bytes.length))
                .put((byte) 'N')
                .putLong(4)
                .putInt(17)
                .putShort((short) bytes.length)
                .put(bytes)
                .array();
    }

    private static boolean isGreeted(SocketChannel reached, byte[] expected) throws IOException {
        ByteBuffer greeting = ByteBuffer.allocate(expected.length);
        while (greeting.hasRemaining() && reached.read(greeting) >= 0) {}
        return Arrays.equals(greeting.array(), expected);
    }

    private static void readFully(SocketChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new IOException("ended %d bytes early".formatted(bytes.remaining()));
            }
        }
        bytes.flip();
    }

    /// Sends as much as passes, from the source to the target.
    ///
    /// @param connections at a time
    /// @return bytes that arrived in a second
    double bytesPerSecond(int connections, long nanos) throws IOException, InterruptedException {
        List<Ends> all = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            all.add(connect());
        }
        long end = System.nanoTime() + nanos;
        long[] arrived = new long[connections];
        List<Thread> threads = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < connections; i++) {
            int number = i;
            Ends ends = all.get(i);
            threads.add(start("send", () -> send(ends.source(), end)));
            threads.add(start("receive", () -> arrived[number] = receive(ends.reached())));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        long took = System.nanoTime() - start;
        long sum = 0;
        for (int i = 0; i < connections; i++) {
            all.get(i).close();
            sum += arrived[i];
        }
        return sum * 1e9 / took;
    }

    private interface Work {
        void run() throws IOException;
    }

    private static Thread start(String name, Work work) {
        return Thread.ofPlatform()
                .name(name)
                .start(() -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        throw new IllegalStateException(name + ": " + e.getMessage(), e);
                    }
                });
    }

    private static void send(SocketChannel source, long end) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
        while (System.nanoTime() < end) {
            source.write(block.clear());
        }
        source.shutdownOutput();
    }

    private static long receive(SocketChannel reached) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
        long sum = 0;
        for (int n = 0; n >= 0; n = reached.read(block.clear())) {
            sum += n;
        }
        return sum;
    }

    /// Asks and answers, one question after the other.
    ///
    /// @param bytes of a question and of an answer
    /// @return how long each took, in nanoseconds
    Histogram roundTrips(int bytes, long nanos) throws IOException, InterruptedException {
        Histogram times = new Histogram(60_000_000_000L, 3);
        try (Ends ends = connect()) {
            Thread echo = start("echo", () -> echo(ends.reached(), bytes));
            ByteBuffer question = ByteBuffer.allocateDirect(bytes);
            long end = System.nanoTime() + nanos;
            for (long now = System.nanoTime(); now < end; ) {
                ends.source().write(question.clear());
                readFully(ends.source(), question.clear());
                long then = System.nanoTime();
                times.recordValue(then - now);
                now = then;
            }
            ends.source().shutdownOutput();
            echo.join();
        }
        return times;
    }

    private static void echo(SocketChannel reached, int bytes) throws IOException {
        ByteBuffer question = ByteBuffer.allocateDirect(bytes);
        while (reached.read(question) >= 0) {
            if (!question.hasRemaining()) {
                reached.write(question.flip());
                question.clear();
            }
        }
    }
}
