package io.epmesh.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// How long a peer takes to join a mesh of three with a key, and what its members notice, while
/// strangers are at the seed's gossip port; side by side with the same mesh undisturbed. `bin/bench
/// strangers` starts it in a network namespace of its own.
public final class StrangersBenchmark {
    private static final long WATCH_MILLIS = 50;
    private static final long REST_SECONDS = 3;

    /// Times the usual number of silent strangers: more than a peer keeps connections of strangers.
    private static final int CROWD = 10;

    private final MeshOfThree mesh;
    private final int joins;
    private int next = 4;

    private record Scenario(String name, List<Stranger> kinds) {}

    private StrangersBenchmark(MeshOfThree mesh, int joins) {
        this.mesh = mesh;
        this.joins = joins;
    }

    /// Measures, and prints a table in Markdown.
    ///
    /// @param args path of `epmesh`, number of joins
    /// @throws IOException if a peer cannot be started, or does not join
    /// @throws InterruptedException if the thread is interrupted
    /// @throws GeneralSecurityException if no foreign certificate can be made
    public static void main(String[] args)
            throws IOException, InterruptedException, GeneralSecurityException {
        if (args.length != 2) {
            throw new IllegalArgumentException(args.length + " arguments (expected: EPMESH JOINS)");
        }
        try (MeshOfThree mesh = MeshOfThree.start(Path.of(args[0]))) {
            new StrangersBenchmark(mesh, Integer.parseInt(args[1])).run();
        }
    }

    private void run() throws IOException, InterruptedException, GeneralSecurityException {
        Stranger.Loot loot = new Stranger.Loot(record(), ForeignIdentity.make());
        System.out.printf(
                "%d joins a row: from the first EPMD answer of a fourth peer until the three and"
                        + " itself see it up. Looked at every %d ms: whether all members see each"
                        + " other up, and for how long one has not heard another. Memory is the"
                        + " seed's, resident.%n%n",
                joins, WATCH_MILLIS);
        System.out.println(
                "| strangers at a time | join, median ms | longest ms | looks | of them not all up"
                        + " | longest silence ms | MiB before | MiB after |");
        System.out.println("|---|--:|--:|--:|--:|--:|--:|--:|");
        List<Scenario> scenarios = new ArrayList<>(List.of(new Scenario("none", List.of())));
        for (Stranger kind : Stranger.values()) {
            scenarios.add(
                    new Scenario(
                            "%,d %s".formatted(kind.count(), kind.name().toLowerCase(Locale.ROOT)),
                            List.of(kind)));
        }
        scenarios.add(
                new Scenario(
                        "%,d silent".formatted(CROWD * Stranger.SILENT.count()),
                        Collections.nCopies(CROWD, Stranger.SILENT)));
        scenarios.add(
                new Scenario(
                        "all of them, %,d"
                                .formatted(
                                        Stream.of(Stranger.values())
                                                .mapToInt(Stranger::count)
                                                .sum()),
                        List.of(Stranger.values())));
        scenarios.add(new Scenario("none, again", List.of()));
        for (Scenario each : scenarios) {
            System.err.println("bench: " + each.name());
            System.out.println(measure(each, loot));
        }
    }

    /// What a peer sends to another when it joins.
    private List<byte[]> record() throws IOException, InterruptedException {
        try (Eavesdropper eavesdropper = Eavesdropper.before(MeshOfThree.gossip(1))) {
            double _ = join(eavesdropper.address());
            return eavesdropper.recorded();
        }
    }

    private String measure(Scenario scenario, Stranger.Loot loot)
            throws IOException, InterruptedException {
        ProcessFigures seed = mesh.peers().getFirst().figures();
        double before = seed.residentKib() / 1024.0;
        double[] millis = new double[joins];
        Watch watch = new Watch();
        try (Haunting _ = new Haunting(scenario.kinds(), MeshOfThree.gossip(1), loot)) {
            Thread looking = Thread.ofVirtual().name("watch").start(watch);
            TimeUnit.SECONDS.sleep(REST_SECONDS);
            for (int i = 0; i < joins; i++) {
                millis[i] = join(MeshOfThree.gossip(1));
            }
            looking.interrupt();
            looking.join();
        }
        TimeUnit.SECONDS.sleep(REST_SECONDS);
        Arrays.sort(millis);
        return String.format(
                Locale.ROOT,
                "| %s | %.0f | %.0f | %,d | %,d | %,d | %.1f | %.1f |",
                scenario.name(),
                millis[joins / 2],
                millis[joins - 1],
                watch.looks,
                watch.notAllUp,
                watch.longestSilence,
                before,
                seed.residentKib() / 1024.0);
    }

    /// Starts a fourth peer and ends it again.
    ///
    /// @return milliseconds from its first answer until everybody sees it
    private double join(InetSocketAddress seed) throws IOException, InterruptedException {
        int number = next++;
        double millis;
        try (NameServer _ = mesh.startPeer(number, "key", seed)) {
            long before = System.nanoTime();
            mesh.awaitAllUp(4);
            mesh.awaitUp(number, 4);
            millis = (System.nanoTime() - before) / 1e6;
        }
        mesh.awaitAllUp(3);
        return millis;
    }

    /// Looks at what the members see of each other until interrupted; read after that.
    private static final class Watch implements Runnable {
        private long looks;
        private long notAllUp;
        private long longestSilence;

        @Override
        public void run() {
            try {
                while (true) {
                    for (int number = 1; number <= 3; number++) {
                        looks++;
                        if (MeshOfThree.up(number) < 3) {
                            notAllUp++;
                        }
                        longestSilence =
                                Math.max(longestSilence, MeshOfThree.longestSilenceMillis(number));
                    }
                    TimeUnit.MILLISECONDS.sleep(WATCH_MILLIS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
