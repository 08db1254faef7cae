package io.epmesh.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.epmd.EpmdClient;
import io.epmesh.epmd.EpmdResult;
import io.epmesh.node.config.Configuration;
import io.epmesh.node.config.ConfigurationException;
import io.epmesh.node.config.HostFacts;
import io.epmesh.node.config.Key;
import io.epmesh.node.config.Sources;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A whole peer in this process, on ports that the system chose. Start one after the other: each
/// tells its ports in the log.
public final class RunningPeer implements AutoCloseable {
    private static final Pattern UP =
            Pattern.compile(
                    "epmesh \\S+ is up: epmd port (\\d+), .* http 127\\.0\\.0\\.1:(\\d+), .*");
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private final CompletableFuture<Integer> exit;
    private final int epmdPort;
    private final int httpPort;

    private RunningPeer(CompletableFuture<Integer> exit, Matcher up) {
        this.exit = exit;
        this.epmdPort = Integer.parseInt(up.group(1));
        this.httpPort = Integer.parseInt(up.group(2));
    }

    /// Starts one and waits until it is up.
    ///
    /// @param directory of its data
    /// @param settings beyond those that every test needs
    /// @return the peer
    /// @throws Exception if it does not come up
    public static RunningPeer start(Path directory, Map<Key, String> settings) throws Exception {
        Map<Key, String> flags = new EnumMap<>(Key.class);
        flags.put(Key.RELAXED_COMMAND_CHECK, "true");
        flags.put(Key.RELAY_PORT, "0");
        flags.putAll(settings);
        Configuration configuration = configuration(directory, flags);
        CompletableFuture<Matcher> up = new CompletableFuture<>();
        Logger logger = Logger.getLogger(Daemon.class.getName());
        Handler handler = new UpLine(up);
        logger.addHandler(handler);
        logger.setLevel(Level.INFO); // whatever a test before has set for all
        try {
            CompletableFuture<Integer> exit = new CompletableFuture<>();
            Thread.ofPlatform().name("peer").start(() -> exit.complete(run(configuration)));
            var _ =
                    exit.thenAccept(
                            code -> up.completeExceptionally(new AssertionError("exit " + code)));
            return new RunningPeer(exit, up.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS));
        } finally {
            logger.setLevel(null);
            logger.removeHandler(handler);
        }
    }

    /// A configuration on ports that the system chooses, with some settings more.
    static Configuration configuration(Path directory, Map<Key, String> settings)
            throws ConfigurationException {
        Map<Key, String> flags = new EnumMap<>(Key.class);
        flags.put(Key.EPMD_PORT, "0");
        flags.put(Key.EPMD_ADDRESS, "127.0.0.1");
        flags.put(Key.GOSSIP_PORT, "0");
        flags.put(Key.HTTP, "127.0.0.1:0");
        flags.put(Key.HOST_NAME, "here");
        flags.put(Key.DATA_DIR, directory.toString());
        flags.putAll(settings);
        HostFacts facts = new HostFacts(List.of("here"), List.of(), Map.of(), directory);
        return Configuration.of(Sources.read(flags, Optional.empty(), Map.of()), facts);
    }

    /// Runs a peer until it ends.
    static int run(Configuration configuration) {
        try {
            return Daemon.run(configuration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    /// {@return its EPMD port}
    public int epmdPort() {
        return epmdPort;
    }

    /// {@return its HTTP port}
    public int httpPort() {
        return httpPort;
    }

    /// {@return a client of its EPMD server}
    public EpmdClient epmd() {
        return new EpmdClient(new InetSocketAddress(Nodes.LOOPBACK, epmdPort), TIMEOUT);
    }

    /// Asks its HTTP interface, which must answer 200.
    ///
    /// @param path of the resource
    /// @return the body
    /// @throws Exception if there is no answer
    public String get(String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + httpPort + path);
        try (HttpClient client = HttpClient.newHttpClient()) {
            var response =
                    client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return response.body();
        }
    }

    @Override
    public void close() {
        assertThat(epmd().kill()).isEqualTo(new EpmdResult.Killed());
        awaitEnd();
    }

    /// Waits until it has ended, by itself.
    public void awaitEnd() {
        assertThat(exit.orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS).join()).isZero();
    }

    private static final class UpLine extends Handler {
        private final CompletableFuture<Matcher> up;

        UpLine(CompletableFuture<Matcher> up) {
            this.up = up;
        }

        @Override
        public void publish(LogRecord line) {
            Matcher matcher = UP.matcher(new SimpleFormatter().formatMessage(line));
            if (matcher.matches()) {
                up.complete(matcher);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
