package io.epmesh.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/// Attacks a server from one thread. Sources elsewhere are addresses of 198.51.100.0/24, which the
/// namespace's kernel lets programs use though no interface has them.
final class Swarm {
    /// What became of the connections.
    ///
    /// @param tried how many were begun
    /// @param held how many were open at the end
    /// @param ended how many the server refused, closed or reset
    record Tally(long tried, long held, long ended) {}

    /// So that events are looked at in between.
    private static final int OPENED_AT_ONCE = 64;

    private static final long SECOND = 1_000_000_000;

    private final Attack attack;
    private final InetSocketAddress target;
    private final Selector selector;
    private final ByteBuffer replies = ByteBuffer.allocate(65_536);
    private long tried;
    private long ended;

    private Swarm(Attack attack, int port) throws IOException {
        this.attack = attack;
        this.target = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
        this.selector = Selector.open();
    }

    /// Attacks for so long, then ends all connections by resets.
    static Tally run(Attack attack, int port, Duration duration) throws IOException {
        Swarm swarm = new Swarm(attack, port);
        try {
            swarm.run(System.nanoTime() + duration.toNanos());
            long held = swarm.selector.keys().stream().filter(Swarm::isConnected).count();
            return new Tally(swarm.tried, held, swarm.ended);
        } finally {
            for (SelectionKey each : swarm.selector.keys()) {
                end(each);
            }
            swarm.selector.close();
        }
    }

    private void run(long deadline) throws IOException {
        long nextDrip = System.nanoTime() + SECOND;
        while (System.nanoTime() < deadline) {
            int open = selector.keys().size();
            int more = attack.again() ? attack.connections() - open : 0;
            for (int i = 0; i < Math.min(more, OPENED_AT_ONCE); i++) {
                open();
            }
            selector.select(this::happened, more > 0 ? 1 : 20);
            if (attack.then() == Attack.Then.DRIP && System.nanoTime() >= nextDrip) {
                nextDrip += SECOND;
                selector.keys().stream().filter(Swarm::isConnected).forEach(this::drip);
            }
        }
    }

    private void open() throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        channel.configureBlocking(false);
        if (attack.sources() > 0) {
            channel.bind(new InetSocketAddress(source((int) (tried % attack.sources())), 0));
        }
        tried++;
        try {
            boolean _ = channel.connect(target);
            channel.register(selector, SelectionKey.OP_CONNECT);
        } catch (IOException refused) {
            ended++;
            channel.close();
        }
    }

    private static InetAddress source(int number) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {(byte) 198, 51, 100, (byte) (number + 1)});
    }

    private void happened(SelectionKey key) {
        SocketChannel channel = (SocketChannel) key.channel();
        try {
            if (key.isConnectable() && channel.finishConnect()) {
                begin(channel);
                if (key.isValid()) {
                    key.interestOps(SelectionKey.OP_READ);
                }
            } else if (key.isReadable() && channel.read(replies.clear()) < 0) {
                ended++;
                end(key);
            }
        } catch (IOException refusedOrReset) {
            ended++;
            end(key);
        }
    }

    private void begin(SocketChannel channel) throws IOException {
        channel.write(attack.first().duplicate());
        switch (attack.then()) {
            case HALF_CLOSE -> channel.shutdownOutput();
            case RESET -> end(channel.keyFor(selector));
            case WAIT, DRIP -> {}
        }
    }

    private void drip(SelectionKey key) {
        try {
            ((SocketChannel) key.channel()).write(ByteBuffer.allocate(1));
        } catch (IOException reset) {
            ended++;
            end(key);
        }
    }

    private static boolean isConnected(SelectionKey key) {
        return key.isValid() && ((SocketChannel) key.channel()).isConnected();
    }

    private static void end(SelectionKey key) {
        try {
            key.channel().close();
        } catch (IOException alreadyGone) {
            // It is not counted any more, and its descriptor is free.
        }
    }
}
