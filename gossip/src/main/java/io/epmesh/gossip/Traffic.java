package io.epmesh.gossip;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/// Counts messages and their bytes by type, one way. Any thread.
final class Traffic {
    private final LongAdder[] messages = adders();
    private final LongAdder[] bytes = adders();

    private static LongAdder[] adders() {
        LongAdder[] adders = new LongAdder[MessageCodec.TYPES.size()];
        for (int i = 0; i < adders.length; i++) {
            adders[i] = new LongAdder();
        }
        return adders;
    }

    /// Counts a message as it goes over the network.
    void count(byte[] message) {
        int type = MessageCodec.typeIn(message);
        messages[type].increment();
        bytes[type].add(message.length);
    }

    List<GossipStatistics.Count> counts() {
        List<GossipStatistics.Count> counts = new ArrayList<>();
        for (int i = 0; i < messages.length; i++) {
            counts.add(
                    new GossipStatistics.Count(
                            MessageCodec.TYPES.get(i), messages[i].sum(), bytes[i].sum()));
        }
        return counts;
    }
}
