package io.epmesh.node.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.node.Await;
import io.epmesh.node.naming.Event;
import io.epmesh.node.naming.FakeMesh;
import io.epmesh.node.naming.Samples;
import io.epmesh.node.session.SessionServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventsCommandTest {
    private final FakeMesh mesh = new FakeMesh();
    private final SessionServer server = new SessionServer(mesh, List.of());
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void events_areALineEach_harmlessForATerminal() {
        mesh.happens(
                Samples.REGISTERED,
                Event.Draft.of(Event.Kind.MAPPED).with("node", "b@h2").with("by", "x\u001b[1m y"));
        assertThat(run("events")).isZero();
        assertThat(out.toString(UTF_8))
                .isEqualTo(
                        """
                        2025-11-20T11:13:08.123Z registered node=a@h1 port=40001 id=00000007-1
                        2025-11-20T11:13:08.123Z mapped node=b@h2 by="x?[1m y" id=00000007-2
                        """);
    }

    @Test
    void events_asJson_areAnObjectALine() {
        mesh.happens(Samples.REGISTERED, Samples.REGISTERED);
        assertThat(run("events", "--format=json")).isZero();
        assertThat(out.toString(UTF_8).lines())
                .hasSize(2)
                .contains(
                        "{\"id\":\"00000007-1\",\"at\":\"2025-11-20T11:13:08.123Z\","
                                + "\"kind\":\"registered\",\"node\":\"a@h1\",\"port\":\"40001\"}");
    }

    @Test
    void events_followed_goOnUntilThePeerEnds() throws Exception {
        mesh.happens(Samples.REGISTERED);
        CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(() -> run("events", "-f"));
        Await.until("the first is told", () -> out.toString(UTF_8).contains("-1"));
        mesh.happens(Event.Draft.of(Event.Kind.LOST).with("node", "a@h1"));
        Await.until("the next is told", () -> out.toString(UTF_8).contains("lost node=a@h1"));
        server.close();
        assertThat(exit.get(60, TimeUnit.SECONDS)).isEqualTo(3);
        assertThat(err.toString(UTF_8)).contains("no answer from ").contains("connection closed");
    }

    private int run(String... arguments) {
        return Epmesh.run(
                new Terminal(
                        new PrintStream(out, true, UTF_8),
                        new PrintStream(err, true, UTF_8),
                        Map.of("EPMESH_PEER", "127.0.0.1:" + server.port())),
                _ -> 0,
                arguments);
    }
}
