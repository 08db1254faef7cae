package io.epmesh.chaos;

import static io.epmesh.chaos.Mesh.PROMPT;
import static io.epmesh.chaos.Mesh.SETTLED;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/// What a person adds on one host, across partitions and crashes.
final class MeshMappingsTest {
    private static final String NODE = "d@elsewhere";
    private static final OptionalInt PORT = OptionalInt.of(8001);

    @SuppressWarnings("NullAway.Init") // set before each test
    private Mesh mesh;

    @BeforeEach
    void start(TestInfo test) throws Exception {
        mesh = Mesh.start(3, test);
    }

    @AfterEach
    void close() throws Exception {
        if (mesh != null) {
            mesh.close();
        }
    }

    @Test
    void addNode_onOneHost_isAnsweredOnAll() {
        add();

        Await.within(PROMPT, () -> mesh.checkLookup(NODE, PORT));
        for (Host host : mesh.hosts().all()) {
            Finished lookup = host.epmesh("lookup", NODE, "--format", "json").orFail();
            assertThat(Json.parse(lookup.out()).having("address"))
                    .as("%s on %s", lookup, host)
                    .singleElement()
                    .satisfies(answer -> assertThat(answer.text("address")).isEqualTo("10.0.0.9"));
        }
    }

    @Test
    void removeNode_whileAHostIsCutOff_isGoneEverywhereAfterTheHeal() {
        add();
        Await.within(PROMPT, () -> mesh.checkLookup(NODE, PORT));
        mesh.hosts().cut(mesh.host(2), mesh.host(1));
        mesh.hosts().cut(mesh.host(2), mesh.host(3));

        mesh.host(3).epmesh("remove-node", NODE).orFail();
        Await.within(PROMPT, () -> Mesh.checkLookup(mesh.host(1), NODE, OptionalInt.empty()));
        Mesh.checkLookup(mesh.host(2), NODE, PORT);

        mesh.hosts().heal();
        Await.within(SETTLED, () -> mesh.checkLookup(NODE, OptionalInt.empty()));
        Await.within(SETTLED, mesh::checkAllAreConverged);
        Await.throughout(Duration.ofSeconds(2), () -> mesh.checkLookup(NODE, OptionalInt.empty()));
    }

    @Test
    void addNode_allPeersKilledAfterTheAnswer_isThereWhenTheyAreBack() throws Exception {
        add();

        for (int number = 1; number <= 3; number++) {
            mesh.peer(number).kill();
        }
        for (int number = 1; number <= 3; number++) {
            mesh.peer(number).restart();
        }

        Await.within(SETTLED, () -> mesh.checkLookup(NODE, PORT));
        Await.within(SETTLED, mesh::checkAllAreConverged);
    }

    private void add() {
        mesh.host(1).epmesh("add-node", NODE, "10.0.0.9:8001").orFail();
    }
}
