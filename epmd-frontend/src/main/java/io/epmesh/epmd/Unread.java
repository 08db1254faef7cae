package io.epmesh.epmd;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/// Last replies that their clients do not read, so that they wait in this process's memory; owned
/// by the event loop.
///
/// NAMES and DUMP grow with the names, and whoever asks for them on many connections and reads none
/// would have a copy kept for each. Beyond the bound the one that waits longest is closed: a client
/// that reads is done long before.
final class Unread {
    private final long most;
    private final Counters counters;

    /// Invariant: open connections, in the order in which they began to wait, and their bytes.
    private final Map<Channel, Long> waiting = new LinkedHashMap<>();

    /// Invariant: the sum of the above.
    private long bytes;

    /// @param most bytes that wait at a time
    Unread(long most, Counters counters) {
        this.most = most;
        this.counters = counters;
    }

    /// Takes note of what is left of a last reply, behind which the connection closes.
    void add(Channel channel) {
        ChannelOutboundBuffer left = channel.unsafe().outboundBuffer();
        if (left == null || left.totalPendingWriteBytes() == 0) {
            return;
        }
        waiting.put(channel, left.totalPendingWriteBytes());
        bytes += left.totalPendingWriteBytes();
        channel.closeFuture().addListener(_ -> remove(channel));
        while (bytes > most && waiting.size() > 1) {
            Channel longest = waiting.keySet().iterator().next();
            remove(longest);
            counters.count(Counters.Event.TURNED_AWAY);
            ChannelFuture _ = longest.close();
        }
    }

    private void remove(Channel channel) {
        Long size = waiting.remove(channel);
        bytes -= size == null ? 0 : size;
    }

    long bytes() {
        return bytes;
    }
}
