package io.epmesh.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.epmd.AliveConnection;
import io.epmesh.epmd.EpmdClient;
import io.epmesh.epmd.EpmdResult;
import io.epmesh.epmd.NodeName;
import io.epmesh.epmd.PortInfo;
import io.epmesh.node.config.Configuration;
import io.epmesh.node.config.Key;
import io.epmesh.node.naming.NameUpdate;
import io.epmesh.node.naming.NodeEntry;
import io.epmesh.node.naming.Scope;
import io.epmesh.node.naming.WriteResult;
import io.epmesh.node.session.MeshClient;
import io.epmesh.node.session.MeshClientException;
import io.epmesh.node.session.RegisteringClient;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A whole peer in this process, on ports that the system chose; it tells them in its log.
class DaemonTest {
    private static final Pattern UP =
            Pattern.compile(
                    "epmesh \\S+ is up: epmd port (\\d+), .* http 127\\.0\\.0\\.1:(\\d+).*");
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
    private final Logger logger = Logger.getLogger(Daemon.class.getPackageName());
    private final Handler handler = new LogLines();
    private CompletableFuture<Integer> exit = CompletableFuture.completedFuture(0);
    private int epmdPort;
    private int httpPort;

    @TempDir private Path temp;

    @BeforeEach
    void listenToTheLog() {
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
    }

    @AfterEach
    void end() {
        if (!exit.isDone()) {
            assertThat(epmd().kill()).isEqualTo(new EpmdResult.Killed());
        }
        exit.orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
    }

    @Test
    void start_answersOnEveryPort_untilItLeaves() throws Exception {
        start(Map.of());
        assertThat(epmd().names()).isEqualTo(new EpmdResult.Listed(epmdPort, List.of()));
        EpmdResult.OfAlive alive = epmd().alive(new NodeName("a"), PortInfo.ofErlangNode(9001));
        try (AliveConnection _ = ((EpmdResult.Registered) alive).connection();
                MeshClient session = MeshClient.connect("127.0.0.1", epmdPort, TIMEOUT)) {
            Await.until("a is published", () -> port(session, "a@here").isPresent());
            assertThat(lookup("a")).hasValue(9001);
            assertThat(lookup("a@here")).hasValue(9001);
            assertThat(session.names(Scope.LOCAL, Optional.empty()))
                    .extracting(NodeEntry::port)
                    .containsExactly(9001);
            assertThat(session.addMapping("d@elsewhere", Optional.of("10.0.0.9"), 8001))
                    .isEqualTo(new WriteResult.Done());
            assertThat(lookup("d@elsewhere")).hasValue(8001);
            assertThat(session.status().converged()).isTrue();
            // The ports that were bound, though any free ones were asked for.
            Await.until(
                    "the gossip port is published", () -> !gossipAddress(session).endsWith(":0"));
            assertThat(session.peers().getFirst().epmdPort()).isEqualTo(epmdPort);
            assertThat(get("/readyz")).isEqualTo(200);
            assertThat(get("/api/v1/nodes/a@here")).isEqualTo(200);
            assertThat(get("/api/v1/nodes/nobody@here")).isEqualTo(404);
            assertThat(epmd().kill()).isEqualTo(new EpmdResult.LivingNodes());

            assertThat(session.leave()).isEqualTo(new WriteResult.Done());
        }
        assertThat(exit.get(60, TimeUnit.SECONDS)).isZero();
        assertThat(epmd().names()).isInstanceOf(EpmdResult.Unavailable.class);
    }

    @Test
    void node_thatEnds_isGoneFromTheMesh() throws Exception {
        start(Map.of());
        EpmdResult.OfAlive alive = epmd().alive(new NodeName("a"), PortInfo.ofErlangNode(9001));
        try (MeshClient session = MeshClient.connect("127.0.0.1", epmdPort, TIMEOUT)) {
            try (AliveConnection _ = ((EpmdResult.Registered) alive).connection()) {
                Await.until("a is published", () -> port(session, "a@here").isPresent());
            }
            Await.until("a is withdrawn", () -> port(session, "a@here").isEmpty());
        }
    }

    @Test
    void registrationOverTheSession_hasItsFullNameAtOnce_andEndsWithIt() throws Exception {
        start(Map.of());
        BlockingQueue<NameUpdate> updates = new LinkedBlockingQueue<>();
        Thread watcher;
        try (MeshClient watching = MeshClient.connect("127.0.0.1", epmdPort, TIMEOUT)) {
            watcher = Thread.ofPlatform().name("watcher").start(() -> watch(watching, updates));
            assertThat(next(updates).kind()).isEqualTo(NameUpdate.Kind.SNAPSHOT);
            RegisteringClient node = new RegisteringClient(epmdPort);
            assertThat(node.register("a@there.test", 9001, Optional.of(77L), Optional.empty()))
                    .extracting(RegisteringClient.Outcome::creation)
                    .isEqualTo(Optional.of(77L));

            NodeEntry up = next(updates).nodes().getFirst();
            assertThat(up.node()).hasToString("a@there.test");
            assertThat(up.hostIs()).isEqualTo(NodeEntry.HostIs.VERIFIED);
            assertThat(up.creation()).hasValue(77);
            assertThat(lookup("a")).hasValue(9001);
            assertThat(epmd().alive(new NodeName("a"), PortInfo.ofErlangNode(9002)))
                    .isInstanceOf(EpmdResult.Refused.class);

            node.close();
            assertThat(next(updates).gone()).hasToString("[a@there.test]");
        }
        watcher.join();
    }

    @Test
    void registrationOverTheSession_takesItsNameBackByTheSecret() throws Exception {
        start(Map.of());
        try (RegisteringClient before = new RegisteringClient(epmdPort);
                RegisteringClient stranger = new RegisteringClient(epmdPort);
                RegisteringClient again = new RegisteringClient(epmdPort)) {
            RegisteringClient.Outcome first =
                    before.register("a@here", 9001, Optional.empty(), Optional.empty());
            assertThat(stranger.register("a@here", 9002, Optional.empty(), Optional.empty()))
                    .extracting(RegisteringClient.Outcome::creation)
                    .isEqualTo(Optional.empty());
            assertThat(
                            again.register(
                                    "a@here", 9001, first.creation(), Optional.of(first.resume())))
                    .extracting(RegisteringClient.Outcome::creation)
                    .isEqualTo(first.creation());
            assertThat(lookup("a")).hasValue(9001);
        }
        Await.until("a is gone", () -> lookup("a").isEmpty());
    }

    private static void watch(MeshClient client, BlockingQueue<NameUpdate> updates) {
        try {
            client.watch(Optional.empty(), updates::add);
        } catch (MeshClientException closed) {
            // as the test wants it
        }
    }

    private static NameUpdate next(BlockingQueue<NameUpdate> updates) throws InterruptedException {
        NameUpdate next = updates.poll(60, TimeUnit.SECONDS);
        assertThat(next).as("an update in time").isNotNull();
        return next;
    }

    @Test
    void mapping_outlivesARestart() throws Exception {
        start(Map.of());
        try (MeshClient session = MeshClient.connect("127.0.0.1", epmdPort, TIMEOUT)) {
            session.addMapping("d@elsewhere", Optional.of("10.0.0.9"), 8001);
        }
        end();

        listenToTheLog();
        start(Map.of());
        assertThat(lookup("d@elsewhere")).hasValue(8001);
    }

    @Test
    void start_epmdPortInUse_isASentenceAndExit1() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, Nodes.LOOPBACK)) {
            assertThat(run(Map.of(Key.EPMD_PORT, "" + taken.getLocalPort()))).isEqualTo(1);
            assertThat(log)
                    .singleElement()
                    .asString()
                    .matches("epmd-port: %d is in use.*".formatted(taken.getLocalPort()));
        }
        start(Map.of()); // the data directory is free again
    }

    @Test
    void start_httpPortInUse_isASentenceAndExit1() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, Nodes.LOOPBACK)) {
            String http = "127.0.0.1:" + taken.getLocalPort();
            assertThat(run(Map.of(Key.HTTP, http))).isEqualTo(1);
            assertThat(log).singleElement().asString().startsWith("http: " + http);
        }
        start(Map.of());
    }

    @Test
    void start_inTheDirectoryOfAnotherPeer_isASentenceAndExit1() throws Exception {
        start(Map.of());

        assertThat(run(Map.of())).isEqualTo(1);
        assertThat(log)
                .singleElement()
                .asString()
                .isEqualTo("data-dir: %s is in use by another peer", temp);
        assertThat(epmd().names()).isInstanceOf(EpmdResult.Listed.class);
    }

    @Test
    void start_operatorFileThatEverybodyMayRead_isASentenceAndExit1() throws Exception {
        Path file = Files.writeString(temp.resolve("operator"), "0123456789abcdef");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(run(Map.of(Key.OPERATOR_FILE, file.toString()))).isEqualTo(1);
        assertThat(log)
                .singleElement()
                .asString()
                .matches("operator-file: .*everybody may read.*chmod.*")
                .doesNotContain("0123456789abcdef");
        start(Map.of());
    }

    @Test
    void write_whereThereIsAnOperator_needsItsToken() throws Exception {
        Path file = Files.writeString(temp.resolve("operator"), "0123456789abcdef");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        start(Map.of(Key.OPERATOR_FILE, file.toString()));

        try (MeshClient anybody = MeshClient.connect("127.0.0.1", epmdPort, TIMEOUT);
                MeshClient operator =
                        MeshClient.connect("127.0.0.1", epmdPort, TIMEOUT, "0123456789abcdef")) {
            assertThat(anybody.addMapping("d@elsewhere", Optional.of("10.0.0.9"), 8001))
                    .isInstanceOf(WriteResult.Refused.class);
            assertThat(anybody.mappings()).isEmpty();
            assertThat(operator.addMapping("d@elsewhere", Optional.of("10.0.0.9"), 8001))
                    .isEqualTo(new WriteResult.Done());
            assertThat(anybody.mappings()).hasSize(1);
        }
    }

    @Test
    void start_withoutDirectory_servesEpmdAndRefusesMappings() throws Exception {
        start(Map.of(Key.DATA_DIR, Files.writeString(temp.resolve("file"), "") + "/below"));

        assertThat(epmd().names()).isInstanceOf(EpmdResult.Listed.class);
        try (MeshClient session = MeshClient.connect("127.0.0.1", epmdPort, TIMEOUT)) {
            assertThat(session.addMapping("d@elsewhere", Optional.of("10.0.0.9"), 8001))
                    .isInstanceOf(WriteResult.Refused.class);
        }
    }

    /// Starts a peer and waits until it says that it is up.
    private void start(Map<Key, String> settings) throws Exception {
        Configuration configuration = configuration(settings);
        log.clear();
        exit =
                CompletableFuture.supplyAsync(
                                () -> RunningPeer.run(configuration), DaemonTest::onItsThread)
                        .whenComplete((code, bug) -> log.add("exit " + code + " " + bug));
        while (true) {
            String line = log.poll(60, TimeUnit.SECONDS);
            assertThat(line).as("a line in time").isNotNull().doesNotStartWith("exit ");
            Matcher up = UP.matcher(line);
            if (up.matches()) {
                epmdPort = Integer.parseInt(up.group(1));
                httpPort = Integer.parseInt(up.group(2));
                return;
            }
        }
    }

    private int run(Map<Key, String> settings) throws Exception {
        return RunningPeer.run(configuration(settings));
    }

    private static void onItsThread(Runnable task) {
        Thread.ofPlatform().name("peer").start(task);
    }

    private Configuration configuration(Map<Key, String> settings) throws Exception {
        return RunningPeer.configuration(temp, settings);
    }

    private EpmdClient epmd() {
        return new EpmdClient(new InetSocketAddress(Nodes.LOOPBACK, epmdPort), TIMEOUT);
    }

    private Optional<Integer> lookup(String name) {
        return epmd().lookup(new NodeName(name)) instanceof EpmdResult.Found found
                ? Optional.of(found.info().port())
                : Optional.empty();
    }

    private static Optional<Integer> port(MeshClient session, String node) {
        try {
            return session.lookup(node).map(NodeEntry::port);
        } catch (Exception e) {
            throw new AssertionError(node, e);
        }
    }

    private static String gossipAddress(MeshClient session) {
        try {
            return session.peers().getFirst().gossipAddress();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private int get(String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + httpPort + path);
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding())
                    .statusCode();
        }
    }

    /// Keeps each line as people read it.
    private final class LogLines extends Handler {
        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord line) {
            log.add(formatter.formatMessage(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
