package io.epmesh.node.naming;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.Changes;
import io.epmesh.gossip.Finding;
import io.epmesh.gossip.Snapshot.Phase;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Peer 1 is h1, which tells; peer 2 is h2.
class NameEventsTest {
    private final MeshState mesh = new MeshState();
    private NameTable table = NameTable.empty(MeshState.id(1));

    @BeforeEach
    void begin() {
        mesh.describe(1, "10.0.0.1", "h1");
        events();
    }

    @Test
    void firstTable_isAStart_withTheNodesThatItGoesOnWith() {
        NodeRegistration adopted = MeshState.verified("a@h1", 1).adopted(true);
        mesh.register(1, adopted);
        mesh.register(1, MeshState.verified("b@h1", 2));
        mesh.map("m@h1", "10.0.0.9", 3);
        table = NameTable.empty(MeshState.id(1));
        mesh.describe(1, "10.0.0.1", "h1");

        assertThat(events())
                .containsExactly(
                        "started host=h1 peer=" + MeshState.id(1) + " version=1",
                        node("adopted", "a@h1", 1, 1));
    }

    @Test
    void peer_comesAndGoesAndLeaves_isAnEventEach() {
        mesh.describe(2, "10.0.0.2", "h2", "h2.test");
        assertThat(events()).containsExactly(peer("peer-up"));
        assertThat(moves(Phase.ORPHANED)).containsExactly(peer("peer-orphaned"));
        assertThat(moves(Phase.LIVING)).containsExactly(peer("peer-merged"));
        assertThat(moves(Phase.LEFT)).containsExactly(peer("peer-left"));
    }

    @Test
    void peer_thatWasStartedAgain_isUp() {
        mesh.describe(2, "10.0.0.2", "h2");
        moves(Phase.ORPHANED);
        mesh.restart(2);
        assertThat(moves(Phase.LIVING)).containsExactly(peer("peer-up"));
    }

    @Test
    void peer_onlyToldOfByOthers_isNoEvent() {
        mesh.describe(2, "10.0.0.2", "h2");
        assertThat(moves(Phase.ORPHANED)).isEmpty();
    }

    @Test
    void peer_thatTellsTooMuch_isQuarantinedAndReleased() {
        mesh.describe(2, "10.0.0.2", "h2");
        events();
        mesh.quarantine(2);
        assertThat(events()).containsExactly(peer("peer-quarantined"));
        assertThat(moves(Phase.LIVING))
                .containsExactly("peer-released host=? peer=" + MeshState.id(2));
    }

    @Test
    void node_registersAndEnds() {
        mesh.register(1, MeshState.assumed("a@h1", 1));
        assertThat(events()).containsExactly(node("registered", "a@h1", 1, 1));
        mesh.register(1, MeshState.verified("a@h1", 1));
        assertThat(events()).as("it said its name").isEmpty();
        mesh.register(1, MeshState.verified("a@h1", 9));
        assertThat(events()).as("another life").containsExactly(node("registered", "a@h1", 9, 1));
        mesh.unregister(1, "a");
        assertThat(events()).containsExactly(node("lost", "a@h1", 9, 1));
    }

    @Test
    void node_thatTellsAnotherHostThanAssumed_isNamed() {
        mesh.register(1, MeshState.assumed("a@h1", 1));
        events();
        mesh.register(1, MeshState.verified("a@h1.test", 1));
        assertThat(events()).containsExactly(node("named", "a@h1.test", 1, 1) + " was=a@h1");
        mesh.register(1, MeshState.verified("a@mesh", 9));
        assertThat(events())
                .as("another life under another name")
                .containsExactly(node("registered", "a@mesh", 9, 1) + " was=a@h1.test");
    }

    @Test
    void nodes_ofAPeerThatIsSilent_areOrphaned_withdrawn_andReturn() {
        mesh.describe(2, "10.0.0.2", "h2");
        mesh.register(2, MeshState.verified("a@h2", 1));
        mesh.register(2, MeshState.verified("b@h2", 2));
        events();
        assertThat(moves(Phase.ORPHANED))
                .containsExactlyInAnyOrder(
                        peer("peer-orphaned"),
                        node("orphaned", "a@h2", 1, 2),
                        node("orphaned", "b@h2", 2, 2));
        mesh.judge(2, Map.of("a", Finding.PROVEN, "b", Finding.GONE));
        assertThat(events()).containsExactly(node("withdrawn", "b@h2", 2, 2) + " why=unreachable");
        assertThat(moves(Phase.LIVING))
                .containsExactlyInAnyOrder(
                        peer("peer-merged"),
                        node("returned", "a@h2", 1, 2),
                        node("returned", "b@h2", 2, 2));
    }

    @Test
    void node_ofAPeerThatGoesOnWithIt_isAdopted_andRegistersAgain() {
        mesh.register(1, MeshState.verified("a@h1", 1));
        events();
        mesh.register(1, MeshState.verified("a@h1", 1).adopted(true));
        assertThat(events()).containsExactly(node("adopted", "a@h1", 1, 1));
        mesh.register(1, MeshState.verified("a@h1", 1));
        assertThat(events()).containsExactly(node("registered", "a@h1", 1, 1));
    }

    @Test
    void twoOwnersOfOneName_areAConflict_untilOneIsLeft() {
        mesh.describe(2, "10.0.0.2", "h2");
        mesh.register(1, MeshState.verified("x@mesh", 1));
        events();
        mesh.register(2, MeshState.verified("x@mesh", 2));
        assertThat(events())
                .containsExactly(
                        node("registered", "x@mesh", 2, 2), "conflict node=x@mesh entries=2");
        mesh.unregister(1, "x");
        assertThat(events())
                .containsExactly(node("lost", "x@mesh", 1, 1), "settled node=x@mesh entries=1");
    }

    @Test
    void mapping_isPutReplacedAndRemoved() {
        mesh.map("m@h9", "10.0.0.9", 3);
        assertThat(events()).containsExactly("mapped node=m@h9 address=10.0.0.9 port=3 by=h1");
        mesh.map("m@h9", "10.0.0.9", 4, "h2");
        assertThat(events()).containsExactly("mapped node=m@h9 address=10.0.0.9 port=4 by=h2");
        mesh.unmap("m@h9");
        assertThat(events()).containsExactly("unmapped node=m@h9");
    }

    private List<String> moves(Phase phase) {
        mesh.phase(2, phase);
        return events();
    }

    private List<String> events() {
        Changes changes = mesh.changes();
        NameTable next = mesh.publish(table, 1);
        List<Event.Draft> drafts = NameEvents.between(table, next, changes);
        table = next;
        return drafts.stream()
                .map(draft ->
                        draft.kind()
                                + draft.fields().stream()
                                        .map(f -> " " + f.key() + "=" + f.value())
                                        .collect(Collectors.joining()))
                .toList();
    }

    private static String peer(String kind) {
        return kind + " host=h2 peer=" + MeshState.id(2);
    }

    private static String node(String kind, String name, int port, int peer) {
        return "%s node=%s address=10.0.0.%d port=%d peer=%s"
                .formatted(kind, name, peer, port, MeshState.id(peer));
    }
}
