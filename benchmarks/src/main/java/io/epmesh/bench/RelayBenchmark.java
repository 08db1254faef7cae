package io.epmesh.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/// The relay beside HAProxy in TCP mode and beside a connection without anything between, in turn,
/// the order changing from round to round. `bin/bench relay` starts it in a network namespace of
/// its own, on the loader's core; what is between has the other one.
public final class RelayBenchmark {
    private static final int MANY = 16;
    private static final int QUESTION_BYTES = 100;
    private static final long WARM_UP_NANOS = 3_000_000_000L;
    private static final int EPMD_PORT = 14_001;
    private static final int HAPROXY_PORT = 14_002;
    private static final int SPLICING_PORT = 14_003;
    private static final byte PORT_PLEASE2_REQ = 122;

    /// What a connection goes through, and what was measured of it, round by round.
    private static final class Between {
        final String name;
        final Passage passage;
        final List<Double> one = new ArrayList<>();
        final List<Double> many = new ArrayList<>();
        final List<Double> p50 = new ArrayList<>();
        final List<Double> p99 = new ArrayList<>();

        Between(String name, Passage passage) {
            this.name = name;
            this.passage = passage;
        }

        void measure(long nanos) throws IOException, InterruptedException {
            one.add(passage.bytesPerSecond(1, nanos));
            many.add(passage.bytesPerSecond(MANY, nanos));
            Histogram times = passage.roundTrips(QUESTION_BYTES, nanos);
            p50.add(times.getValueAtPercentile(50) / 1e3);
            p99.add(times.getValueAtPercentile(99) / 1e3);
        }

        void print() {
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %,.0f | %,.0f | %.1f | %.1f |%n",
                    name,
                    median(one) / (1 << 20),
                    median(many) / (1 << 20),
                    median(p50),
                    median(p99));
        }
    }

    private RelayBenchmark() {}

    /// Measures, and prints tables in Markdown.
    ///
    /// @param args number of rounds, milliseconds of a run, core of what is between, path of
    ///   `epmesh`
    /// @throws IOException if a server cannot be started or does not answer
    /// @throws InterruptedException if the thread is interrupted
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 4) {
            throw new IllegalArgumentException(
                    args.length + " arguments (expected: ROUNDS MILLIS SERVER-CORE EPMESH)");
        }
        int rounds = Integer.parseInt(args[0]);
        long nanos = Long.parseLong(args[1]) * 1_000_000;
        Path directory = Files.createTempDirectory("epmesh-bench");
        String load = Files.readString(Path.of("/proc/loadavg")).substring(0, 4);
        try (ServerSocketChannel target =
                        ServerSocketChannel.open()
                                .bind(new InetSocketAddress(loopback(), 0), MANY);
                NameServer _ = haproxy(directory, args[2], port(target));
                NameServer peer = peer(directory, args[2], Path.of(args[3]))) {
            peer.register(new byte[] {'b'}, port(target));
            int direct = port(target);
            List<Between> all =
                    List.of(
                            new Between("nothing", new Passage(target, () -> direct)),
                            new Between("HAProxy", new Passage(target, () -> HAPROXY_PORT)),
                            new Between(
                                    "HAProxy, splice", new Passage(target, () -> SPLICING_PORT)),
                            new Between("the relay", new Passage(target, RelayBenchmark::lookUp)));
            measure(all, rounds, nanos);
            print(all, rounds, nanos, load);
        } finally {
            try (Stream<Path> left = Files.walk(directory)) {
                for (Path each : left.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }

    private static void measure(List<Between> all, int rounds, long nanos)
            throws IOException, InterruptedException {
        for (Between each : all) {
            System.err.println("bench: warming up, between is " + each.name);
            double _ = each.passage.bytesPerSecond(MANY, WARM_UP_NANOS);
            Histogram _ = each.passage.roundTrips(QUESTION_BYTES, WARM_UP_NANOS);
        }
        for (int round = 0; round < rounds; round++) {
            System.err.printf("bench: round %d of %d%n", round + 1, rounds);
            for (int i = 0; i < all.size(); i++) {
                all.get((round + i) % all.size()).measure(nanos);
            }
        }
    }

    private static void print(List<Between> all, int rounds, long nanos, String load) {
        System.out.printf(
                Locale.ROOT,
                "N = %d interleaved rounds, %.1f s a run; medians of the runs; latencies of a question"
                        + " and an answer of %d bytes each, in µs. Load average before: %s.%n%n",
                rounds,
                nanos / 1e9,
                QUESTION_BYTES,
                load);
        System.out.printf("| between | MiB/s, 1 connection | MiB/s, %d | p50 | p99 |%n", MANY);
        System.out.println("|---|--:|--:|--:|--:|");
        all.forEach(Between::print);
        Between nothing = all.get(0);
        Between relay = all.getLast();
        System.out.println(
                "\nThe relay within rounds: median, with its interval by the sign test.\n");
        System.out.printf(
                "| against | throughput, 1 connection | throughput, %d | added median latency |%n",
                MANY);
        System.out.println("|---|--:|--:|--:|");
        for (Between base : all.subList(1, all.size() - 1)) {
            System.out.printf(
                    "| %s | %s | %s | %s |%n",
                    base.name,
                    ratio(rounds, i -> relay.one.get(i) / base.one.get(i)),
                    ratio(rounds, i -> relay.many.get(i) / base.many.get(i)),
                    ratio(
                            rounds,
                            i ->
                                    (relay.p50.get(i) - nothing.p50.get(i))
                                            / (base.p50.get(i) - nothing.p50.get(i))));
        }
    }

    private static String ratio(int rounds, ToDoubleFunction<Integer> value) {
        Paired ratio =
                Paired.of(IntStream.range(0, rounds).mapToDouble(value::applyAsDouble).toArray());
        return String.format(
                Locale.ROOT, "%.2f (%.2f..%.2f)", ratio.median(), ratio.low(), ratio.high());
    }

    private static double median(List<Double> values) {
        return Paired.median(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static NameServer haproxy(Path directory, String core, int target)
            throws IOException, InterruptedException {
        Path file = directory.resolve("haproxy.cfg");
        Files.writeString(
                file,
                """
                global
                    nbthread 1
                defaults
                    mode tcp
                    timeout connect 5s
                    timeout client 1h
                    timeout server 1h
                listen plain
                    bind 127.0.0.1:%d
                    server target 127.0.0.1:%d
                listen splicing
                    option splice-auto
                    bind 127.0.0.1:%d
                    server target 127.0.0.1:%d
                """
                        .formatted(HAPROXY_PORT, target, SPLICING_PORT, target));
        return NameServer.start(
                List.of("taskset", "-c", core, "haproxy", "-db", "-f", file.toString()),
                HAPROXY_PORT,
                directory.resolve("haproxy.log"));
    }

    private static NameServer peer(Path directory, String core, Path epmesh)
            throws IOException, InterruptedException {
        return NameServer.start(
                List.of(
                        "taskset",
                        "-c",
                        core,
                        epmesh.toString(),
                        "start",
                        "--epmd-port",
                        Integer.toString(EPMD_PORT),
                        "--http",
                        "off",
                        "--relay",
                        "all",
                        "--data-dir",
                        directory.resolve("data").toString()),
                EPMD_PORT,
                directory.resolve("peer.log"));
    }

    /// The port of the relay that leads to the target.
    private static int lookUp() throws IOException {
        try (SocketChannel connection =
                SocketChannel.open(new InetSocketAddress(loopback(), EPMD_PORT))) {
            connection.write(ByteBuffer.wrap(new byte[] {0, 2, PORT_PLEASE2_REQ, 'b'}));
            ByteBuffer reply = ByteBuffer.allocate(4);
            while (reply.hasRemaining() && connection.read(reply) >= 0) {}
            if (reply.hasRemaining() || reply.get(1) != 0) {
                throw new IOException("the look-up was not answered with a port");
            }
            return reply.getShort(2) & 0xffff;
        }
    }

    private static InetAddress loopback() {
        return InetAddress.ofLiteral("127.0.0.1");
    }

    private static int port(ServerSocketChannel server) throws IOException {
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }
}
