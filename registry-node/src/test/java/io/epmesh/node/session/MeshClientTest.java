package io.epmesh.node.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.epmesh.node.config.Setting;
import io.epmesh.node.naming.FakeMesh;
import io.epmesh.node.naming.Samples;
import io.epmesh.node.naming.Scope;
import io.epmesh.node.naming.WriteResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class MeshClientTest {
    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Setting SETTING = new Setting("http", "off", "default");

    private final FakeMesh mesh = new FakeMesh();

    @Test
    void session_overRealSockets_carriesEveryRequest() throws Exception {
        mesh.names = FakeMesh.many(1_234);
        try (SessionServer server = new SessionServer(mesh, List.of(SETTING));
                MeshClient client = connect(server.port(), PATIENCE)) {
            assertThat(client.welcome().peer()).isEqualTo(Samples.ID_1);
            assertThat(client.names(Scope.MESH, Optional.empty())).isEqualTo(mesh.names);
            assertThat(client.names(Scope.LOCAL, Optional.of("n0000?"))).hasSize(10);
            assertThat(client.lookup("n00007")).contains(mesh.names.get(7));
            assertThat(client.peers()).containsExactly(Samples.SELF, Samples.SILENT);
            assertThat(client.mappings()).containsExactly(Samples.MAPPING);
            assertThat(client.status()).isEqualTo(Samples.DIVERGED);
            assertThat(client.settings()).containsExactly(SETTING);
            client.ping();
            assertThat(client.addMapping("b@h2", Optional.of("db"), 8002))
                    .isEqualTo(new WriteResult.Done());
            assertThat(client.removeMapping("b@h2")).isEqualTo(new WriteResult.Done());
            assertThat(client.forget("h3")).isEqualTo(new WriteResult.Done());
            assertThat(client.leave()).isEqualTo(new WriteResult.Done());
            assertThat(mesh.writes)
                    .containsExactly("add b@h2 db 8002", "remove b@h2", "forget h3", "leave");
        }
    }

    @Test
    void errors_ofThePeer_keepTheirMeaning() throws Exception {
        try (SessionServer server = new SessionServer(mesh, List.of(SETTING));
                MeshClient client = connect(server.port(), PATIENCE)) {
            assertThatExceptionOfType(MeshClientException.Refused.class)
                    .isThrownBy(() -> client.names(Scope.MESH, Optional.of("")))
                    .withMessageContaining("expected: 1..1024");
            mesh.result = CompletableFuture.completedFuture(new WriteResult.Refused("no"));
            assertThat(client.leave()).isEqualTo(new WriteResult.Refused("no"));
            mesh.result = CompletableFuture.completedFuture(new WriteResult.Unknown("maybe"));
            assertThat(client.leave()).isEqualTo(new WriteResult.Unknown("maybe"));
        }
    }

    @Test
    void write_withoutAnswer_mayHaveHappened() throws Exception {
        mesh.result = new CompletableFuture<>();
        try (SessionServer server = new SessionServer(mesh, List.of(SETTING));
                MeshClient client = connect(server.port(), Duration.ofSeconds(3))) {
            assertThat(client.removeMapping("b@h2"))
                    .isEqualTo(
                            new WriteResult.Unknown(
                                    "no answer from 127.0.0.1:%d: time is up"
                                            .formatted(server.port())));
        }
    }

    @Test
    void connect_nothingThere_saysWhere() throws Exception {
        int port;
        try (ServerSocket socket = listen()) {
            port = socket.getLocalPort();
        }
        assertThatExceptionOfType(MeshClientException.Unreachable.class)
                .isThrownBy(() -> connect(port, PATIENCE))
                .withMessageStartingWith("no peer answers at 127.0.0.1:" + port + ": ");
    }

    @Test
    void connect_closedAtTheOpcode_isNotEpmesh() throws Exception {
        try (ServerSocket socket = listen();
                AutoCloseable _ = serve(socket, peer -> peer.getInputStream().readNBytes(15))) {
            assertThatExceptionOfType(MeshClientException.NotEpmesh.class)
                    .isThrownBy(() -> connect(socket.getLocalPort(), PATIENCE))
                    .withMessageContaining("is not epmesh; a C epmd? (connection closed)");
        }
    }

    @Test
    void connect_otherBytes_isNotEpmesh() throws Exception {
        try (ServerSocket socket = listen();
                AutoCloseable _ =
                        serve(
                                socket,
                                peer -> {
                                    peer.getInputStream().readNBytes(15);
                                    peer.getOutputStream()
                                            .write(
                                                    "HTTP/1.1 400 "
                                                            .getBytes(StandardCharsets.US_ASCII));
                                    peer.getInputStream().read();
                                })) {
            assertThatExceptionOfType(MeshClientException.NotEpmesh.class)
                    .isThrownBy(() -> connect(socket.getLocalPort(), PATIENCE))
                    .withMessageContaining("length: 1213486160 (expected: 5..1048576)");
        }
    }

    @Test
    void connect_silence_endsAtTheDeadline() throws Exception {
        try (ServerSocket socket = listen()) {
            assertThatExceptionOfType(MeshClientException.Unreachable.class)
                    .isThrownBy(() -> connect(socket.getLocalPort(), Duration.ofSeconds(1)))
                    .withMessageContaining("but no peer answers there");
        }
    }

    private static MeshClient connect(int port, Duration timeout) throws MeshClientException {
        return MeshClient.connect(LOOPBACK, port, timeout);
    }

    private static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 5, InetAddress.ofLiteral(LOOPBACK));
    }

    private interface Conversation {
        void hold(Socket peer) throws IOException;
    }

    private static AutoCloseable serve(ServerSocket socket, Conversation conversation) {
        Thread thread =
                Thread.ofPlatform()
                        .name("not-epmesh")
                        .start(() -> {
                            try (Socket peer = socket.accept()) {
                                conversation.hold(peer);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        });
        return () -> thread.join(60_000);
    }
}
