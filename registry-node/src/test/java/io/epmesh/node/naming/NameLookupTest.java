package io.epmesh.node.naming;

import static io.epmesh.node.naming.MeshState.assumed;
import static io.epmesh.node.naming.MeshState.id;
import static io.epmesh.node.naming.MeshState.verified;
import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.node.naming.NodeEntry.Standing;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// This host is h1; what is registered on it is in `here`, what the table shows in `mesh`.
class NameLookupTest {
    private static final PeerDescription H1 =
            new PeerDescription(4369, "1", "", List.of("h1", "h1.test"), List.of("10.0.0.1"));

    private final MeshState mesh = new MeshState();
    private final Map<String, NodeRegistration> here = new HashMap<>();
    private final NameLookup lookup =
            new NameLookup(
                    () -> mesh.table(1),
                    (name, self) ->
                            Optional.ofNullable(here.get(name))
                                    .flatMap(node -> node.entry(self, NodeEntry.State.UP, H1)));

    NameLookupTest() {
        mesh.describe(1, H1);
        mesh.describe(2, "10.0.0.2", "h2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a@h1", "a@h1.test", "a@localhost", "a@127.0.0.1"})
    void full_ofANodeHere_isAsItIsRegistered(String name) {
        here.put("a", assumed("a@h1", 9001));
        assertThat(full(name)).as("the table is behind").hasValue(9001);
        mesh.register(1, assumed("a@h1", 9000));
        assertThat(full(name)).as("it shows a former one").hasValue(9001);
        here.clear();
        assertThat(full(name)).as("it shows one that has ended").isEmpty();
    }

    @Test
    void full_ofAnotherHost_isAsTheTableShows() {
        here.put("a", verified("a@h1", 9001));
        mesh.register(2, verified("a@h2", 9002));

        assertThat(full("a@h2")).hasValue(9002);
        assertThat(full("a@h1.test")).as("it has said its host part").isEmpty();
        mesh.map("a@h1.test", "10.0.0.9", 8001);
        assertThat(full("a@h1.test")).hasValue(8001);
    }

    @Test
    void full_ofAConflict_isTheWinner() {
        mesh.register(2, verified("a@mesh", 9002));
        mesh.register(1, MeshState.since("a", "mesh", 9001, 2_000));
        here.put("a", MeshState.since("a", "mesh", 9001, 2_000));

        assertThat(full("a@mesh")).hasValue(9002);
        assertThat(lookup.here("a"))
                .hasValueSatisfying(entry -> {
                    assertThat(entry.port()).isEqualTo(9001);
                    assertThat(entry.standing()).isEqualTo(Standing.LOSER);
                });
    }

    @Test
    void here_isANodeOfWhateverHostPart_elseAMapping() {
        mesh.map("a@h1", "10.0.0.1", 8001);
        assertThat(here("a")).hasValue(8001);
        here.put("a", verified("a@elsewhere", 9001));
        assertThat(here("a")).hasValue(9001);
        mesh.register(1, verified("b@h1", 9002));
        assertThat(here("b")).as("it has ended").isEmpty();
    }

    @Test
    void assumed_isAnyNodeThatHasNotSaidItsHostPart() {
        here.put("a", assumed("a@h1", 9001));
        here.put("b", verified("b@h1", 9002));
        mesh.register(2, assumed("c@h2", 9003));
        mesh.register(1, assumed("d@h1", 9004));

        assertThat(lookup.assumed("a").map(NodeEntry::port)).hasValue(9001);
        assertThat(lookup.assumed("b")).isEmpty();
        assertThat(lookup.assumed("c").map(NodeEntry::port)).hasValue(9003);
        assertThat(lookup.assumed("d")).as("it has ended").isEmpty();
    }

    /// Else the dashboard would show a change where there is none.
    @Test
    void entryOfANodeHere_isTheOneThatTheTableShows() {
        here.put("a", verified("a@h1", 9001));
        Optional<NodeEntry> before = lookup.full(NodeName.parse("a@h1"));
        mesh.register(1, verified("a@h1", 9001));

        assertThat(before).isEqualTo(mesh.table(1).lookup(NodeName.parse("a@h1")));
        assertThat(before.flatMap(NodeEntry::peer)).hasValue(id(1).toString());
    }

    private Optional<Integer> full(String name) {
        return lookup.full(NodeName.parse(name)).map(NodeEntry::port);
    }

    private Optional<Integer> here(String name) {
        return lookup.here(name).map(NodeEntry::port);
    }
}
