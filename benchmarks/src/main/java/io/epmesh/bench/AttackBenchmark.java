package io.epmesh.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// What attacks do to epmd and to a peer, each started anew for each attack, while a client of the
/// same host looks names up. `bin/bench attack` starts it in a network namespace of its own.
public final class AttackBenchmark {
    private static final int NAMES = 100;
    private static final int FIRST_PORT = 14_101;
    private static final int WARM_UP_LOOKUPS = 5_000;
    private static final long SAMPLE_MILLIS = 50;

    private final Duration duration;
    private final String serverCore;
    private final Path epmesh;
    private final Path directory;
    private int nextPort = FIRST_PORT;

    private AttackBenchmark(Duration duration, String serverCore, Path epmesh) throws IOException {
        this.duration = duration;
        this.serverCore = serverCore;
        this.epmesh = epmesh;
        this.directory = Files.createTempDirectory("epmesh-bench");
    }

    /// Measures, and prints a table in Markdown.
    ///
    /// @param args milliseconds of an attack, core of the servers, path of `epmesh`
    /// @throws IOException if a server cannot be started
    /// @throws InterruptedException if the thread is interrupted
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 3) {
            throw new IllegalArgumentException(
                    args.length + " arguments (expected: MILLIS SERVER-CORE EPMESH)");
        }
        AttackBenchmark benchmark =
                new AttackBenchmark(
                        Duration.ofMillis(Long.parseLong(args[0])), args[1], Path.of(args[2]));
        try {
            benchmark.run();
        } finally {
            benchmark.clean();
        }
    }

    private void run() throws IOException, InterruptedException {
        System.out.printf(
                Locale.ROOT,
                "%.0f s an attack, %d names; look-ups by one client of the host, with a pause of"
                        + " 0.5 ms between them; load average before: %s.%n%n",
                duration.toMillis() / 1e3,
                NAMES,
                Files.readString(Path.of("/proc/loadavg")).substring(0, 4));
        System.out.println(
                "| attack | server | tried | held | ended | look-ups/s | p99 ms | failed | names kept"
                        + " | RSS MiB before, most, after | CPU |");
        System.out.println("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        for (Attack attack : Attack.all()) {
            System.out.println(row(attack, "epmd"));
            System.out.println(row(attack, "epmesh"));
        }
    }

    private String row(Attack attack, String name) throws IOException, InterruptedException {
        System.err.printf("bench: %s against %s%n", attack.title(), name);
        int port = nextPort++;
        try (NameServer server = NameServer.start(command(attack, name, port), port, log(port))) {
            server.register(NAMES);
            LocalClient client = new LocalClient(port, NAMES);
            for (int i = 0; i < WARM_UP_LOOKUPS; i++) {
                boolean _ = client.isFound(i % NAMES);
            }
            long before = server.figures().residentKib();
            long cpuBefore = server.figures().cpuNanos();
            long from = System.nanoTime();
            Thread clientThread = Thread.ofPlatform().name("client").start(client);
            CompletableFuture<Swarm.Tally> swarm =
                    CompletableFuture.supplyAsync(() -> attack(attack, port));
            long most = before;
            while (!isDone(swarm)) {
                most = server.isAlive() ? Math.max(most, server.figures().residentKib()) : most;
            }
            client.stop();
            clientThread.join();
            double seconds = (System.nanoTime() - from) / 1e9;
            boolean alive = server.isAlive();
            double cpu = alive ? (server.figures().cpuNanos() - cpuBefore) / 1e9 / seconds : 0;
            long kept = 0;
            for (int i = 0; alive && i < NAMES; i++) {
                kept += server.holds(i) && client.isFound(i) ? 1 : 0;
            }
            Swarm.Tally tally = swarm.join();
            return String.format(
                    Locale.ROOT,
                    "| %s | %s | %,d | %,d | %,d | %,.0f | %.1f | %,d | %d | %.1f, %.1f, %s | %s |",
                    attack.title(),
                    name,
                    tally.tried(),
                    tally.held(),
                    tally.ended(),
                    client.latency().getTotalCount() / seconds,
                    client.latency().getValueAtPercentile(99) / 1e6,
                    client.failures(),
                    kept,
                    before / 1024.0,
                    most / 1024.0,
                    alive
                            ? String.format(
                                    Locale.ROOT, "%.1f", server.figures().residentKib() / 1024.0)
                            : "ended",
                    alive ? String.format(Locale.ROOT, "%.0f %%", cpu * 100) : "ended");
        }
    }

    private Swarm.Tally attack(Attack attack, int port) {
        try {
            return Swarm.run(attack, port, duration);
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    /// Waits a little for the end.
    private static boolean isDone(CompletableFuture<?> swarm) throws InterruptedException {
        try {
            Object _ = swarm.get(SAMPLE_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the attack failed", e.getCause());
        }
    }

    private List<String> command(Attack attack, String name, int port) {
        List<String> command = new ArrayList<>(List.of("taskset", "-c", serverCore));
        command.addAll(List.of("prlimit", "--nofile=" + attack.openFiles()));
        command.addAll(
                name.equals("epmd")
                        ? List.of("epmd", "-port", Integer.toString(port))
                        : List.of(
                                epmesh.toString(),
                                "start",
                                "--epmd-port",
                                Integer.toString(port),
                                "--gossip-port",
                                "0",
                                "--http",
                                "off",
                                "--data-dir",
                                directory.resolve("data-" + port).toString()));
        return command;
    }

    private Path log(int port) {
        return directory.resolve("log-" + port + ".txt");
    }

    private void clean() throws IOException {
        Leftovers.remove(directory);
    }
}
