package io.epmesh.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// How soon a peer that is started answers, and a command of its command line, beside epmd and a
/// virtual machine that does nothing. In rounds, each with one of every kind. One thread.
final class Promptness {
    private static final int PEER_PORT = 14_399;
    private static final int EPMD_PORT = 14_398;
    private static final String NODE = "prompt";

    /// Until the peer has done what comes behind its first answer.
    private static final long REST_SECONDS = 5;

    private final String epmesh;
    private final int rounds;
    private final Path directory;
    private final ProcessorTime processor = new ProcessorTime();
    private final Map<String, List<Timing>> timings = new LinkedHashMap<>();

    private record Timing(double wallMillis, double cpuMillis) {}

    /// @param epmesh the program as its user starts it
    /// @param directory for data and logs
    Promptness(Path epmesh, int rounds, Path directory) {
        this.epmesh = epmesh.toString();
        this.rounds = rounds;
        this.directory = directory;
    }

    /// Measures, and prints a table in Markdown.
    void run() throws IOException, InterruptedException {
        for (int round = 1; round <= rounds; round++) {
            System.err.printf("bench: start and commands, round %d of %d%n", round, rounds);
            command("java, which says hello", 0, hello());
            try (NameServer epmd =
                    started(
                            "epmd: start to first answer",
                            List.of("epmd", "-port", "" + EPMD_PORT),
                            EPMD_PORT)) {
                epmd.register(1);
                command("epmd -names", 0, List.of("epmd", "-port", "" + EPMD_PORT, "-names"));
            }
            try (NameServer peer =
                    started(
                            "epmesh start: start to first answer",
                            List.of(
                                    epmesh,
                                    "start",
                                    "--epmd-port=" + PEER_PORT,
                                    "--gossip-port=14499",
                                    "--http=off",
                                    "--data-dir=" + directory.resolve("start")),
                            PEER_PORT)) {
                peer.register(1);
                TimeUnit.SECONDS.sleep(REST_SECONDS);
                String port = "--epmd-port=" + PEER_PORT;
                command("epmesh names", 0, List.of(epmesh, "names", port));
                command("epmesh lookup, of no node", 1, List.of(epmesh, "lookup", NODE, port));
                command("epmesh status", 0, List.of(epmesh, "status", port));
                command("epmesh --help", 0, List.of(epmesh, "--help"));
            }
        }
        print();
    }

    private static List<String> hello() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                Hello.class.getName());
    }

    private NameServer started(String what, List<String> program, int port)
            throws IOException, InterruptedException {
        long before = System.nanoTime();
        NameServer server = NameServer.start(program, port, directory.resolve("start.txt"));
        try {
            server.awaitAnswer();
            long answered = System.nanoTime();
            add(what, answered - before, processor.of(server.figures().pid()));
            return server;
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    private void command(String what, int exit, List<String> program)
            throws IOException, InterruptedException {
        long cpuBefore = processor.ofEnded();
        long before = System.nanoTime();
        Path log = directory.resolve("command.txt");
        int code =
                new ProcessBuilder(program)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start()
                        .waitFor();
        add(what, System.nanoTime() - before, processor.ofEnded() - cpuBefore);
        if (code != exit) {
            throw new IOException("%s: exit code %d (expected: %d)".formatted(what, code, exit));
        }
    }

    private void add(String what, long wallNanos, long cpuNanos) {
        timings.computeIfAbsent(what, _ -> new ArrayList<>())
                .add(new Timing(wallNanos / 1e6, cpuNanos / 1e6));
    }

    private void print() {
        System.out.println(
                "| what | N | ms, median | least | processor time, ms, median | least |");
        System.out.println("|---|--:|--:|--:|--:|--:|");
        timings.forEach((what, all) -> {
            double[] wall = all.stream().mapToDouble(Timing::wallMillis).toArray();
            double[] cpu = all.stream().mapToDouble(Timing::cpuMillis).toArray();
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %d | %,.0f | %,.0f | %,.0f | %,.0f |%n",
                    what,
                    all.size(),
                    Paired.median(wall),
                    least(wall),
                    Paired.median(cpu),
                    least(cpu));
        });
        System.out.println();
    }

    private static double least(double... values) {
        return Arrays.stream(values).min().orElseThrow();
    }
}
