package io.epmesh.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// The relay, and the tunnel between two relays, beside HAProxy in TCP mode, with and without TLS,
/// and beside a connection without anything between, in turn, the order changing from round to
/// round. `bin/bench relay` starts it in a network namespace of its own, on the loader's core; what
/// is between has the other one.
public final class RelayBenchmark {
    private static final int HAPROXY_PORT = 14_051;
    private static final int SPLICING_PORT = 14_052;
    private static final int ENCRYPTING_PORT = 14_053;
    private static final int DECRYPTING_PORT = 14_054;

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
        String core = args[2];
        Path epmesh = Path.of(args[3]);
        Path directory = Files.createTempDirectory("epmesh-bench");
        String load = Files.readString(Path.of("/proc/loadavg")).substring(0, 4);
        Path key = RelayedPeers.key(epmesh, directory);
        try (ServerSocketChannel target =
                ServerSocketChannel.open()
                        .bind(
                                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                                Between.MANY)) {
            int direct = ((InetSocketAddress) target.getLocalAddress()).getPort();
            try (NameServer _ = haproxy(directory, core, "near", plain(direct), HAPROXY_PORT);
                    NameServer _ =
                            haproxy(
                                    directory,
                                    core,
                                    "in",
                                    decrypting(key, direct),
                                    DECRYPTING_PORT);
                    NameServer _ =
                            haproxy(directory, core, "out", encrypting(key), ENCRYPTING_PORT);
                    RelayedPeers _ = RelayedPeers.start(directory, core, epmesh, key, direct)) {
                measure(target, direct, rounds, nanos, load);
            }
        } finally {
            Leftovers.remove(directory);
        }
    }

    private static void measure(
            ServerSocketChannel target, int direct, int rounds, long nanos, String load)
            throws IOException, InterruptedException {
        Between nothing = new Between("nothing", new Passage(target, () -> direct));
        Between haproxy = new Between("HAProxy", new Passage(target, () -> HAPROXY_PORT));
        Between splicing = new Between("HAProxy, splice", new Passage(target, () -> SPLICING_PORT));
        Between relay =
                new Between("the relay", new Passage(target, () -> RelayedPeers.lookUp("b")));
        Between two =
                new Between("two HAProxy, mutual TLS", new Passage(target, () -> ENCRYPTING_PORT));
        Between tunnel =
                new Between(
                        "two relays, a tunnel",
                        new Passage(target, () -> RelayedPeers.lookUp("b@h2")));
        List<Between> all = List.of(nothing, haproxy, splicing, relay, two, tunnel);
        for (Between each : all) {
            each.warmUp();
        }
        for (int round = 0; round < rounds; round++) {
            System.err.printf("bench: round %d of %d%n", round + 1, rounds);
            for (int i = 0; i < all.size(); i++) {
                all.get((round + i) % all.size()).measure(nanos);
            }
        }
        System.out.printf(
                Locale.ROOT,
                "N = %d interleaved rounds, %.1f s a run; medians of the runs; latencies of a question"
                        + " and an answer of %d bytes each, in µs. Load average before: %s.%n%n",
                rounds,
                nanos / 1e9,
                Between.QUESTION_BYTES,
                load);
        System.out.printf(
                "| between | MiB/s, 1 connection | MiB/s, %d | p50 | p99 |%n", Between.MANY);
        System.out.println("|---|--:|--:|--:|--:|");
        all.forEach(Between::print);
        System.out.println("\nWithin rounds: median, with its interval by the sign test.\n");
        System.out.printf(
                "| what | against | throughput, 1 connection | throughput, %d | added median"
                        + " latency |%n",
                Between.MANY);
        System.out.println("|---|---|--:|--:|--:|");
        relay.printAgainst(haproxy, nothing);
        relay.printAgainst(splicing, nothing);
        tunnel.printAgainst(two, nothing);
    }

    private static String plain(int target) {
        return """
        listen plain
            bind 127.0.0.1:%d
            server target 127.0.0.1:%d
        listen splicing
            option splice-auto
            bind 127.0.0.1:%d
            server target 127.0.0.1:%d
        """
                .formatted(HAPROXY_PORT, target, SPLICING_PORT, target);
    }

    /// One end of what a tunnel is: the same key, TLS 1.3, each end sees the other's certificate.
    private static String encrypting(Path key) {
        return """
        listen encrypting
            bind 127.0.0.1:%d
            server other 127.0.0.1:%d ssl verify required ca-file %s crt %s ssl-min-ver TLSv1.3
        """
                .formatted(ENCRYPTING_PORT, DECRYPTING_PORT, key, key);
    }

    private static String decrypting(Path key, int target) {
        return """
        listen decrypting
            bind 127.0.0.1:%d ssl crt %s ca-file %s verify required ssl-min-ver TLSv1.3
            server target 127.0.0.1:%d
        """
                .formatted(DECRYPTING_PORT, key, key, target);
    }

    private static NameServer haproxy(
            Path directory, String core, String name, String listens, int port)
            throws IOException, InterruptedException {
        Path file = directory.resolve(name + ".cfg");
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
                """
                        + listens);
        return NameServer.start(
                List.of("taskset", "-c", core, "haproxy", "-db", "-f", file.toString()),
                port,
                directory.resolve(name + ".log"));
    }
}
