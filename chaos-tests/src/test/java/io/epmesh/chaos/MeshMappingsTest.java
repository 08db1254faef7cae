package io.epmesh.chaos;

import static io.epmesh.chaos.Mesh.PROMPT;
import static io.epmesh.chaos.Mesh.SETTLED;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What a person adds on one host, across partitions and crashes.
final class MeshMappingsTest {
    private static final OptionalInt PORT = OptionalInt.of(8001);

    @RegisterExtension static final SharedMesh SHARED = new SharedMesh(3);

    private static Mesh mesh() {
        return SHARED.get();
    }

    @Test
    void addNode_onOneHost_isAnsweredOnAll() {
        add("answered@elsewhere");

        Await.within(PROMPT, () -> mesh().checkLookup("answered@elsewhere", PORT));
        for (Host host : mesh().hosts().all()) {
            Finished lookup =
                    host.epmesh("lookup", "answered@elsewhere", "--format", "json").orFail();
            assertThat(Json.parse(lookup.out()).having("address"))
                    .as("%s on %s", lookup, host)
                    .singleElement()
                    .satisfies(answer -> assertThat(answer.text("address")).isEqualTo("10.0.0.9"));
        }
    }

    @Test
    void removeNode_whileAHostIsCutOff_isGoneEverywhereAfterTheHeal() {
        add("removed@elsewhere");
        Await.within(PROMPT, () -> mesh().checkLookup("removed@elsewhere", PORT));
        mesh().hosts().cut(mesh().host(2), mesh().host(1));
        mesh().hosts().cut(mesh().host(2), mesh().host(3));

        mesh().host(3).epmesh("remove-node", "removed@elsewhere").orFail();
        Await.within(
                PROMPT,
                () -> Mesh.checkLookup(mesh().host(1), "removed@elsewhere", OptionalInt.empty()));
        Mesh.checkLookup(mesh().host(2), "removed@elsewhere", PORT);

        mesh().hosts().heal();
        Await.within(SETTLED, () -> mesh().checkLookup("removed@elsewhere", OptionalInt.empty()));
        Await.within(SETTLED, mesh()::checkAllAreConverged);
        Await.throughout(
                Duration.ofSeconds(2),
                () -> mesh().checkLookup("removed@elsewhere", OptionalInt.empty()));
    }

    @Test
    void addNode_allPeersKilledAfterTheAnswer_isThereWhenTheyAreBack() throws Exception {
        add("kept@elsewhere");

        for (int number = 1; number <= 3; number++) {
            mesh().peer(number).kill();
        }
        mesh().restartPeers();

        Await.within(SETTLED, () -> mesh().checkLookup("kept@elsewhere", PORT));
        Await.within(SETTLED, mesh()::checkAllAreConverged);
    }

    private static void add(String node) {
        mesh().host(1).epmesh("add-node", node, "10.0.0.9:8001").orFail();
    }
}
