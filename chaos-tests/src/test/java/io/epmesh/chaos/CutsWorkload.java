package io.epmesh.chaos;

import io.epmesh.chaos.Json.Fields;
import io.epmesh.chaos.check.Checker;
import io.epmesh.chaos.check.CutAgreementChecker;
import io.epmesh.chaos.check.CutChecker;
import io.epmesh.chaos.check.ReachChecker;
import io.epmesh.chaos.history.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/// A node of the mesh host on each host, whose cables are cut, slowed and fixed at any peer while
/// faults come and go; each host reaches the others through its relay all the time, and each of
/// them after each heal.
final class CutsWorkload implements Workload {
    private static final int ORDERERS = 3;
    private static final Duration PAUSE = Duration.ofMillis(400);

    @Override
    public Plan plan(int hosts) {
        return new Plan(1, 0, Plan.Naming.OF_THE_MESH, List.of("mesh-host = mesh"));
    }

    @Override
    public void start(Clients clients, long seed) {
        for (int part = 0; part < ORDERERS; part++) {
            new CableOrders(clients, part, ORDERERS, seed).start();
        }
        for (Host host : clients.hosts()) {
            Random random = new Random(seed ^ host.name().hashCode() * 53L);
            clients.start(host, "reacher", () -> reach(clients, host, random));
        }
    }

    @Override
    public Duration pause() {
        return Duration.ofSeconds(3);
    }

    private static void reach(Clients clients, Host host, Random random) {
        List<Host> hosts = clients.hosts();
        while (!clients.hasEnded()) {
            Host other = hosts.get(random.nextInt(hosts.size()));
            if (!other.equals(host)) {
                Reach.probe(clients, host, clients.node(other), "");
                LockSupport.parkNanos((long) (PAUSE.toNanos() * (0.5 + random.nextDouble())));
            }
        }
    }

    /// All peers are asked what is cut, and each host reaches each other, at the same time.
    @Override
    public void settled(Clients clients, long since, int cycle) throws Exception {
        List<Thread> probes = new ArrayList<>();
        for (Host host : clients.hosts()) {
            cuts(clients, host, cycle);
            for (Host other : clients.hosts()) {
                if (!other.equals(host)) {
                    probes.add(
                            host.thread(
                                    host.name() + "-probe",
                                    () ->
                                            Reach.probe(
                                                    clients,
                                                    host,
                                                    clients.node(other),
                                                    "" + cycle)));
                }
            }
        }
        for (Thread probe : probes) {
            probe.join();
        }
    }

    /// What a peer holds for cut: `cuts` (`cycle`, and lines `low high lowToHigh highToLow ms`).
    private static void cuts(Clients clients, Host host, int cycle) {
        long start = clients.history().now();
        String lines =
                host.api("cables").having("lowToHigh").stream()
                        .map(CutsWorkload::line)
                        .sorted()
                        .collect(Collectors.joining("\n"));
        clients.history()
                .add(
                        host.name(),
                        "cuts",
                        Outcome.OK,
                        start,
                        Map.of("cycle", "" + cycle, "cuts", lines));
    }

    private static String line(Fields cut) {
        return "%s %s %s %s %s"
                .formatted(
                        cut.text("low"),
                        cut.text("high"),
                        cut.values().get("lowToHigh") instanceof Fields way
                                ? way.text("effect")
                                : "",
                        cut.values().get("highToLow") instanceof Fields way
                                ? way.text("effect")
                                : "",
                        cut.text("remainingMs"));
    }

    @Override
    public List<Checker> checkers() {
        return Checks.with(
                new CutChecker(Checks.ORDERED),
                new CutAgreementChecker(Checks.ORDERED),
                new ReachChecker(),
                Checks.creations());
    }
}
