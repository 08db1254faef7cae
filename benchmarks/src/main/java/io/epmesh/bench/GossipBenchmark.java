package io.epmesh.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/// How fast ten peers know what happens to one of them, beside ten Serf agents. `bin/bench gossip`
/// starts it in namespaces of its own.
public final class GossipBenchmark {
    private static final Duration SETTLE = Duration.ofSeconds(2);
    private static final int WARM_UP = 500;
    private static final int NAMES = 20;
    private static final int BRIDGE_NAMES = 30;

    /// Until the compiler has done its work: a daemon runs for weeks.
    private static final int REST_SECONDS = 300;

    private static final int IDLE_SECONDS = 60;

    private final Lab lab;
    private final Path directory;
    private final Path epmesh;
    private final int rounds;

    private GossipBenchmark(Path directory, Path epmesh, int rounds)
            throws IOException, InterruptedException {
        this.directory = directory;
        this.epmesh = epmesh;
        this.rounds = rounds;
        this.lab = new Lab(directory);
    }

    /// Measures one part, and prints its table in Markdown.
    ///
    /// @param args part, rounds, path of `epmesh`
    /// @throws IOException if a program cannot be started
    /// @throws InterruptedException if the thread is interrupted
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 3) {
            throw new IllegalArgumentException(
                    args.length + " arguments (expected: PART ROUNDS EPMESH)");
        }
        Path directory = Files.createTempDirectory("epmesh-bench");
        GossipBenchmark benchmark =
                new GossipBenchmark(directory, Path.of(args[2]), Integer.parseInt(args[1]));
        try {
            String load = Files.readString(Path.of("/proc/loadavg")).substring(0, 4);
            System.out.printf("%s, load average before: %s%n%n", args[0], load);
            benchmark.run(args[0]);
        } finally {
            benchmark.close();
        }
    }

    private void run(String part) throws IOException, InterruptedException {
        switch (part) {
            case "names" -> names();
            case "kills" -> kills();
            case "faults" -> faults();
            case "idle" -> idle();
            default ->
                    throw new IllegalArgumentException(
                            part + " (expected: names, kills, faults or idle)");
        }
    }

    private LabHost host(int round) {
        return lab.hosts().get(round % Lab.HOSTS);
    }

    private void names() throws IOException, InterruptedException {
        Figure registered =
                new Figure("epmesh: registration acknowledged → event on all 10", "p99 ≤ 10");
        Figure ended = new Figure("epmesh: node's connection ends → event on all 10", "p99 ≤ 10");
        Figure event = new Figure("Serf: user event on its agent → on all 10", "");
        List<LabHost> agents = lab.sameHosts(directory, "serf");
        try (MeshOfTen mesh = new MeshOfTen(lab);
                Serf serf = new Serf(agents)) {
            mesh.start(epmesh, directory);
            serf.start(directory);
            Figure warmUp = new Figure("", "");
            for (int i = 0; i < WARM_UP; i++) {
                mesh.name(host(i), warmUp, warmUp);
            }
            for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < NAMES; i++) {
                    mesh.name(host(i), registered, ended);
                    TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(5, 40));
                }
                serf.event("e" + round, agents.get(round % Lab.HOSTS), event);
                TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(50, 250));
            }
        }
        print(registered, ended, event);
    }

    private void kills() throws IOException, InterruptedException {
        Figure killed =
                new Figure("epmesh: peer killed with -9 → its name orphaned on 9", "p99 ≤ 500");
        Figure failed = new Figure("Serf: agent killed with -9 → member failed on 9", "");
        List<LabHost> agents = lab.sameHosts(directory, "serf");
        try (MeshOfTen mesh = new MeshOfTen(lab);
                Serf serf = new Serf(agents)) {
            mesh.start(epmesh, directory);
            serf.start(directory);
            for (int round = 0; round < rounds; round++) {
                TimeUnit.NANOSECONDS.sleep(SETTLE.toNanos());
                mesh.kill(host(round), killed);
                if (round % 2 == 0) {
                    serf.kill(agents.get(round / 2 % Lab.HOSTS), failed);
                }
            }
        }
        print(killed, failed);
    }

    private void faults() throws IOException, InterruptedException {
        Figure frozen = new Figure("peer stopped (SIGSTOP) → orphaned on 9", "≤ 5,000");
        Figure unplugged = new Figure("host without its cable → orphaned on 9", "≤ 5,000");
        Figure muted = new Figure("host that nobody hears → orphaned on 9", "≤ 5,000");
        Figure plugged = new Figure("one host back → all 10 equal", "p99 ≤ 3,000");
        Figure healed = new Figure("halves parted for 8 s, healed → all 10 equal", "p99 ≤ 3,000");
        Figure around = new Figure("bridge: registration → event on all 10", "");
        Figure gone = new Figure("bridge: node's connection ends → event on all 10", "");
        Figure bridged = new Figure("bridge healed → all 10 equal", "p99 ≤ 3,000");
        long alarms = 0;
        try (MeshOfTen mesh = new MeshOfTen(lab)) {
            mesh.start(epmesh, directory);
            for (int round = 0; round < rounds; round++) {
                TimeUnit.NANOSECONDS.sleep(SETTLE.toNanos());
                mesh.freeze(host(round), frozen);
                mesh.unplug(host(round + 3), unplugged, plugged);
                mesh.mute(host(round + 6), muted, plugged);
                mesh.part(Duration.ofSeconds(8), healed);
                if (round == 0) {
                    alarms = mesh.bridge(BRIDGE_NAMES, around, gone, bridged);
                }
            }
        }
        print(frozen, unplugged, muted, plugged, healed, around, gone, bridged);
        System.out.printf("%nOrphans seen under the bridge fault (expected: 0): %d%n", alarms);
    }

    private void idle() throws IOException, InterruptedException {
        System.out.println(
                "| idle, per host | bytes/s over its cable | processor, share of a core in % |");
        System.out.println("|---|--:|--:|");
        try (MeshOfTen mesh = new MeshOfTen(lab)) {
            mesh.start(epmesh, directory);
            idle("epmesh", lab.hosts());
        }
        for (LabHost host : lab.hosts()) {
            host.kill();
        }
        List<LabHost> agents = lab.sameHosts(directory, "serf");
        try (Serf serf = new Serf(agents)) {
            serf.start(directory);
            idle("Serf", agents);
        }
    }

    private void idle(String what, List<LabHost> hosts) throws IOException, InterruptedException {
        TimeUnit.SECONDS.sleep(REST_SECONDS);
        long bytes = -lab.bytes();
        long cpu = -cpu(hosts);
        long nanos = -System.nanoTime();
        TimeUnit.SECONDS.sleep(IDLE_SECONDS);
        nanos += System.nanoTime();
        bytes += lab.bytes();
        cpu += cpu(hosts);
        System.out.printf(
                Locale.ROOT,
                "| %s | %,.0f | %.2f |%n",
                what,
                bytes * 1e9 / nanos / hosts.size(),
                100.0 * cpu / nanos / hosts.size());
    }

    private static long cpu(List<LabHost> hosts) throws IOException {
        long cpu = 0;
        for (LabHost host : hosts) {
            cpu += host.cpuNanos();
        }
        return cpu;
    }

    private static void print(Figure... figures) {
        Figure.head();
        for (Figure each : figures) {
            each.print();
        }
    }

    private void close() throws IOException {
        lab.close();
        Leftovers.remove(directory);
    }
}
