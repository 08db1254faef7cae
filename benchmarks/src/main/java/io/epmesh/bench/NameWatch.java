package io.epmesh.bench;

import io.epmesh.bench.Sighting.State;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// A client that watches the names of one peer, and goes on when the peer comes back. Its thread
/// reads; any thread asks.
final class NameWatch implements AutoCloseable {
    private static final byte[] HELLO = {0, 13, 77, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0};
    private static final byte[] WATCH = {0, 0, 0, 7, 32, 0, 0, 0, 1, 0, 0};
    private static final int WATCHED = 160;
    private static final int SNAPSHOT = 1;
    private static final long PAUSE_MILLIS = 20;

    private final Connector peer;
    private final int number;
    private final Consumer<Sighting> listener;
    private final Map<String, State> names = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean closed;

    /// How the peer is reached.
    interface Connector {
        /// A new connection.
        SocketChannel connect() throws IOException, InterruptedException;
    }

    /// @param number of the host, for the sightings
    /// @param listener told on the watch's thread
    NameWatch(Connector peer, int number, Consumer<Sighting> listener) {
        this.peer = peer;
        this.number = number;
        this.listener = listener;
        this.thread = Thread.ofPlatform().name("watch-" + number).daemon().start(this::run);
    }

    /// What is known now.
    Map<String, State> names() {
        return names;
    }

    private void run() {
        try {
            while (!closed) {
                try (SocketChannel channel = peer.connect()) {
                    watch(channel);
                } catch (IOException peerIsAway) {
                    LockSupport.parkNanos(PAUSE_MILLIS * 1_000_000L);
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch(SocketChannel channel) throws IOException {
        channel.write(ByteBuffer.wrap(HELLO));
        channel.write(ByteBuffer.wrap(WATCH));
        DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
        Set<String> snapshot = new HashSet<>();
        while (!closed) {
            byte[] bytes = new byte[in.readInt()];
            in.readFully(bytes);
            ByteBuffer frame = ByteBuffer.wrap(bytes);
            long now = System.nanoTime();
            if ((frame.get() & 0xff) == WATCHED) {
                frame.getInt();
                take(frame, snapshot, now);
            }
        }
    }

    private void take(ByteBuffer frame, Set<String> snapshot, long now) {
        boolean whole = frame.get() == SNAPSHOT;
        boolean last = frame.get() == 0;
        frame.position(frame.position() + 16);
        for (int left = frame.getInt(); left > 0; left--) {
            ByteBuffer node = frame.slice(frame.position() + 4, frame.getInt(frame.position()));
            frame.position(frame.position() + 4 + node.remaining());
            String name = string(node);
            node.get();
            string(node);
            node.position(node.position() + 4);
            see(name, node.get() == 0 ? State.UP : State.ORPHANED, now);
            if (whole) {
                snapshot.add(name);
            }
        }
        for (int left = frame.getInt(); left > 0; left--) {
            see(string(frame), State.GONE, now);
        }
        if (whole && last) {
            for (String name : Set.copyOf(names.keySet())) {
                if (!snapshot.contains(name)) {
                    see(name, State.GONE, now);
                }
            }
            snapshot.clear();
        }
    }

    private void see(String name, State state, long now) {
        if (state == State.GONE) {
            names.remove(name);
        } else {
            names.put(name, state);
        }
        listener.accept(new Sighting(number, name, state, now));
    }

    private static String string(ByteBuffer from) {
        byte[] text = new byte[from.getShort() & 0xffff];
        from.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
