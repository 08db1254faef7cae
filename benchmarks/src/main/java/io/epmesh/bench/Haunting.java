package io.epmesh.bench;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/// Strangers of some kinds at one port, from its making to its end. They run at the lowest
/// priority: on hosts of their own they would take no processor time from the peers.
final class Haunting implements AutoCloseable {
    private final List<Thread> threads = new ArrayList<>();

    @SuppressWarnings("ThreadPriorityCheck") // who gets the processor is the point
    Haunting(List<Stranger> kinds, InetSocketAddress target, Stranger.Loot loot) {
        for (Stranger kind : kinds) {
            for (int i = 0; i < kind.count(); i++) {
                int number = i;
                threads.add(
                        Thread.ofPlatform()
                                .name("stranger")
                                .priority(Thread.MIN_PRIORITY)
                                .daemon()
                                .start(() -> kind.haunt(number, target, loot)));
            }
        }
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        for (Thread each : threads) {
            try {
                each.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
