package io.epmesh.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// Look-ups by stock nodes: epmd and a peer in turn, in pairs, the order changing from pair to
/// pair. `bin/bench lookup` starts it in a network namespace of its own, on the loader's core.
public final class LookupBenchmark {
    private static final Duration WARM_UP = Duration.ofSeconds(5);
    private static final int IDLE = 10_000;
    private static final int FEW_NAMES = 10;
    private static final int MANY_NAMES = 1_000;

    /// Runs one after the other against two servers.
    ///
    /// @param title of the row
    /// @param base what the other is compared with
    private record Comparison(
            String title,
            int connections,
            Lookups lookups,
            NameServer base,
            String baseName,
            NameServer other) {}

    /// How it is measured.
    ///
    /// @param pairs runs of each of the two servers, for each row
    /// @param duration of a run
    private record Plan(int pairs, Duration duration, String serverCore, Path epmesh) {}

    private final Libc libc = new Libc();
    private final Plan plan;
    private final List<NameServer> servers = new ArrayList<>();
    private final Path directory;

    private LookupBenchmark(Plan plan) throws IOException {
        this.plan = plan;
        this.directory = Files.createTempDirectory("epmesh-bench");
    }

    /// Measures, and prints a table in Markdown.
    ///
    /// @param args number of pairs, milliseconds of a run, core of the servers, path of `epmesh`
    /// @throws IOException if a server cannot be started or does not answer
    /// @throws InterruptedException if the thread is interrupted
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 4) {
            throw new IllegalArgumentException(
                    args.length + " arguments (expected: PAIRS MILLIS SERVER-CORE EPMESH)");
        }
        Plan plan =
                new Plan(
                        Integer.parseInt(args[0]),
                        Duration.ofMillis(Long.parseLong(args[1])),
                        args[2],
                        Path.of(args[3]));
        LookupBenchmark benchmark = new LookupBenchmark(plan);
        try {
            benchmark.run();
        } finally {
            benchmark.close();
        }
    }

    private void run() throws IOException, InterruptedException {
        String load = Files.readString(Path.of("/proc/loadavg")).substring(0, 4);
        NameServer epmdFew = epmd(14_001, FEW_NAMES);
        NameServer epmdMany = epmd(14_002, MANY_NAMES);
        NameServer peerFew = peer(14_003, FEW_NAMES);
        NameServer peerMany = peer(14_004, MANY_NAMES);
        NameServer peerIdle = peer(14_005, FEW_NAMES);
        peerIdle.openIdle(IDLE);
        Lookups few = new Lookups(FEW_NAMES);
        Lookups many = new Lookups(MANY_NAMES);
        progress("warming up");
        for (NameServer each : servers) {
            Run _ = Run.of(libc, each, few, 16, WARM_UP);
        }
        List<Comparison> comparisons = new ArrayList<>();
        // First, for a peer gives no connection more than four minutes for its request.
        for (int n : new int[] {1, 16, 64}) {
            comparisons.add(
                    new Comparison("10 names, 10,000 idle", n, few, peerFew, "no idle", peerIdle));
        }
        for (int n : new int[] {1, 16, 64}) {
            comparisons.add(new Comparison("10 names", n, few, epmdFew, "epmd", peerFew));
        }
        for (int n : new int[] {1, 16}) {
            comparisons.add(new Comparison("1,000 names", n, many, epmdMany, "epmd", peerMany));
        }
        Table table = new Table(plan.pairs(), plan.duration(), load);
        for (Comparison each : comparisons) {
            progress(each.title() + ", " + each.connections() + " at a time");
            measure(each, table);
        }
        if (!peerIdle.holdsAll()) {
            throw new IOException("idle connections were closed: their rows are worth nothing");
        }
        table.print();
    }

    private void measure(Comparison comparison, Table table) throws IOException {
        List<Run> base = new ArrayList<>();
        List<Run> other = new ArrayList<>();
        for (int pair = 0; pair < plan.pairs(); pair++) {
            if (pair % 2 == 0) {
                base.add(run(comparison, comparison.base()));
                other.add(run(comparison, comparison.other()));
            } else {
                other.add(run(comparison, comparison.other()));
                base.add(run(comparison, comparison.base()));
            }
        }
        table.add(comparison.title(), comparison.connections(), comparison.baseName(), base, other);
    }

    private Run run(Comparison comparison, NameServer server) throws IOException {
        return Run.of(
                libc, server, comparison.lookups(), comparison.connections(), plan.duration());
    }

    private NameServer epmd(int port, int names) throws IOException, InterruptedException {
        return start(
                List.of("epmd", "-port", Integer.toString(port), "-packet_timeout", "3600"),
                port,
                names);
    }

    private NameServer peer(int port, int names) throws IOException, InterruptedException {
        return start(
                List.of(
                        plan.epmesh().toString(),
                        "start",
                        "--epmd-port",
                        Integer.toString(port),
                        "--gossip-port",
                        Integer.toString(port + 100),
                        "--http",
                        "off",
                        "--packet-timeout",
                        "1h",
                        "--data-dir",
                        directory.resolve("data-" + port).toString()),
                port,
                names);
    }

    private NameServer start(List<String> command, int port, int names)
            throws IOException, InterruptedException {
        progress("starting " + command.getFirst() + " with " + names + " names");
        List<String> pinned = new ArrayList<>(List.of("taskset", "-c", plan.serverCore()));
        pinned.addAll(command);
        NameServer server =
                NameServer.start(pinned, port, directory.resolve("log-" + port + ".txt"));
        servers.add(server);
        server.register(names);
        return server;
    }

    private void close() throws IOException {
        for (NameServer each : servers) {
            each.close();
        }
        Leftovers.remove(directory);
    }

    private static void progress(String text) {
        System.err.println("bench: " + text);
    }

    static double median(List<Run> runs, ToDoubleFunction<Run> value) {
        return Paired.median(runs.stream().mapToDouble(value).toArray());
    }
}
