package io.epmesh.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.epmesh.node.config.Configuration;
import io.epmesh.node.config.Operator;
import io.epmesh.node.config.Setting;
import io.epmesh.node.naming.CutResult;
import io.epmesh.node.naming.FakeMesh;
import io.epmesh.node.naming.Samples;
import io.epmesh.node.naming.WriteResult;
import io.epmesh.node.session.SessionServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EpmeshTest {
    private final FakeMesh mesh = new FakeMesh();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> environment = new HashMap<>();
    private final List<Configuration> started = new ArrayList<>();
    private SessionServer server;

    @TempDir private Path directory;

    @BeforeEach
    void start() {
        server = new SessionServer(mesh, List.of(new Setting("http", "off", "flag --http")));
        environment.put("EPMESH_PEER", "127.0.0.1:" + server.port());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void names_table_isAligned() {
        assertThat(run("names")).isZero();
        assertThat(out())
                .isEqualTo(
                        """
                        NODE  ADDRESS             TYPE    SOURCE   STATE     SINCE                 REMARKS
                        a@h1  10.0.0.1:40001      normal  live     up        2025-11-20T11:13:08Z
                        b@h2  [2001:db8::2]:8002  hidden  mapping  orphaned  1970-01-01T00:00:00Z  host assumed, loses a conflict
                        """);
    }

    @Test
    void names_matchAndScope_choose() {
        assertThat(run("names", "--match", "b*", "--format", "json")).isZero();
        assertThat(out()).startsWith("{\"names\":[{\"node\":\"b@h2\"").endsWith("}]}\n");
        assertThat(run("names", "--scope=local")).isZero();
        assertThat(out()).contains("a@h1").doesNotContain("b@h2");
        assertThat(run("names", "--match=zzz")).isZero();
        assertThat(out()).isEqualTo("NODE  ADDRESS  TYPE  SOURCE  STATE  SINCE  REMARKS\n");
    }

    @Test
    void lookup_foundAndNot() {
        assertThat(run("lookup", "a@h1", "--format=json")).isZero();
        assertThat(out()).startsWith("{\"node\":\"a@h1\"").endsWith("}\n");
        assertThat(run("lookup", "a")).isZero();
        assertThat(run("lookup", "c@h1")).isEqualTo(1);
        assertThat(err()).isEqualTo("epmesh: no node c@h1 is known\n");
    }

    @Test
    void peersAndMappings_bothFormats() {
        assertThat(run("peers")).isZero();
        assertThat(out())
                .contains("00112233  h1    up")
                .contains("ffeeddcc  ?     orphaned")
                .contains("(asked)")
                .contains("never");
        assertThat(run("peers", "--format=json")).isZero();
        assertThat(out()).startsWith("{\"peers\":[{\"id\":\"0011");
        assertThat(run("mappings")).isZero();
        assertThat(out())
                .contains("b@h2  10.0.0.2:8002  db.test  h1  2025-11-20T11:13:08Z  10.0.0.3:8003");
        assertThat(run("mappings", "--format=json")).isZero();
        assertThat(out()).startsWith("{\"mappings\":[{\"node\":\"b@h2\"");
    }

    @Test
    void writes_wherePeerHasAnOperator_needItsFile_readsDoNot() throws Exception {
        Path file = directory.resolve("operator");
        Files.writeString(file, "0123456789abcdef");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        server.close();
        server = new SessionServer(mesh, List.of(), Operator.read(file));
        environment.put("EPMESH_PEER", "127.0.0.1:" + server.port());

        assertThat(run("remove-node", "b@h2")).isEqualTo(1);
        assertThat(err()).contains("not allowed without the operator's token");
        assertThat(run("names", "--operator-file", "/nowhere")).isZero();
        assertThat(run("remove-node", "b@h2", "--operator-file", file.toString())).isZero();
        environment.put("EPMESH_OPERATOR_FILE", file.toString());
        assertThat(run("forget", "h3")).isZero();
        environment.remove("EPMESH_OPERATOR_FILE");
        Path config = directory.resolve("conf");
        Files.writeString(config, "operator-file = " + file + "\n");
        mesh.left = server::endSoon;
        assertThat(run("leave", "--config", config.toString())).isZero();
        assertThat(mesh.writes).containsExactly("remove b@h2", "forget h3", "leave");

        assertThat(run("leave", "--operator-file", "/nowhere")).isEqualTo(2);
        assertThat(err()).isEqualTo("epmesh: operator-file: /nowhere: no such file\n");
    }

    @Test
    void writes_reachTheMesh() {
        assertThat(run("add-node", "b@h2", "8002")).isZero();
        assertThat(out()).isEqualTo("added b@h2 at 8002\n");
        assertThat(run("add-node", "b@h2", "db.test:8002", "--format=json")).isZero();
        assertThat(out()).isEqualTo("{\"result\":\"done\"}\n");
        assertThat(run("add-node", "b@h2", "[2001:db8::9]:8002")).isZero();
        assertThat(run("remove-node", "b@h2")).isZero();
        assertThat(run("forget", "h3")).isZero();
        mesh.left = server::endSoon;
        assertThat(run("leave")).isZero();
        assertThat(mesh.writes)
                .containsExactly(
                        "add b@h2 - 8002",
                        "add b@h2 db.test 8002",
                        "add b@h2 2001:db8::9 8002",
                        "remove b@h2",
                        "forget h3",
                        "leave");
    }

    /// An epmd that is started then must not find the port taken.
    @Test
    void leave_returnsWhenThePortIsFree() {
        int port = server.port();
        mesh.left = server::endSoon;
        assertThat(run("leave")).isZero();
        assertThatThrownBy(() -> new Socket(InetAddress.ofLiteral("127.0.0.1"), port).close())
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void writes_refusedOrUnknown_haveTheirExitCodes() {
        mesh.result = CompletableFuture.completedFuture(new WriteResult.Refused("disk full"));
        assertThat(run("remove-node", "b@h2")).isEqualTo(1);
        assertThat(err()).isEqualTo("epmesh: refused: disk full\n");
        mesh.result = CompletableFuture.completedFuture(new WriteResult.Unknown("slow disk"));
        assertThat(run("remove-node", "b@h2")).isEqualTo(3);
        assertThat(err()).isEqualTo("epmesh: it may have happened: slow disk\n");
    }

    @Test
    void cut_tellsWhatItDoesNotDo_andExitsWithNo() {
        assertThat(run("cut", "a@h1,h3", "*@h2")).isEqualTo(1);
        assertThat(out())
                .isEqualTo(
                        """
                        cut 2 pairs for 10m
                        no cable: a@h1 b@h2
                        not attributed: unknown@h1 -> c@h2
                        silent: h3 (ffeeddccbbaa99887766554433221100)
                        """);
        mesh.ordered = CompletableFuture.completedFuture(new CutResult.Done(List.of()));
        assertThat(run("cut", "a@h1", "b@h2", "--one-way", "--for", "ever")).isZero();
        assertThat(out()).isEqualTo("cut 1 pair until it is fixed\n");
        assertThat(run("cut", "a@h1", "b@h2", "--reset", "--format", "json")).isZero();
        assertThat(out()).isEqualTo("{\"result\":\"done\",\"remarks\":[]}\n");
        assertThat(run("cut", "a@h1", "b@h2", "--stall", "--for=90s")).isZero();
        assertThat(run("slow", "a@h1", "b@h2", "--latency=50ms", "--jitter", "5ms")).isZero();
        assertThat(run("fix", "b@h2", "a@h1")).isZero();
        assertThat(out()).endsWith("fixed b@h2 | a@h1\n");
        assertThat(run("fix", "--all")).isZero();
        assertThat(out()).isEqualTo("fixed all\n");
        assertThat(mesh.writes)
                .containsExactly(
                        "stall a@h1,*@h3 | *@h2 <-> PT10M",
                        "stall a@h1 | b@h2 -> ever",
                        "reset a@h1 | b@h2 <-> PT10M",
                        "stall a@h1 | b@h2 <-> PT1M30S",
                        "slow 50 ms, jitter 5 ms a@h1 | b@h2 <-> PT10M",
                        "fix b@h2 | a@h1",
                        "fix all");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cut a@h1",
                "cut a@h1 h1",
                "cut a@h1 b@h2 --for -5m",
                "cut a@h1 b@h2 --for soon",
                "cut a@h1 b@h2 --stall --reset",
                "cut a@h1 b@h2 --one-way --reset",
                "slow a@h1 b@h2",
                "slow a@h1 b@h2 --latency 0ms",
                "slow a@h1 b@h2 --latency 61s",
                "fix",
                "fix a@h1",
                "fix --all a@h1 b@h2",
            })
    void orders_badUsage_isSaidBeforeAnyPeerIsAsked(String line) {
        assertThat(run(line.split(" "))).isEqualTo(2);
        assertThat(err()).startsWith("epmesh: ").hasLineCount(1);
        assertThat(mesh.writes).isEmpty();
    }

    @Test
    void orders_refusedOrUnknown_haveTheirExitCodes() {
        mesh.ordered = CompletableFuture.completedFuture(new CutResult.Refused("relay: off"));
        assertThat(run("cut", "a@h1", "b@h2")).isEqualTo(1);
        assertThat(err()).isEqualTo("epmesh: refused: relay: off\n");
        mesh.ordered = CompletableFuture.completedFuture(new CutResult.Unknown("slow disk"));
        assertThat(run("fix", "--all")).isEqualTo(3);
        assertThat(err()).isEqualTo("epmesh: it may have happened: slow disk\n");
    }

    @Test
    void cables_bothFormats() {
        assertThat(run("cables")).isZero();
        assertThat(out())
                .isEqualTo(
                        """
                        ONE   OTHER  ONE SENDS                OTHER SENDS  REST  BY  WHEN
                        *@h2  a@h1   slow 50 ms, jitter 5 ms  stall        599s  h1  2025-11-20T11:13:08Z

                        RELAY  SOURCE  TARGET  STATE   TO TARGET  TO SOURCE  AGE  BYTES TO  BYTES FROM
                        h1     ?@h1    b@h2    broken  open       stall      7s   258       65537
                        silent: h3 (ffeeddccbbaa99887766554433221100)
                        """);
        assertThat(run("cables", "--format=json")).isZero();
        assertThat(out()).startsWith("{\"cuts\":[{\"low\":\"*@h2\"");
    }

    @Test
    void configShow_printsOrigins() {
        assertThat(run("config", "show")).isZero();
        assertThat(out()).isEqualTo("KEY   VALUE  ORIGIN\nhttp  off    flag --http\n");
        assertThat(run("config", "show", "--format=json")).isZero();
        assertThat(out())
                .isEqualTo(
                        "{\"settings\":[{\"key\":\"http\",\"value\":\"off\","
                                + "\"origin\":\"flag --http\"}]}\n");
    }

    @Test
    void version_withAndWithoutPeer() {
        assertThat(run("version", "--format=json")).isZero();
        assertThat(out())
                .startsWith("{\"version\":\"")
                .contains("\"peerVersion\":\"0.1.0\"")
                .doesNotContain("${");
        environment.put("EPMESH_PEER", "127.0.0.1:" + freePort());
        assertThat(run("version")).isZero();
        assertThat(out()).contains("epmesh").doesNotContain(Samples.ID_1);
    }

    @Test
    void peerNotThere_is3AndSaysWhere() {
        int port = freePort();
        environment.remove("EPMESH_PEER");
        environment.put("ERL_EPMD_PORT", "" + port);
        assertThat(run("names")).isEqualTo(3);
        assertThat(err()).startsWith("epmesh: no peer answers at 127.0.0.1:" + port + ": ");
        assertThat(out()).isEmpty();
        assertThat(run("add-node", "b@h2", "1")).isEqualTo(3);
    }

    @Test
    void somethingElseThere_is3AndSaysSo() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {
            Thread thread =
                    Thread.ofPlatform()
                            .name("closes-at-77")
                            .start(() -> {
                                try (Socket socket = other.accept()) {
                                    socket.getInputStream().readNBytes(15);
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            });
            environment.remove("EPMESH_PEER");
            assertThat(run("names", "--epmd-port", "" + other.getLocalPort())).isEqualTo(3);
            thread.join(5_000);
        }
        assertThat(err()).contains("is not epmesh; a C epmd?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nmes | unknown command 'nmes'; 'epmesh --help'",
                "names --match | --match: no value (expected: GLOB); 'epmesh names --help'",
                "names --match --format=json | --match: no value (expected: GLOB); ",
                "names --format xml | --format: xml (expected: table or json); ",
                "names --scope= | --scope:  (expected: mesh or local); ",
                "names x | unexpected 'x'; ",
                "names -- --match | unexpected '--match'; ",
                "events --follow=yes | --follow=yes (expected: --follow alone); ",
                "events -f --follow | --follow: given twice (expected: once); ",
                "lookup | missing NODE: full name, or short name of the peer's host; ",
                "add-node b 8002 | node name: 'b' (expected: exactly one @, as in name@host)",
                "add-node b@h2 0 | '0' (expected: [HOST:]PORT, port 1..65535, IPv6 address in"
                        + " brackets); ",
                "add-node b@h2 65536 | '65536' (expected: ",
                "add-node b@h2 h:x | 'h:x' (expected: ",
                "add-node b@h2 ::1:9 | '::1:9' (expected: ",
                "add-node b@h2 host | 'host' (expected: ",
                "add-node b@h2 | missing [HOST:]PORT: where the node listens; IPv6",
                "remove-node @h | name part of node name: '' (expected: 1..255 characters, got 0)",
                "config | missing command; 'epmesh config --help'",
                "keys old | unknown command 'keys old'; 'epmesh keys --help'",
                "start --relays module | unknown option '--relays'; ",
                "start stray | unexpected 'stray'; ",
                "start --http | --http: no value (expected: ADDRESS:PORT); ",
                "start --epmd-port 1 --epmd-port 2 | --epmd-port: given twice (expected: once); ",
            })
    void badUsage_is2InOneSentenceAndAsksNobody(String line, String sentence) {
        environment.put("EPMESH_PEER", "127.0.0.1:" + freePort());

        assertThat(run(line.split(" "))).isEqualTo(2);
        assertThat(err()).startsWith("epmesh: ").contains(sentence).contains(" --help' tells more");
        assertThat(err().lines()).hasSize(1);
        assertThat(out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h:0", ":1", "h:70000", "a b", ""})
    void badPeerVariable_is2(String peer) {
        environment.put("EPMESH_PEER", peer);
        assertThat(run("names")).isEqualTo(2);
        assertThat(err())
                .isEqualTo(
                        "epmesh: EPMESH_PEER: '%s' (expected: HOST[:PORT], port 1..65535)\n"
                                .formatted(peer));
    }

    /// What the file says is held against what the peer was told, and hides nothing else.
    @Test
    void doctor_fileThatIsNotInUse_isTold() throws Exception {
        Path file = Files.writeString(directory.resolve("epmesh.conf"), "http = 127.0.0.1:4399\n");
        String port = Integer.toString(server.port());
        assertThat(run("doctor", "--epmd-port", port, "--config", file.toString())).isEqualTo(1);
        assertThat(out())
                .contains(
                        "configuration: http is '127.0.0.1:4399' in file " + file + ":1, and 'off'")
                .contains("host name: ");
        Files.writeString(file, "relay = sideways\n");
        assertThat(run("doctor", "--epmd-port", port, "--config", file.toString())).isEqualTo(1);
        assertThat(out()).contains("configuration: relay: sideways").contains("host name: ");
    }

    @Test
    void operands_behindTheEndOfOptions_mayLookLikeOptions() {
        assertThat(run("lookup", "--format=json", "--", "-x@h1")).isEqualTo(1);
        assertThat(err()).isEqualTo("epmesh: no node -x@h1 is known\n");
    }

    @Test
    void start_flagsEnvironmentAndFile_reachTheStarter() throws Exception {
        Path file = directory.resolve("c");
        Files.writeString(file, "mesh-name = filed\nhttp = off\n");
        environment.put("EPMESH_HTTP", "127.0.0.1:9");
        assertThat(
                        run(
                                "start",
                                "--config",
                                file.toString(),
                                "--epmd-port=5",
                                "--insecure-gossip",
                                "--relaxed-command-check=false",
                                "--log-level",
                                "error"))
                .isEqualTo(7);
        Configuration configuration = started.getFirst();
        assertThat(configuration.epmd().port()).isEqualTo(5);
        assertThat(configuration.gossip().insecure()).isTrue();
        assertThat(configuration.gossip().meshName()).isEqualTo("filed");
        assertThat(configuration.http().orElseThrow().getPort()).isEqualTo(9);
        assertThat(configuration.settings())
                .contains(
                        new Setting("epmd-port", "5", "flag --epmd-port"),
                        new Setting(
                                "relaxed-command-check", "false", "flag --relaxed-command-check"));
    }

    @Test
    void start_badConfiguration_is2AndStartsNothing() {
        assertThat(run("start", "--epmd-port", "x")).isEqualTo(2);
        assertThat(err())
                .isEqualTo(
                        "epmesh: epmd-port: x (expected: a port, 1..65535, or 0 for any free one;"
                                + " from flag --epmd-port)\n");
        environment.put("EPMESH_RELAYS", "k");
        assertThat(run("start")).isEqualTo(2);
        assertThat(err()).startsWith("epmesh: unknown variable 'EPMESH_RELAYS'");
        assertThat(started).isEmpty();
    }

    private int run(String... arguments) {
        out.reset();
        err.reset();
        return Epmesh.run(
                new Terminal(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        environment),
                configuration -> {
                    started.add(configuration);
                    return 7;
                },
                arguments);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
