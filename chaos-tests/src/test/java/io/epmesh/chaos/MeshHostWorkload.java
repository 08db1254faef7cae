package io.epmesh.chaos;

import io.epmesh.chaos.check.Checker;
import io.epmesh.chaos.check.ReachChecker;
import io.epmesh.chaos.check.WinnerChecker;
import io.epmesh.chaos.history.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/// Nodes of the mesh host, most of whose names two or three hosts have at a time: islands take them
/// without knowing, and after the heal one wins everywhere. Each host reaches them through its
/// relay all the time.
final class MeshHostWorkload implements Workload {
    private static final Duration PAUSE = Duration.ofMillis(300);

    @Override
    public Plan plan(int hosts) {
        return new Plan(3, 0, Plan.Naming.CONTENDED, List.of("mesh-host = mesh"));
    }

    @Override
    public void start(Clients clients, long seed) {
        for (Host host : clients.hosts()) {
            LookupReader.start(host, "reader", clients, Duration.ofMillis(200), seed);
            Random random = new Random(seed ^ host.name().hashCode() * 41L);
            clients.start(host, "reacher", () -> reach(clients, host, random));
        }
    }

    private static void reach(Clients clients, Host host, Random random) {
        while (!clients.hasEnded()) {
            List<String> names = names(clients);
            Reach.probe(clients, host, names.get(random.nextInt(names.size())), "");
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /// Each host is asked for each name, and reaches it.
    @Override
    public void settled(Clients clients, long since, int cycle) {
        for (Host host : clients.hosts()) {
            host.call(() -> {
                for (String node : names(clients)) {
                    long start = clients.history().now();
                    String port = lookup(node);
                    clients.history()
                            .add(
                                    host.name(),
                                    "winner",
                                    Outcome.OK,
                                    start,
                                    Map.of("node", node, "port", port, "cycle", "" + cycle));
                    Reach.probe(clients, host, node, "" + cycle);
                }
                return cycle;
            });
        }
    }

    private static String lookup(String node) {
        try {
            return "" + EpmdClient.lookup("127.0.0.1", node).port();
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static List<String> names(Clients clients) {
        TreeSet<String> names = new TreeSet<>();
        clients.hosts().forEach(host -> names.addAll(clients.cluster().plan().raw(host)));
        return List.copyOf(names);
    }

    @Override
    public List<Checker> checkers() {
        return Checks.with(
                new WinnerChecker(),
                new ReachChecker(),
                Checks.lookups(),
                Checks.availability(),
                Checks.creations());
    }
}
