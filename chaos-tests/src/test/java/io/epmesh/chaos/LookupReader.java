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
/// at the own and at others' as stock nodes do. Operations `lookup` (`node`, `at`, `port`) and
/// `find` (`key`, `at`, `value`).
final class LookupReader {
    private static final Duration PAUSE = Duration.ofMillis(150);
    private static final String HERE = "127.0.0.1";

    private final Host host;
    private final Workload workload;
    private final Random random;

    LookupReader(Host host, Workload workload, long seed) {
        this.host = host;
        this.workload = workload;
        this.random = new Random(seed ^ host.name().hashCode() * 37L);
    }

    void run() {
        while (!workload.hasEnded()) {
            List<Host> all = workload.cluster().hosts().all();
            Host other = all.get(random.nextInt(all.size()));
            switch (random.nextInt(10)) {
                case 0, 1, 2, 3, 4 -> {
                    String name = name(other) + "@" + other;
                    lookup(name, host, HERE, name);
                }
                case 5, 6 -> {
                    String name = name(host);
                    lookup(name + "@" + host, host, HERE, name);
                }
                case 7 -> {
                    String name = name(other);
                    lookup(name + "@" + other, other, other.address(), name);
                }
                default -> find();
            }
            LockSupport.parkNanos((long) (PAUSE.toNanos() * (0.5 + random.nextDouble())));
        }
    }

    private String name(Host of) {
        return pick(workload.cluster().names(of));
    }

    private String pick(List<String> some) {
        return some.get(random.nextInt(some.size()));
    }

    private void lookup(String node, Host at, String address, String asked) {
        long start = workload.history().now();
        Outcome outcome = Outcome.OK;
        String port = "0";
        String error = "";
        try {
            port = "" + EpmdClient.lookup(address, asked).port();
        } catch (IOException e) {
            outcome = Outcome.FAIL;
            error = e.toString();
        }
        workload.history()
                .add(
                        host.name() + "/reader",
                        "lookup",
                        outcome,
                        start,
                        Map.of("node", node, "at", at.name(), "port", port, "error", error));
    }

    private void find() {
        List<String> keys = workload.keys();
        if (keys.isEmpty()) {
            return;
        }
        String key = pick(keys);
        long start = workload.history().now();
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
        workload.history()
                .add(
                        host.name() + "/reader",
                        "find",
                        outcome,
                        start,
                        Map.of("key", key, "at", host.name(), "value", value, "error", error));
    }
}
