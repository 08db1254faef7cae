package io.epmesh.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// What an idle peer costs: three peers with a key and 1,000 names, then three agents of Serf, then
/// one epmd with the same names. `bin/bench footprint` starts it in a network namespace of its own,
/// where the loopback interface carries nothing else.
public final class FootprintBenchmark {
    private static final int NAMES = 1_000;
    private static final int STARTS = 7;

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
    /// @param args path of `epmesh`, seconds of idleness
    /// @throws IOException if a server cannot be started or does not answer
    /// @throws InterruptedException if the thread is interrupted
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 2) {
            throw new IllegalArgumentException(
                    args.length + " arguments (expected: EPMESH SECONDS)");
        }
        FootprintBenchmark benchmark =
                new FootprintBenchmark(Path.of(args[0]), Long.parseLong(args[1]));
        try {
            benchmark.run();
        } finally {
            benchmark.close();
        }
    }

    private void run() throws IOException, InterruptedException {
        String load = Files.readString(Path.of("/proc/loadavg")).substring(0, 4);
        double start = starts();
        peers();
        serf();
        epmd();
        System.out.printf(
                Locale.ROOT,
                "Idle for %d s, after %d s of rest. Load average before: %s. Start of a lone peer"
                        + " (process to first EPMD answer), median of %d: %.0f ms.%n%n",
                seconds,
                SETTLE_SECONDS,
                load,
                STARTS,
                start);
        System.out.println(
                "| process | resident MiB | proportional MiB | heap after GC MiB | threads"
                        + " | CPU, percent of a core | wake-ups/s | gossip B/s |");
        System.out.println("|---|--:|--:|--:|--:|--:|--:|--:|");
        rows.forEach(System.out::println);
    }

    /// From the start of the process to the first answer, in ms.
    private double starts() throws IOException, InterruptedException {
        double[] millis = new double[STARTS];
        for (int i = 0; i < STARTS; i++) {
            progress("start " + (i + 1));
            long before = System.nanoTime();
            try (NameServer peer =
                    NameServer.start(
                            List.of(
                                    epmesh.toString(),
                                    "start",
                                    "--epmd-port=14399",
                                    "--gossip-port=14499",
                                    "--http=off",
                                    "--data-dir=" + directory.resolve("start")),
                            14_399,
                            directory.resolve("start.txt"))) {
                peer.awaitAnswer();
                millis[i] = (System.nanoTime() - before) / 1e6;
            }
        }
        Arrays.sort(millis);
        return millis[STARTS / 2];
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
