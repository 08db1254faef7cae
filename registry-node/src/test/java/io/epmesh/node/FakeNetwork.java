package io.epmesh.node;

import io.epmesh.gossip.Network;
import io.epmesh.gossip.PeerId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// A network that reaches nobody, and remembers what it was told.
final class FakeNetwork implements Network {
    final List<String> calls = new CopyOnWriteArrayList<>();
    volatile Optional<Listener> listener = Optional.empty();

    @Override
    public void start(Listener told) {
        calls.add("start");
        listener = Optional.of(told);
    }

    @Override
    public void send(PeerId to, byte[] message) {
        calls.add("send");
    }

    @Override
    public void broadcast(byte[] message) {
        calls.add("broadcast");
    }

    @Override
    public void close() {
        calls.add("close");
    }

    boolean isClosed() {
        return calls.contains("close");
    }
}
