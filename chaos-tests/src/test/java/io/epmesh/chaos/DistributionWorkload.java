package io.epmesh.chaos;

import io.epmesh.chaos.check.Checker;
import io.epmesh.chaos.check.DistributionChecker;
import io.epmesh.chaos.history.History;
import io.epmesh.chaos.history.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/// A real, stock Erlang node on each host, all in one cluster. Each pings another now and then, and
/// after each heal all of them until each is connected with each.
final class DistributionWorkload implements Workload {
    private static final Duration PAUSE = Duration.ofMillis(700);

    /// When it stops to wait for a whole cluster; what is judged is in [Checks].
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Override
    public Plan plan(int hosts) {
        return new Plan(1, hosts);
    }

    @Override
    public void start(Clients clients, long seed) {
        for (Host host : clients.hosts()) {
            Random random = new Random(seed ^ host.name().hashCode() * 43L);
            clients.start(host, "pinger", () -> ping(clients, host, random));
            NameWatcher.start(host, clients);
        }
    }

    private static void ping(Clients clients, Host host, Random random) {
        List<Host> hosts = clients.hosts();
        while (!clients.hasEnded()) {
            Host other = hosts.get(random.nextInt(hosts.size()));
            Optional<ErlangNode> node = clients.cluster().erlang(host);
            if (!other.equals(host) && node.isPresent()) {
                ping(clients.history(), host, node.get(), "erl@" + other.name());
            }
            LockSupport.parkNanos((long) (PAUSE.toNanos() * (0.5 + random.nextDouble())));
        }
    }

    private static void ping(History history, Host host, ErlangNode node, String to) {
        long start = history.now();
        Outcome outcome;
        String error = "";
        try {
            outcome = node.reaches(to) ? Outcome.OK : Outcome.FAIL;
        } catch (IOException | AssertionError ended) {
            outcome = Outcome.INFO;
            error = String.valueOf(ended.getMessage());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        history.add(
                host.name() + "/pinger",
                "ping",
                outcome,
                start,
                Map.of("from", node.fullName(), "to", to, "error", error));
    }

    /// All nodes ping all others until none is missing: `whole` (`cycle`, `missing`), from the
    /// heal.
    @Override
    public void settled(Clients clients, long since, int cycle) {
        History history = clients.history();
        long end = since + PATIENCE.toNanos() / 1_000;
        String missing = missing(clients);
        while (!missing.isEmpty() && history.now() < end) {
            missing = missing(clients);
        }
        history.add(
                "nemesis",
                "whole",
                missing.isEmpty() ? Outcome.OK : Outcome.FAIL,
                since,
                Map.of("cycle", "" + cycle, "missing", missing));
    }

    /// Which connections there are not, a line for each node that misses some.
    private static String missing(Clients clients) {
        return clients.hosts().parallelStream()
                .map(host -> missing(clients, host))
                .filter(line -> !line.isEmpty())
                .collect(Collectors.joining("\n"));
    }

    private static String missing(Clients clients, Host host) {
        String others =
                clients.hosts().stream()
                        .filter(other -> !other.equals(host))
                        .map(other -> "'erl@" + other.name() + "'")
                        .collect(Collectors.joining(","));
        Optional<ErlangNode> node = clients.cluster().erlang(host);
        if (node.isEmpty()) {
            return host + " has no node";
        }
        try {
            String silent =
                    node.get()
                            .eval(
                                    ("[N || N <- [%s], net_adm:ping(N) =/= pong orelse"
                                                    + " not lists:member(N, nodes())].")
                                            .formatted(others));
            return silent.equals("[]") ? "" : host + " misses " + silent;
        } catch (IOException | AssertionError ended) {
            return "%s: %s".formatted(host, ended.getMessage());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public List<Checker> checkers() {
        return Checks.with(new DistributionChecker(Checks.WHOLE), Checks.creations());
    }
}
