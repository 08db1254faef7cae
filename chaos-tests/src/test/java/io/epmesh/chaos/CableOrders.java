package io.epmesh.chaos;

import io.epmesh.chaos.history.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/// Cuts, slows and fixes the cables between pairs of nodes, one order after the other, each at a
/// peer of any host. Operations `order` (`left`, `right`, `what`: `stall`, `reset`, `one-way`,
/// `slow` or `fix`, `at`: the host of the peer, `lasts` and `latency` in milliseconds).
final class CableOrders {
    /// Between two orders for one pair, about: it has time to hold, and to be over.
    private static final Duration PAUSE = Duration.ofSeconds(12);

    private static final int LATENCY = 300;

    private final Clients clients;
    private final String name;
    private final int part;
    private final int parts;
    private final Random random;

    /// Those for every so-many-th pair.
    CableOrders(Clients clients, int part, int parts, long seed) {
        this.clients = clients;
        this.name = "orders" + part;
        this.part = part;
        this.parts = parts;
        this.random = new Random(seed ^ part * 47L);
    }

    void start() {
        clients.start(clients.hosts().getFirst(), name, this::run);
    }

    private void run() {
        int hosts = clients.hosts().size();
        long pause = PAUSE.toNanos() * parts / (hosts * (hosts - 1) / 2);
        while (!clients.hasEnded()) {
            int left = random.nextInt(hosts);
            int right = random.nextInt(hosts);
            if (left < right && (left + right) % parts == part) {
                clients.writing().readLock().lock();
                try {
                    order(clients.hosts().get(left), clients.hosts().get(right));
                } finally {
                    clients.writing().readLock().unlock();
                }
                LockSupport.parkNanos((long) (pause * (0.5 + random.nextDouble())));
            }
        }
    }

    private void order(Host left, Host right) {
        String a = clients.node(left);
        String b = clients.node(right);
        Host at = clients.hosts().get(random.nextInt(clients.hosts().size()));
        String what =
                switch (random.nextInt(8)) {
                    case 0, 1 -> "stall";
                    case 2 -> "reset";
                    case 3 -> "one-way";
                    case 4 -> "slow";
                    default -> "fix";
                };
        int lasts = what.equals("fix") ? 0 : random.nextInt(3_000, 40_000);
        long start = clients.history().now();
        Answer answer = at.call(() -> give(what, a, b, lasts));
        clients.history()
                .add(
                        name,
                        "order",
                        answer.outcome(),
                        start,
                        Map.of(
                                "what",
                                what,
                                "left",
                                a,
                                "right",
                                b,
                                "at",
                                at.name(),
                                "lasts",
                                "" + lasts,
                                "latency",
                                "" + (what.equals("slow") ? LATENCY : 0),
                                "error",
                                answer.error()));
    }

    /// What became of an order.
    private record Answer(Outcome outcome, String error) {}

    private static Answer give(String what, String a, String b, int lasts) {
        Outcome before = Outcome.FAIL;
        try (MeshSession session = MeshSession.open()) {
            before = Outcome.INFO; // from here on it may happen
            switch (what) {
                case "fix" -> session.fix(a, b);
                case "slow" -> session.slow(a, b, LATENCY, lasts);
                default -> session.cut(a, b, what, lasts);
            }
            return new Answer(Outcome.OK, "");
        } catch (MeshSession.RefusedException refused) {
            return new Answer(Outcome.FAIL, String.valueOf(refused.getMessage()));
        } catch (IOException broken) {
            return new Answer(before, broken.toString());
        }
    }
}
