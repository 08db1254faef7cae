package io.epmesh.gossip;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Networks of several peers in one process: what is sent arrives at once, in order, until the peer
/// is cut off. Guarded by itself; listeners only enqueue, so they may be called under the lock.
final class MemoryNetworks {
    private final List<Wire> wires = new ArrayList<>();

    /// A network of its own for `peer`; of two with one id, each hears what is sent to either.
    Network of(PeerId peer) {
        return new Wire(peer);
    }

    /// The peer hears and is heard no more, as after kill -9: the others see it leave the view.
    synchronized void cut(PeerId peer) {
        wires.removeIf(wire -> wire.peer.equals(peer));
        tellViews();
    }

    private void tellViews() {
        Set<PeerId> members = new HashSet<>();
        wires.forEach(wire -> members.add(wire.peer));
        wires.forEach(wire -> wire.listener().ifPresent(l -> l.viewChanged(Set.copyOf(members))));
    }

    private final class Wire implements Network {
        private final PeerId peer;
        private Network.@Nullable Listener listener;

        Wire(PeerId peer) {
            this.peer = peer;
        }

        Optional<Network.Listener> listener() {
            return Optional.ofNullable(listener);
        }

        @Override
        public void start(Network.Listener told) {
            synchronized (MemoryNetworks.this) {
                if (listener != null) {
                    throw new IllegalStateException("started before");
                }
                listener = told;
                wires.add(this);
                tellViews();
            }
        }

        @Override
        public void send(PeerId to, byte[] message) {
            deliver(receiver -> receiver.equals(to), message);
        }

        @Override
        public void broadcast(byte[] message) {
            deliver(_ -> true, message);
        }

        private void deliver(Predicate<PeerId> receivers, byte[] message) {
            synchronized (MemoryNetworks.this) {
                if (!wires.contains(this)) {
                    return; // cut off
                }
                for (Wire wire : wires) {
                    if (wire != this && receivers.test(wire.peer)) {
                        wire.listener().ifPresent(l -> l.received(message.clone()));
                    }
                }
            }
        }

        @Override
        public void close() {
            synchronized (MemoryNetworks.this) {
                if (wires.remove(this)) {
                    tellViews();
                }
            }
        }
    }
}
