package io.epmesh.chaos;

import static io.epmesh.chaos.Mesh.PROMPT;
import static io.epmesh.chaos.Mesh.SETTLED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Stock nodes on three hosts, three of them with one short name.
final class MeshNodesTest {
    @RegisterExtension static final SharedMesh SHARED = new SharedMesh(3);

    private static Mesh mesh() {
        return SHARED.get();
    }

    @Test
    void nodes_onThreeHosts_areFoundEverywhere() throws Exception {
        List<ErlangNode> nodes = startNodes();

        for (ErlangNode from : nodes) {
            for (ErlangNode to : nodes) {
                assertThat(from.reaches(to.fullName()))
                        .as("%s pings %s", from.fullName(), to.fullName())
                        .isTrue();
            }
        }
        for (ErlangNode node : nodes) {
            Await.within(
                    PROMPT, () -> mesh().checkLookup(node.fullName(), OptionalInt.of(node.port())));
        }
        for (Host host : mesh().hosts().all()) {
            Finished names = host.epmesh("names", "--format", "json").orFail();
            assertThat(Json.parse(names.out()).having("node"))
                    .as("names on %s", host)
                    .extracting(name -> name.text("node"))
                    .containsExactlyInAnyOrder("rabbit@h1", "rabbit@h2", "rabbit@h3", "a@h1");
        }
        assertThat(mesh().host(1).epmdOf("h2").names()).containsExactly("name rabbit at port 9102");
    }

    @Test
    void lookup_epmdPortBlockedBetweenHosts_answersTheNodesOwnPort() throws Exception {
        List<ErlangNode> nodes = startNodes();
        mesh().hosts().all().forEach(host -> host.dropPort(4369));

        for (Host host : mesh().hosts().all()) {
            for (ErlangNode node : nodes) {
                Finished lookup =
                        host.epmesh("lookup", node.fullName(), "--format", "json").orFail();
                assertThat(Json.parse(lookup.out()).having("port"))
                        .as("%s on %s", lookup, host)
                        .singleElement()
                        .satisfies(answer ->
                                assertThat(answer.text("port")).isEqualTo("" + node.port()));
            }
        }
    }

    @Test
    void kill_ofANode_takesItsNameOffAllHosts() throws Exception {
        List<ErlangNode> nodes = startNodes();
        ErlangNode victim = nodes.get(1);
        Await.within(SETTLED, () -> mesh().checkLookup("rabbit@h2", OptionalInt.of(9102)));

        victim.kill();

        Await.within(PROMPT, () -> mesh().checkLookup("rabbit@h2", OptionalInt.empty()));
        mesh().checkLookup("rabbit@h1", OptionalInt.of(9101));
        mesh().checkLookup("rabbit@h3", OptionalInt.of(9103));
    }

    private List<ErlangNode> startNodes() throws Exception {
        return List.of(
                mesh().startNode(1, "rabbit", 9101),
                mesh().startNode(2, "rabbit", 9102),
                mesh().startNode(3, "rabbit", 9103),
                mesh().startNode(1, "a", 9104));
    }
}
