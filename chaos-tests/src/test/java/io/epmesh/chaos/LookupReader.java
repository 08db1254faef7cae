package io.epmesh.chaos;

import io.epmesh.chaos.EpmdClient.Found;
import io.epmesh.chaos.history.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/// Looks up, from one host, whatever there is: full names and mappings at the own peer, short names
/// at the own and at others' as stock nodes do. Operations `lookup` (`node`, `at`, `way`, `port`)
/// and `find` (`key`, `at`, `value`).
final class LookupReader {
    private static final String HERE = "127.0.0.1";

    private final Host host;
    private final Clients clients;
    private final String process;
    private final Duration pause;
    private final Random random;

    private LookupReader(Host host, String name, Clients clients, Duration pause, long seed) {
        this.host = host;
        this.clients = clients;
        this.process = host.name() + "/" + name;
        this.pause = pause;
        this.random = new Random(seed ^ process.hashCode() * 37L);
    }

    /// Starts one.
    ///
    /// @param name of this client, distinct on its host
    /// @param pause between two look-ups
    static void start(Host host, String name, Clients clients, Duration pause, long seed) {
        LookupReader reader = new LookupReader(host, name, clients, pause, seed);
        clients.start(host, name, reader::run);
    }

    private void run() {
        while (!clients.hasEnded()) {
            List<Host> all = clients.hosts();
            Host other = all.get(random.nextInt(all.size()));
            switch (random.nextInt(10)) {
                case 0, 1, 2, 3, 4 -> lookup(name(other), host, "full");
                case 5, 6 -> lookup(name(host), host, "short");
                case 7 -> lookup(name(other), other, "far");
                default -> find();
            }
            LockSupport.parkNanos((long) (pause.toNanos() * (0.5 + random.nextDouble())));
        }
    }

    private String name(Host of) {
        return pick(clients.cluster().names(of));
    }

    private String pick(List<String> some) {
        return some.get(random.nextInt(some.size()));
    }

    private void lookup(String node, Host at, String way) {
        String asked = way.equals("full") ? node : node.substring(0, node.indexOf('@'));
        String address = way.equals("far") ? at.address() : HERE;
        long start = clients.history().now();
        Outcome outcome = Outcome.OK;
        String port = "0";
        String error = "";
        try {
            port = "" + EpmdClient.lookup(address, asked).port();
        } catch (IOException e) {
            outcome = Outcome.FAIL;
            error = e.toString();
        }
        clients.history()
                .add(
                        process,
                        "lookup",
                        outcome,
                        start,
                        Map.of(
                                "node", node, "at", at.name(), "way", way, "port", port, "error",
                                error));
    }

    private void find() {
        List<String> keys = clients.keys();
        if (keys.isEmpty()) {
            return;
        }
        String key = pick(keys);
        long start = clients.history().now();
        Outcome outcome = Outcome.OK;
        String value = "";
        String error = "";
        try {
            Found found = EpmdClient.lookup(HERE, key);
            value = found.port() == 0 ? "" : found.address() + ":" + found.port();
        } catch (IOException e) {
            outcome = Outcome.FAIL;
            error = e.toString();
        }
        clients.history()
                .add(
                        process,
                        "find",
                        outcome,
                        start,
                        Map.of("key", key, "at", host.name(), "value", value, "error", error));
    }
}
