package io.epmesh.simulator;

import static io.epmesh.simulator.VirtualTime.MILLI;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/// Carries messages between hosts: each copy with a delay of its own, so that they overtake each
/// other, some not at all, some twice, none over a link that is blocked when they arrive.
final class SimulatedNetwork {
    private static final long LEAST_DELAY = MILLI / 10;
    static final long USUAL_DELAY = 5 * MILLI;

    private final VirtualTime time;
    private final SplittableRandom random;

    /// Directed links that carry nothing, and how many faults say so.
    private final Map<Link, Integer> blocked = new HashMap<>();

    final Traffic traffic = new Traffic();

    double loss;
    double duplication;

    /// Of a message, at the most; the largest that there ever was.
    private long maxDelay = USUAL_DELAY;

    private long worstDelay = USUAL_DELAY;

    /// Two hosts by their numbers.
    record Link(int from, int to) {}

    /// Where a message ends.
    interface Arrival {
        void arrived();
    }

    SimulatedNetwork(VirtualTime time, SplittableRandom random) {
        this.time = time;
        this.random = random;
    }

    void block(int from, int to) {
        blocked.merge(new Link(from, to), 1, Integer::sum);
    }

    void unblock(int from, int to) {
        blocked.computeIfPresent(new Link(from, to), (_, count) -> count > 1 ? count - 1 : null);
    }

    boolean carries(int from, int to) {
        return blocked.isEmpty() || !blocked.containsKey(new Link(from, to));
    }

    void delay(long most) {
        maxDelay = most;
        worstDelay = Math.max(worstDelay, most);
    }

    long worstDelay() {
        return worstDelay;
    }

    /// All links carry everything, at the usual delay.
    void heal() {
        blocked.clear();
        loss = 0;
        duplication = 0;
        maxDelay = USUAL_DELAY;
    }

    void carry(int from, int to, byte[] message, Arrival arrival) {
        traffic.sent(message);
        int copies = duplication > 0 && random.nextDouble() < duplication ? 2 : 1;
        if (copies == 2) {
            traffic.hit("duplicated message");
        }
        for (int i = 0; i < copies; i++) {
            if (loss > 0 && random.nextDouble() < loss) {
                traffic.hit("lost message");
            } else {
                time.after(
                        LEAST_DELAY + random.nextLong(maxDelay),
                        () -> {
                            if (carries(from, to)) {
                                arrival.arrived();
                            } else {
                                traffic.hit("blocked message");
                            }
                        });
            }
        }
    }
}
