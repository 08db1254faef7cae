package io.epmesh.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.epmesh.node.config.Operator;
import io.epmesh.node.naming.CutResult;
import io.epmesh.node.naming.FakeMesh;
import io.epmesh.node.naming.Samples;
import io.epmesh.node.naming.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpInterfaceTest {
    private static final InetSocketAddress ANY_PORT =
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);

    private static final String LIVE =
            """
            {"node":"a@h1","name":"a","host":"h1","hostIs":"verified","address":"10.0.0.1",\
            "port":40001,"type":"normal","source":"live","state":"up",\
            "peer":"00112233445566778899aabbccddeeff","creation":4275878552,\
            "since":"2025-11-20T11:13:08.123Z","highestVersion":6,"lowestVersion":6,"protocol":0,\
            "winner":true,"conflicting":false}\
            """;

    private static final String MAPPED =
            """
            {"node":"b@h2","name":"b","host":"h2","hostIs":"assumed","address":"2001:db8::2",\
            "port":8002,"type":"hidden","source":"mapping","state":"orphaned",\
            "since":"1970-01-01T00:00:00Z","highestVersion":6,"lowestVersion":5,"protocol":1,\
            "winner":false,"conflicting":true}\
            """;

    private final FakeMesh mesh = new FakeMesh();
    private final AtomicBoolean ready = new AtomicBoolean(true);
    private final FakeHealth health = new FakeHealth(ready);
    private HttpInterface http;
    @TempDir private Path directory;

    @BeforeEach
    void start() throws IOException {
        http = HttpInterface.start(ANY_PORT, mesh, Operator.ANY_USER, health);
    }

    @AfterEach
    void stop() {
        http.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/names, both",
        "/api/v1/names?scope=mesh, both",
        "/api/v1/names?scope=local, a",
        "/api/v1/names?match=b*, b",
        "/api/v1/names?match=*%40h1&scope=mesh, a",
        "/api/v1/names?match=z, none",
    })
    void names_scopeAndMatch_choose(String uri, String expected) throws IOException {
        String names =
                switch (expected) {
                    case "both" -> LIVE + "," + MAPPED;
                    case "a" -> LIVE;
                    case "b" -> MAPPED;
                    default -> "";
                };
        Response response = get(uri);
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.head()).containsIgnoringCase("content-type: application/json");
        assertThat(response.body()).isEqualTo("{\"names\":[" + names + "]}");
    }

    @Test
    void nodes_fullShortAndUnknown() throws IOException {
        assertThat(get("/api/v1/nodes/a@h1").body()).isEqualTo(LIVE);
        assertThat(get("/api/v1/nodes/a%40h1").body()).isEqualTo(LIVE);
        assertThat(get("/api/v1/nodes/a").body()).isEqualTo(LIVE);
        assertError(get("/api/v1/nodes/c@h1"), 404, "c@h1 (expected: a node of the mesh)");
    }

    @Test
    void peers_haveTheirShape() throws IOException {
        assertThat(get("/api/v1/peers").body())
                .isEqualTo(
                        """
                        {"peers":[{"id":"00112233445566778899aabbccddeeff",\
                        "hosts":["h1","h1.test"],"state":"up",\
                        "advertise":["10.0.0.1","2001:db8::1"],"epmdPort":4369,\
                        "gossipAddress":"10.0.0.1:4370","version":"0.1.0","incarnation":7,\
                        "names":2,"lastHeardMs":0,"self":true},\
                        {"id":"ffeeddccbbaa99887766554433221100","hosts":[],"state":"orphaned",\
                        "advertise":[],"epmdPort":0,"gossipAddress":"","version":"",\
                        "incarnation":1,"names":0,"self":false}]}\
                        """);
    }

    @Test
    void mappings_haveTheirShape() throws IOException {
        assertThat(get("/api/v1/mappings").body())
                .isEqualTo(
                        """
                        {"mappings":[{"node":"b@h2","name":"b","host":"h2","given":"db.test",\
                        "address":"10.0.0.2","port":8002,"writer":"h1",\
                        "when":"2025-11-20T11:13:08Z","conflicts":[{"address":"10.0.0.3",\
                        "port":8003,"when":"1970-01-01T00:00:00.001Z"}]}]}\
                        """);
    }

    @Test
    void status_hasItsShape() throws IOException {
        assertThat(get("/api/v1/status").body())
                .isEqualTo(
                        """
                        {"self":"00112233445566778899aabbccddeeff","converged":false,\
                        "groups":[{"digest":"cafe",\
                        "peers":[{"id":"00112233445566778899aabbccddeeff","host":"h1",\
                        "lags":[]}]},{"digest":"f00d",\
                        "peers":[{"id":"ffeeddccbbaa99887766554433221100","host":"h2",\
                        "uptimeMs":3600000,"residentBytes":75497472,"roundTripMs":1.25,\
                        "clockAheadMs":-3,"lags":[{"owner":"00112233445566778899aabbccddeeff",\
                        "host":"h1","missing":4,"ahead":0},{"missing":1,"ahead":2},\
                        {"owner":"ffeeddccbbaa99887766554433221100","host":"","missing":0,\
                        "ahead":0}]}]}],\
                        "silent":[{"id":"0123456789abcdef0123456789abcdef","host":""}],\
                        "spells":{"count":2,"differingMs":800,"lastMs":1200,"p99Ms":2500}}\
                        """);
    }

    @Test
    void probes_tellLifeAndReadiness() throws IOException {
        assertThat(get("/livez")).isEqualTo(get("/livez"));
        assertThat(get("/livez").body()).isEqualTo("{\"live\":true}");
        assertThat(get("/readyz").body()).isEqualTo("{\"ready\":true}");
        ready.set(false);
        assertThat(get("/readyz").status()).isEqualTo(503);
        assertThat(get("/readyz").body()).isEqualTo("{\"ready\":false}");
        assertThat(get("/livez").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/api/v1/names?scop=local | 400 | query key: scop (expected: scope or match)",
                "/api/v1/names?match=a&match=b | 400 | query key: match is given 2 times"
                        + " (expected: once)",
                "/api/v1/names?scope=LOCAL | 400 | scope: LOCAL (expected: mesh or local)",
                "/api/v1/names?match= | 400 | pattern of 0 characters (expected: 1..1024)",
                "/api/v1/peers?x=1 | 400 | query key: x (expected: none)",
                "/livez?verbose | 400 | query key: verbose (expected: none)",
                "/x | 404 | /x (expected: a path of this interface)",
                "/api/v1/nodes/ | 404 | /api/v1/nodes/ (expected: a path of this interface)",
                "/api/v2/names | 404 | /api/v2/names (expected: a path of this interface)",
            })
    void badRequests_areNamedInJson(String uri, int status, String error) throws IOException {
        assertError(get(uri), status, error);
    }

    @Test
    void badPercentEncoding_is400() throws IOException {
        assertThat(get("/api/v1/nodes/%zz").status()).isEqualTo(400);
    }

    /// A page of another origin can send a request like this.
    @Test
    void otherMethods_withoutTheHeader_are403() throws IOException {
        for (String header : List.of("", "X-Epmesh: 0\r\n", "X-Epmesh: 1\r\nX-Epmesh: 1\r\n")) {
            Response response =
                    exchange("POST /api/v1/mappings HTTP/1.1\r\nHost: localhost\r\n" + header);
            assertError(
                    response, 403, "a request that is no GET (expected: the header X-Epmesh: 1)");
        }
    }

    @Test
    void otherMethods_whereThereIsAnOperator_needTheToken() throws IOException {
        Path file = Files.writeString(directory.resolve("operator"), "0123456789abcdef");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        http.close();
        http = HttpInterface.start(ANY_PORT, mesh, Operator.read(file), health);
        String request = "DELETE /api/v1/mappings HTTP/1.1\r\nHost: localhost\r\nX-Epmesh: 1\r\n";
        for (String header :
                List.of(
                        "",
                        "Authorization: Bearer 0123456789abcdeX\r\n",
                        "Authorization: 0123456789abcdef\r\n")) {
            assertError(
                    exchange(request + header),
                    403,
                    "no operator (expected: the header Authorization: Bearer, and the token in the"
                            + " peer's operator-file)");
        }
        assertThat(exchange(request + "Authorization: Bearer 0123456789abcdef\r\n").status())
                .isEqualTo(405);
        assertThat(get("/api/v1/mappings").status()).isEqualTo(200);
    }

    @Test
    void otherMethods_are405() throws IOException {
        Response response =
                exchange("DELETE /api/v1/mappings HTTP/1.1\r\nHost: localhost\r\nX-Epmesh: 1\r\n");
        assertError(response, 405, "DELETE (expected: GET)");
        assertThat(response.head()).containsIgnoringCase("allow: GET");
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, 200",
        "LOCALHOST:99, 200",
        "127.0.0.1:4371, 200",
        "127.9.9.9, 200",
        "[::1]:4371, 200",
        "evil.test, 403",
        "127.0.0.1.evil.test, 403",
        "localhost.evil.test, 403",
        "10.0.0.1, 403",
        "127.1, 403",
        "a@localhost, 403",
        "999.0.0.1, 403",
        "'', 403",
    })
    void host_otherThanLoopback_isRefused(String host, int status) throws IOException {
        assertThat(exchange("GET /livez HTTP/1.1\r\nHost: " + host + "\r\n").status())
                .isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:4371, 200",
        "http://[::1], 200",
        "http://evil.test, 403",
        "https://localhost, 403",
        "null, 403",
    })
    void origin_otherThanLoopback_isRefused(String origin, int status) throws IOException {
        assertThat(
                        exchange(
                                        "GET /livez HTTP/1.1\r\nHost: localhost\r\nOrigin: "
                                                + origin
                                                + "\r\n")
                                .status())
                .isEqualTo(status);
    }

    @Test
    void hostMissingOrTwice_isRefused() throws IOException {
        assertThat(exchange("GET /livez HTTP/1.1\r\n").status()).isEqualTo(403);
        assertThat(
                        exchange("GET /livez HTTP/1.1\r\nHost: localhost\r\nHost: evil.test\r\n")
                                .status())
                .isIn(400, 403);
    }

    @Test
    void tooMuch_isRefused() throws IOException {
        assertThat(get("/" + "a".repeat(5_000)).status()).isEqualTo(414);
        assertThat(
                        exchange(
                                        "GET /livez HTTP/1.1\r\nHost: localhost\r\nX: "
                                                + "a".repeat(9_000)
                                                + "\r\n")
                                .status())
                .isEqualTo(431);
        assertError(
                exchange("GET /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n"),
                413,
                "body (expected: none)");
        assertThat(exchange("nonsense\r\n").status()).isEqualTo(400);
    }

    @Test
    void pipelinedRequests_areAnsweredInOrder() throws IOException {
        CompletableFuture<Status> slow = new CompletableFuture<>();
        mesh.status = slow;
        try (Socket socket = connect()) {
            String status = "GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n";
            String live = "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            write(socket, status + live);
            get("/livez");
            slow.complete(Samples.DIVERGED);
            String all = readAll(socket);
            assertThat(all.indexOf("\"converged\":false"))
                    .isPositive()
                    .isLessThan(all.indexOf("\"live\":true"));
        }
    }

    @Test
    void statusThatFails_is500() throws IOException {
        mesh.status =
                CompletableFuture.failedFuture(new IllegalStateException("a bug, on purpose"));
        assertError(get("/api/v1/status"), 500, "the peer failed; its log says why");
    }

    @Test
    void cables_haveTheirShape() throws IOException {
        assertThat(get("/api/v1/cables").body())
                .isEqualTo(
                        """
                        {"cuts":[{"low":"*@h2","high":"a@h1","lowToHigh":{"effect":"slow",\
                        "latencyMs":50,"jitterMs":5},"highToLow":{"effect":"stall"},\
                        "remainingMs":599500,"writer":"h1","when":"2025-11-20T11:13:08Z"}],\
                        "cables":[{"relay":"h1","source":"?@h1","target":"b@h2",\
                        "state":"broken","toTarget":{"effect":"open"},\
                        "toSource":{"effect":"stall"},"ageMs":7000,"bytesToTarget":258,\
                        "bytesToSource":65537}],\
                        "silent":["h3 (ffeeddccbbaa99887766554433221100)"]}\
                        """);
    }

    @Test
    void orders_reachTheMesh() throws IOException {
        assertThat(post("cut", "{\"left\":[\"a@h1\",\"h3\"],\"right\":[\"*@h2\"]}").body())
                .isEqualTo(
                        """
                        {"result":"done","remarks":[{"kind":"noCable","one":"a@h1",\
                        "other":"b@h2"},{"kind":"unattributed","one":"unknown@h1",\
                        "other":"c@h2"},{"kind":"silent",\
                        "one":"h3 (ffeeddccbbaa99887766554433221100)","other":""}]}\
                        """);
        String sides = "{\"left\":[\"a@h1\"],\"right\":[\"b@h2\"]";
        post("cut", sides + ",\"oneWay\":true,\"for\":\"ever\"}");
        post("cut", sides + ",\"treatment\":\"reset\"}");
        post("slow", sides + ",\"latency\":\"50ms\"}");
        post("fix", sides + "}");
        post("fix", "{\"all\":true}");
        assertThat(mesh.writes)
                .containsExactly(
                        "stall a@h1,*@h3 | *@h2 <-> PT10M",
                        "stall a@h1 | b@h2 -> ever",
                        "reset a@h1 | b@h2 <-> PT10M",
                        "slow 50 ms a@h1 | b@h2 <-> PT10M",
                        "fix a@h1 | b@h2",
                        "fix all");
        mesh.ordered = CompletableFuture.completedFuture(new CutResult.Refused("relay: off"));
        assertError(post("fix", "{\"all\":true}"), 409, "relay: off");
        mesh.ordered = CompletableFuture.completedFuture(new CutResult.Unknown("slow disk"));
        assertError(post("fix", "{\"all\":true}"), 504, "it may have happened: slow disk");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cut | | body (expected: a JSON object)",
                "cut | {'left':['a@h1'] | body (expected: a JSON object)",
                "cut | [] | body (expected: a JSON object)",
                "fix | {'all':true}{} | body (expected: one JSON object)",
                "cut | {'left':[1]} | left (expected: a list of strings)",
                "cut | {'left':['a@h1'],'for':'1m','for':'2m'} | for (expected: once)",
                "cut | {'left':['a@h1'],'left':'b@h1'} | left (expected: once)",
                "cut | {'left':'a@h1'} | left (expected: a list of strings)",
                "cut | {'oneWay':'yes'} | left (expected: a list of strings)",
                "fix | {'all':'yes'} | all (expected: true or false)",
                "fix | {'until':'x'} | field: until (expected: one of [all, left, right])",
                "fix | {'all':true,'left':[]} | left, right and all (expected: two sides, or all)",
            })
    void orders_badBody_isSaid(String order, String body, String error) throws IOException {
        String text = body == null ? "" : body.replace('\'', '"');
        assertError(post(order, text), 400, error);
        assertThat(mesh.writes).isEmpty();
    }

    @Test
    void orders_otherMethodsAndTooMuch_areRefused() throws IOException {
        Response response = get("/api/v1/cables/cut");
        assertError(response, 405, "GET (expected: POST)");
        assertThat(response.head()).containsIgnoringCase("allow: POST");
        assertError(
                post("cut", "x".repeat(HttpInterface.MAX_BODY_BYTES + 1)),
                413,
                "body (expected: at most 65536 bytes)");
        assertThat(exchange("POST /api/v1/cables/fix HTTP/1.1\r\nHost: localhost\r\n").status())
                .as("without X-Epmesh")
                .isEqualTo(403);
        assertThat(mesh.writes).isEmpty();
    }

    @Test
    void connections_areBounded() throws IOException {
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < HttpInterface.MAX_CONNECTIONS; i++) {
                sockets.add(connect());
                // Answered, so it is counted before the next one comes.
                write(sockets.getLast(), "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(sockets.getLast().getInputStream().read()).isEqualTo('H');
            }
            try (Socket further = connect()) {
                assertThat(further.getInputStream().read()).isEqualTo(-1);
            }
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void start_portTaken_saysWhich() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(
                        () -> HttpInterface.start(http.address(), mesh, Operator.ANY_USER, health))
                .withMessageStartingWith(
                        "http: 127.0.0.1:%d cannot be bound: ", http.address().getPort());
    }

    @Test
    void dashboard_isAtTheRoot_withAPolicy() throws IOException {
        Response response = get("/");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.head())
                .containsIgnoringCase("content-type: text/html; charset=utf-8")
                .containsIgnoringCase("content-security-policy: default-src 'none';")
                .containsIgnoringCase("cache-control: no-cache");
        assertThat(response.body()).startsWith("<!doctype html>");
        assertThat(get("/app.js?x=1").status()).isEqualTo(400);
        assertThat(get("/none.js").status()).isEqualTo(404);
    }

    @Test
    void metrics_areText() throws IOException {
        Response response = get("/metrics");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.head())
                .containsIgnoringCase("content-type: text/plain; version=0.0.4; charset=utf-8");
        assertThat(response.body()).isEqualTo("up 1\n");
    }

    private record Response(int status, String head, String body) {}

    private Response get(String uri) throws IOException {
        return exchange("GET " + uri + " HTTP/1.1\r\nHost: localhost\r\n");
    }

    private Response post(String order, String body) throws IOException {
        return exchange(
                "POST /api/v1/cables/%s HTTP/1.1\r\nHost: localhost\r\nX-Epmesh: 1\r\n"
                                .formatted(order)
                        + "Content-Length: %d\r\n".formatted(body.length()),
                body);
    }

    private Response exchange(String head) throws IOException {
        return exchange(head, "");
    }

    private Response exchange(String head, String body) throws IOException {
        try (Socket socket = connect()) {
            write(socket, head + "Connection: close\r\n\r\n" + body);
            String all = readAll(socket);
            int end = all.indexOf("\r\n\r\n");
            assertThat(end).withFailMessage("answer: %s", all).isPositive();
            return new Response(
                    Integer.parseInt(all.substring(9, 12)),
                    all.substring(0, end),
                    all.substring(end + 4));
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(http.address().getAddress(), http.address().getPort());
        socket.setSoTimeout(5_000);
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String readAll(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static void assertError(Response response, int status, String error) {
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.body()).isEqualTo("{\"error\":\"" + error + "\"}");
    }
}
