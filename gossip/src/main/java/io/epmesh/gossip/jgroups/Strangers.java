package io.epmesh.gossip.jgroups;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The connections that have not said yet who they are, oldest first. At the limit, in all or for
/// one source, the oldest gives way to the newest: a peer says its hello within a round trip, so
/// that only who dawdles loses its place. Owned by the event loop.
final class Strangers {
    static final int MAX = 128;
    static final int MAX_PER_SOURCE = 16;

    private final Map<Channel, InetAddress> waiting = new LinkedHashMap<>();

    /// Takes a new connection in, and closes the one that must go for it.
    void add(Channel channel, InetAddress source) {
        long ofSource = waiting.values().stream().filter(source::equals).count();
        if (ofSource >= MAX_PER_SOURCE) {
            oldest(source).ifPresent(this::close);
        } else if (waiting.size() >= MAX) {
            waiting.keySet().stream().findFirst().ifPresent(this::close);
        }
        waiting.put(channel, source);
    }

    /// Takes out a connection that said who it is, or closed.
    void remove(Channel channel) {
        waiting.remove(channel);
    }

    int size() {
        return waiting.size();
    }

    private Optional<Channel> oldest(InetAddress source) {
        return waiting.entrySet().stream()
                .filter(entry -> entry.getValue().equals(source))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private void close(Channel channel) {
        waiting.remove(channel);
        var _ = channel.close();
    }
}
