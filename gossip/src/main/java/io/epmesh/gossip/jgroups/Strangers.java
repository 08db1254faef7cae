package io.epmesh.gossip.jgroups;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// The connections that have not said yet who they are. At the limit, in all or for one source, one
/// gives way to the newest: the oldest of those that have not sent a byte, else the oldest. A peer
/// sends its first bytes at once, and its hello within a few round trips, so that only who dawdles
/// loses its place. A source that came with the wrong key or with garbage too often is closed the
/// door on for a moment, and for twice as long each time that it goes on right after: every visit
/// costs a handshake. Owned by the event loop.
final class Strangers {
    static final int MAX = 128;
    static final int MAX_PER_SOURCE = 16;

    /// Bad connections of one source within [#MOMENT_NANOS]. A peer with the wrong key makes about
    /// one, and others at its address, as behind NAT, have their chance.
    static final int MAX_BAD = 4;

    static final long MOMENT_NANOS = TimeUnit.SECONDS.toNanos(1);

    /// The longest that a source is barred for: a host whose peer was given the right key at last
    /// waits no longer.
    static final long MAX_BAR_NANOS = TimeUnit.SECONDS.toNanos(16);

    /// Sources whose bad connections are counted; beyond them the one that began first is let off.
    static final int MAX_SOURCES = 1_024;

    /// @param since when the first of them was seen
    /// @param bar for how long from then on they are barred once there are too many
    private record Bad(long since, int count, long bar) {
        boolean isTooMany() {
            return count >= MAX_BAD;
        }

        /// With one more, seen at `now`.
        Bad and(long now) {
            long age = now - since;
            if (!isTooMany() && age < MOMENT_NANOS) {
                return new Bad(since, count + 1, bar);
            }
            boolean goesOn = isTooMany() && age < 2 * bar;
            return new Bad(now, 1, goesOn ? Math.min(2 * bar, MAX_BAR_NANOS) : MOMENT_NANOS);
        }
    }

    private final LongSupplier nanoTime;
    private final Map<Channel, InetAddress> silent = new LinkedHashMap<>(); // oldest first
    private final Map<Channel, InetAddress> speaking = new LinkedHashMap<>(); // oldest first
    private final Map<InetAddress, Bad> bad = new LinkedHashMap<>();

    Strangers(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /// Takes a new connection in, and closes the one that must go for it, which may be itself.
    void add(Channel channel, InetAddress source) {
        if (isBarred(source)) {
            var _ = channel.close();
            return;
        }
        if (count(silent, source) + count(speaking, source) >= MAX_PER_SOURCE) {
            close(oldest(silent, source).or(() -> oldest(speaking, source)));
        } else if (size() >= MAX) {
            close(oldest(silent).or(() -> oldest(speaking)));
        }
        silent.put(channel, source);
    }

    /// Notes that a connection has sent something.
    void spoke(Channel channel) {
        InetAddress source = silent.remove(channel);
        if (source != null) {
            speaking.put(channel, source);
        }
    }

    /// Takes out a connection that said who it is, or closed.
    void remove(Channel channel) {
        silent.remove(channel);
        speaking.remove(channel);
    }

    /// Notes that a connection of a source was closed for what came over it.
    void misbehaved(InetAddress source) {
        long now = nanoTime.getAsLong();
        Bad before = bad.remove(source);
        bad.put(source, before == null ? new Bad(now, 1, MOMENT_NANOS) : before.and(now));
        if (bad.size() > MAX_SOURCES) {
            bad.remove(bad.keySet().iterator().next());
        }
    }

    private boolean isBarred(InetAddress source) {
        Bad seen = bad.get(source);
        return seen != null && seen.isTooMany() && nanoTime.getAsLong() - seen.since() < seen.bar();
    }

    int size() {
        return silent.size() + speaking.size();
    }

    private static long count(Map<Channel, InetAddress> channels, InetAddress source) {
        return channels.values().stream().filter(source::equals).count();
    }

    private static Optional<Channel> oldest(Map<Channel, InetAddress> channels) {
        return channels.keySet().stream().findFirst();
    }

    private static Optional<Channel> oldest(
            Map<Channel, InetAddress> channels, InetAddress source) {
        return channels.entrySet().stream()
                .filter(entry -> entry.getValue().equals(source))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private void close(Optional<Channel> dawdler) {
        dawdler.ifPresent(channel -> {
            remove(channel);
            var _ = channel.close();
        });
    }
}
