package io.epmesh.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// What a start and a command take, see [Promptness]; then what an idle peer costs: three peers
/// with a key and 1,000 names, then three agents of Serf, then one epmd with the same names.
/// `bin/bench footprint` starts it in a network namespace of its own, where the loopback interface
/// carries nothing else.
public final class FootprintBenchmark {
    private static final int NAMES = 1_000;

    /// Until the compiler has done its work: a daemon runs for weeks.
    private static final long SETTLE_SECONDS = 300;

    private final Path epmesh;
    private final long seconds;
    private final Path directory;
    private final List<String> rows = new ArrayList<>();

    /// A process and its figures when the window opened.
    private record Opened(String name, ProcessFigures process, long cpu, long wakeUps) {
        Opened(String name, ProcessFigures process) {
            this(name, process, process.cpuNanos(), process.wakeUps());
        }
    }

    private FootprintBenchmark(Path epmesh, long seconds) throws IOException {
        this.epmesh = epmesh;
        this.seconds = seconds;
        this.directory = Files.createTempDirectory("epmesh-bench");
    }

    /// Measures, and prints a table in Markdown.
    ///
    /// @param args path of `epmesh`, which part (`starts`, `idle`, or empty for both), rounds of
    ///   starts, seconds of idleness
    /// @throws IOException if a server cannot be started or does not answer
    /// @throws InterruptedException if the thread is interrupted
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 4) {
            throw new IllegalArgumentException(
                    args.length + " arguments (expected: EPMESH PART ROUNDS SECONDS)");
        }
        FootprintBenchmark benchmark =
                new FootprintBenchmark(Path.of(args[0]), Long.parseLong(args[3]));
        try {
            System.out.printf("Load average before: %s.%n%n", loadAverage());
            if (!args[1].equals("idle")) {
                new Promptness(benchmark.epmesh, Integer.parseInt(args[2]), benchmark.directory)
                        .run();
            }
            if (!args[1].equals("starts")) {
                benchmark.run();
            }
        } finally {
            benchmark.close();
        }
    }

    private static String loadAverage() throws IOException {
        return Files.readString(Path.of("/proc/loadavg")).substring(0, 4);
    }

    private void run() throws IOException, InterruptedException {
        peers();
        serf();
        epmd();
        System.out.printf(
                Locale.ROOT, "Idle for %d s, after %d s of rest.%n%n", seconds, SETTLE_SECONDS);
        System.out.println(
                "| process | resident MiB | proportional MiB | heap after GC MiB | threads"
                        + " | CPU, percent of a core | wake-ups/s | gossip B/s |");
        System.out.println("|---|--:|--:|--:|--:|--:|--:|--:|");
        rows.forEach(System.out::println);
    }

    private void peers() throws IOException, InterruptedException {
        progress("three peers with a key");
        try (MeshOfThree mesh = MeshOfThree.start(epmesh)) {
            mesh.peers().getFirst().register(NAMES);
            mesh.awaitNames(NAMES);
            List<ProcessFigures> processes =
                    mesh.peers().stream().map(NameServer::figures).toList();
            measure("epmesh, %d names, TLS", processes, true);
        }
    }

    private void serf() throws IOException, InterruptedException {
        progress("three agents of Serf");
        List<Process> agents = new ArrayList<>();
        try {
            String key = "T9jncgl9mbLus+baTTa7q7nPSUrXwbDi2dhbtqir37s=";
            for (int number = 1; number <= 3; number++) {
                agents.add(
                        new ProcessBuilder(
                                        "serf",
                                        "agent",
                                        "-node=n" + number,
                                        "-bind=127.0.0.1:" + (7_945 + number),
                                        "-rpc-addr=127.0.0.1:" + (7_345 + number),
                                        "-encrypt=" + key,
                                        "-retry-join=127.0.0.1:7946")
                                .redirectErrorStream(true)
                                .redirectOutput(directory.resolve("serf" + number).toFile())
                                .start());
            }
            measure(
                    "serf, no names, encrypted",
                    agents.stream().map(each -> new ProcessFigures(each.pid())).toList(),
                    false);
        } finally {
            agents.forEach(Process::destroy);
        }
    }

    private void epmd() throws IOException, InterruptedException {
        progress("epmd");
        List<String> command = List.of("epmd", "-port", "14398", "-packet_timeout", "3600");
        try (NameServer server = NameServer.start(command, 14_398, directory.resolve("epmd.txt"))) {
            server.register(NAMES);
            measure("epmd, %d names", List.of(server.figures()), false);
        }
    }

    private void measure(String name, List<ProcessFigures> processes, boolean java)
            throws IOException, InterruptedException {
        TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
        long bytes = loopbackBytes();
        List<Opened> opened =
                processes.stream().map(p -> new Opened(name.formatted(NAMES), p)).toList();
        long before = System.nanoTime();
        TimeUnit.SECONDS.sleep(seconds);
        double passed = (System.nanoTime() - before) / 1e9;
        double bytesEach = (loopbackBytes() - bytes) / passed / processes.size();
        for (Opened each : opened) {
            rows.add(row(each, passed, bytesEach, java));
        }
    }

    private static String row(Opened each, double passed, double bytes, boolean java)
            throws IOException, InterruptedException {
        ProcessFigures now = each.process();
        double cpu = (now.cpuNanos() - each.cpu()) / 1e9 / passed * 100;
        double wakeUps = (now.wakeUps() - each.wakeUps()) / passed;
        double resident = now.residentKib() / 1024.0;
        double proportional = now.proportionalKib() / 1024.0;
        return String.format(
                Locale.ROOT,
                "| %s | %.1f | %.1f | %s | %d | %.2f | %.0f | %,.0f |",
                each.name(),
                resident,
                proportional,
                java ? now.heapAfterCollection() : "",
                now.threads(),
                cpu,
                wakeUps,
                bytes);
    }

    private static long loopbackBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/net/dev")).stream()
                .map(String::strip)
                .filter(line -> line.startsWith("lo:"))
                .mapToLong(line -> Long.parseLong(line.substring(3).strip().split(" +", 2)[0]))
                .findFirst()
                .orElseThrow();
    }

    private void close() throws IOException {
        Leftovers.remove(directory);
    }

    private static void progress(String text) {
        System.err.println("bench: " + text);
    }
}
