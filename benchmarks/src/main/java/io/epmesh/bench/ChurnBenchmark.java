package io.epmesh.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/// A thousand cables through a tunnel, the oldest of which ends and gives way to a new one all the
/// time, while those of a hundred sources are cut and fixed; and what two peers have left of it
/// when all have ended. `bin/bench churn` starts it in a network namespace of its own.
public final class ChurnBenchmark {
    private static final int CABLES = 1_000;
    private static final long STEP_NANOS = 500_000_000L;
    private static final String HUNDRED = "c*@h3";
    private static final String TARGET = "b@h2";
    private static final long DRAIN_SECONDS = 30;

    private final Passage passage;
    private final RelayedPeers peers;
    private final CableTable table = new CableTable(RelayedPeers.HTTP_PORT);
    private final Queue<Passage.Ends> open = new ArrayDeque<>();
    private int opened;

    /// Invariant: modulo ten, the number of the oldest cable, and of the next one.
    private int turn;

    private ChurnBenchmark(Passage passage, RelayedPeers peers) {
        this.passage = passage;
        this.peers = peers;
    }

    /// Churns, and prints a table in Markdown.
    ///
    /// @param args seconds, core of the peers, path of `epmesh`
    /// @throws IOException if a peer cannot be started or does not answer
    /// @throws InterruptedException if the thread is interrupted
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 3) {
            throw new IllegalArgumentException(
                    args.length + " arguments (expected: SECONDS SERVER-CORE EPMESH)");
        }
        Path directory = Files.createTempDirectory("epmesh-bench");
        Path epmesh = Path.of(args[2]);
        try (ServerSocketChannel target =
                ServerSocketChannel.open()
                        .bind(
                                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                                Between.MANY)) {
            int port = ((InetSocketAddress) target.getLocalAddress()).getPort();
            Path key = RelayedPeers.key(epmesh, directory);
            try (RelayedPeers peers = RelayedPeers.start(directory, args[1], epmesh, key, port)) {
                new ChurnBenchmark(new Passage(target, () -> RelayedPeers.lookUp(TARGET)), peers)
                        .run(Integer.parseInt(args[0]));
            }
        } finally {
            Leftovers.remove(directory);
        }
    }

    private void run(int seconds) throws IOException, InterruptedException {
        System.out.println(
                "| when | cables opened | descriptors h1, h2 | resident MiB | heap after GC MiB |");
        System.out.println("|---|--:|--:|--:|--:|");
        // What only the first cable brings (classes, buffers) is no leak.
        open();
        close(0);
        turn = 0;
        row("before");
        while (open.size() < CABLES) {
            open();
        }
        row("1,000 open");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        int rounds = 0;
        int checked = 0;
        for (int quarter = 1; quarter <= 4; quarter++) {
            long until = end - TimeUnit.SECONDS.toNanos(seconds) * (4 - quarter) / 4;
            while (System.nanoTime() < until) {
                checked += cutAndFix();
                rounds++;
            }
            row("churned for %d s".formatted(seconds * quarter / 4));
        }
        close(0);
        for (long i = 0; table.rows().size() > 0; i++) {
            if (i == DRAIN_SECONDS) {
                throw new IOException("cables are left: " + table.rows().size());
            }
            TimeUnit.SECONDS.sleep(1);
        }
        row("all ended");
        System.out.printf(
                Locale.ROOT,
                "%n%,d times the cables of 100 sources were cut and fixed; %,d rows of the tables of"
                        + " both relays were looked at, all as ordered.%n",
                rounds,
                checked);
    }

    /// Cuts the cables of a hundred sources and fixes them, sees each time that just these are as
    /// ordered, and exchanges cables after it.
    ///
    /// @return how many rows were looked at
    private int cutAndFix() throws IOException, InterruptedException {
        table.order("cut", HUNDRED, TARGET);
        int checked = table.check("c", "stall");
        exchange(true);
        table.order("fix", HUNDRED, TARGET);
        checked += table.check("c", "open");
        exchange(false);
        return checked;
    }

    /// The oldest ends, and a new one begins, until the time of a step is over.
    private void exchange(boolean isCut) throws IOException {
        long until = System.nanoTime() + STEP_NANOS;
        while (System.nanoTime() < until) {
            Passage.Ends oldest = open.remove();
            if (isCut && isOfAHundred(turn)) { // a new one would not come through
                open.add(oldest);
                turn++;
            } else {
                oldest.close();
                open();
            }
        }
    }

    private void open() throws IOException {
        String source = (isOfAHundred(turn) ? "c" : "a") + turn % CABLES + "@h3";
        open.add(passage.connect(source));
        turn++;
        opened++;
    }

    private static boolean isOfAHundred(int number) {
        return number % 10 == 0;
    }

    private void close(int left) throws IOException {
        while (open.size() > left) {
            open.remove().close();
        }
    }

    private void row(String when) throws IOException, InterruptedException {
        List<String> descriptors = new ArrayList<>();
        List<String> resident = new ArrayList<>();
        List<String> heap = new ArrayList<>();
        for (ProcessFigures each : peers.figures()) {
            heap.add(each.heapAfterCollection());
            descriptors.add("%,d".formatted(each.descriptors()));
            resident.add("%.1f".formatted(each.residentKib() / 1024.0));
        }
        System.out.printf(
                "| %s | %,d | %s | %s | %s |%n",
                when,
                opened,
                String.join(", ", descriptors),
                String.join(", ", resident),
                String.join(", ", heap));
    }
}
