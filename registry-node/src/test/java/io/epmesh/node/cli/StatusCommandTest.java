package io.epmesh.node.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.node.naming.FakeMesh;
import io.epmesh.node.naming.Samples;
import io.epmesh.node.naming.Spells;
import io.epmesh.node.naming.Status;
import io.epmesh.node.session.SessionServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StatusCommandTest {
    private final FakeMesh mesh = new FakeMesh();
    private final SessionServer server = new SessionServer(mesh, List.of());
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void status_exitCodeTellsConvergence() {
        assertThat(run("status")).isEqualTo(1);
        assertThat(out.toString(UTF_8))
                .isEqualTo(
                        """
                        DIGEST    PEERS
                        cafe      h1
                        f00d      h2
                        (silent)  0123456789abcdef0123456789abcdef

                        PEER  UP      ROUND-TRIP  MEMORY  CLOCK
                        h1    ?                   ?
                        h2    60 min  1.3 ms      72 MiB  -3 ms

                        h2 lacks 4 changes in the names of h1
                        h2 lacks 1 change and is 2 changes ahead in the mappings and cuts
                        h2 judges the names of ffeeddccbbaa99887766554433221100 otherwise
                        not converged for 0.8 s; peers differed 2 times before, the last time for \
                        1.2 s, 99 % for at most 2.5 s
                        """);
        mesh.status =
                CompletableFuture.completedFuture(
                        new Status(Samples.ID_1, true, List.of(), List.of(), Spells.Summary.NONE));
        assertThat(run("status")).isZero();
        assertThat(run("status", "--format=json")).isZero();
        assertThat(out.toString(UTF_8))
                .contains("\"converged\":true")
                .doesNotContain("not converged");
    }

    private int run(String... arguments) {
        out.reset();
        return Epmesh.run(
                new Terminal(
                        new PrintStream(out, true, UTF_8),
                        new PrintStream(out, true, UTF_8),
                        Map.of("EPMESH_PEER", "127.0.0.1:" + server.port())),
                _ -> 0,
                arguments);
    }
}
