package io.epmesh.node.naming;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.Snapshot.Phase;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NameHistoryTest {
    private final MeshState mesh = new MeshState();
    private NameHistory history = NameHistory.begin(7, NameTable.empty(MeshState.id(1)));

    NameHistoryTest() {
        mesh.describe(1, "10.0.0.1", "h1");
        mesh.describe(2, "10.0.0.2", "h2");
        mesh.register(1, MeshState.verified("a@h1", 1));
        publish();
    }

    @Test
    void changedSince_severalVersions_namesEachOnce() {
        NameVersion before = history.version();
        mesh.register(2, MeshState.verified("b@h2", 2));
        publish();
        mesh.register(2, MeshState.verified("b@h2", 3));
        mesh.unregister(1, "a");
        publish();

        assertThat(history.changedSince(before).orElseThrow())
                .containsExactlyInAnyOrder(name("a@h1"), name("b@h2"));
        assertThat(history.winner(name("a@h1"))).isEmpty();
        assertThat(history.winner(name("b@h2")).map(NodeEntry::port)).contains(3);
    }

    @Test
    void changedSince_newest_isNothing() {
        assertThat(history.changedSince(history.version()).orElseThrow()).isEmpty();
    }

    @Test
    void changedSince_anotherRunOrTheFuture_isNotKnown() {
        assertThat(history.changedSince(new NameVersion(8, 1))).isEmpty();
        assertThat(history.changedSince(new NameVersion(7, 2))).isEmpty();
        assertThat(history.changedSince(new NameVersion(7, -1))).isEmpty();
    }

    @Test
    void next_sameAnswers_isTheSameVersion() {
        NameVersion before = history.version();
        mesh.describe(2, "10.0.0.9", "h2");
        publish();
        mesh.map("a@h1", "10.0.0.9", 9); // loses against the registration
        publish();

        // the registration is no longer the sole entry of its name
        assertThat(history.version()).isEqualTo(new NameVersion(7, before.number() + 1));
        assertThat(history.changedSince(before).orElseThrow()).containsExactly(name("a@h1"));
        mesh.map("a@h1", "10.0.0.9", 10);
        publish();
        assertThat(history.version()).isEqualTo(new NameVersion(7, before.number() + 1));
    }

    @Test
    void next_ownerIsOrphaned_changesItsNames() {
        NameVersion before = history.version();
        mesh.register(2, MeshState.verified("b@h2", 2));
        publish();
        mesh.phase(2, Phase.ORPHANED);
        publish();

        assertThat(history.changedSince(new NameVersion(7, before.number() + 1)).orElseThrow())
                .containsExactly(name("b@h2"));
    }

    @Test
    void next_nodeSaysItsName_movesIt() {
        mesh.register(2, MeshState.assumed("b@h2", 2));
        publish();
        NameVersion before = history.version();
        mesh.register(
                2, MeshState.assumed("b@h2", 2).verified("h2.test", java.util.Optional.of(7L)));
        publish();

        assertThat(history.changedSince(before).orElseThrow())
                .containsExactlyInAnyOrder(name("b@h2"), name("b@h2.test"));
        assertThat(history.winner(name("b@h2"))).isEmpty();
    }

    @Test
    void changedSince_moreThanRemembered_isNotKnown() {
        NameVersion first = history.version();
        mesh.register(2, MeshState.verified("b@h2", 2));
        publish();
        NameVersion second = history.version();
        for (int i = 0; i < NameHistory.REMEMBERED; i++) {
            mesh.register(2, MeshState.verified("n" + i + "@h2", 5));
        }
        publish();

        assertThat(history.changedSince(first)).isEmpty();
        assertThat(history.changedSince(second).orElseThrow()).hasSize(NameHistory.REMEMBERED);
        mesh.register(2, MeshState.verified("c@h2", 2));
        publish();
        assertThat(history.changedSince(second)).isEmpty();
        assertThat(history.changedSince(new NameVersion(7, 3)).orElseThrow())
                .containsExactly(name("c@h2"));
    }

    @Test
    void winners_areTheAnswersOfAllNames() {
        mesh.map("a@h1", "10.0.0.9", 9);
        mesh.map("c@h3", "10.0.0.9", 10);
        publish();

        List<Integer> ports = new ArrayList<>();
        history.winners().forEachRemaining(entry -> ports.add(entry.port()));
        assertThat(ports).containsExactlyInAnyOrder(1, 10);
    }

    private void publish() {
        history = history.next(mesh.publish(history.table(), 1));
    }

    private static NodeName name(String full) {
        return NodeName.parse(full);
    }
}
