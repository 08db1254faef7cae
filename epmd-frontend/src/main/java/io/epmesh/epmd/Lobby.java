package io.epmesh.epmd;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/// The connections that have not registered nor been handed over: how many there may be, and how
/// long they may take; owned by the event loop.
///
/// Sources of this host are bounded by the total alone, since nobody else can then keep its nodes
/// out; the others may have half of it in all, and each a share.
final class Lobby {
    /// One connection in the lobby.
    static final class Guest {
        private final Channel channel;
        private final Optional<InetAddress> stranger;
        private final long enteredAt;
        private long lastByteAt;

        private Guest(Channel channel, Optional<InetAddress> stranger, long now) {
            this.channel = channel;
            this.stranger = stranger;
            enteredAt = now;
            lastByteAt = now;
        }

        private void close() {
            ChannelFuture _ = channel.close();
        }
    }

    private final EpmdLimits limits;
    private final Counters counters;
    private final LongSupplier nanoTime;

    /// Invariant: in the order of entry.
    private final Set<Guest> guests = new LinkedHashSet<>();

    /// Of the guests that are not of this host.
    private final SourceShares strangers;

    private Runnable whenEmpty = () -> {};

    Lobby(EpmdLimits limits, Counters counters, LongSupplier nanoTime) {
        this.limits = limits;
        this.counters = counters;
        this.nanoTime = nanoTime;
        this.strangers =
                new SourceShares(
                        Math.max(1, limits.unidentified() / 2), limits.unidentifiedPerSource());
    }

    /// Lets a connection in, or turns it away; the caller closes it then.
    Optional<Guest> enter(Channel channel, InetAddress remote, boolean isLocal) {
        Optional<InetAddress> stranger = isLocal ? Optional.empty() : Optional.of(remote);
        if (guests.size() >= limits.unidentified() || (!isLocal && !strangers.hasRoom(remote))) {
            counters.count(Counters.Event.TURNED_AWAY);
            return Optional.empty();
        }
        Guest guest = new Guest(channel, stranger, nanoTime.getAsLong());
        guests.add(guest);
        stranger.ifPresent(strangers::take);
        return Optional.of(guest);
    }

    /// A byte came.
    void touch(Guest guest) {
        guest.lastByteAt = nanoTime.getAsLong();
    }

    void leave(Guest guest) {
        if (guests.remove(guest)) {
            guest.stranger.ifPresent(strangers::giveBack);
            if (guests.isEmpty()) {
                whenEmpty.run();
            }
        }
    }

    /// Runs a task now if nobody is in the lobby, and whenever the last one has left it.
    void whenEmpty(Runnable task) {
        whenEmpty = task;
        if (guests.isEmpty()) {
            task.run();
        }
    }

    /// Closes those that are silent for longer than the packet timeout or past the deadline.
    void sweep() {
        long now = nanoTime.getAsLong();
        long silence = limits.packetTimeout().toNanos();
        long deadline = limits.requestDeadline().toNanos();
        List<Guest> late =
                guests.stream()
                        .filter(g -> now - g.lastByteAt > silence || now - g.enteredAt > deadline)
                        .toList();
        late.forEach(guest -> {
            counters.count(Counters.Event.TIMEOUT);
            guest.close();
        });
    }

    /// Closes the oldest few, to get file descriptors back.
    ///
    /// @return how many there were
    int shed(int most) {
        List<Guest> oldest = guests.stream().limit(most).toList();
        oldest.forEach(Guest::close);
        return oldest.size();
    }

    int size() {
        return guests.size();
    }
}
