package io.epmesh.node.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.node.naming.FakeMesh;
import io.epmesh.node.naming.MeshState;
import io.epmesh.node.naming.NameUpdate;
import io.epmesh.node.naming.NameUpdate.Kind;
import io.epmesh.node.naming.NameVersion;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionWatchTest {
    private static final Request ALL = new Request.Watch(Optional.empty(), Optional.empty());

    private final MeshState state = new MeshState();
    private final FakeMesh mesh = new FakeMesh();
    private final SessionClient client = new SessionClient(mesh);

    @BeforeEach
    void publishTwo() {
        state.describe(1, "10.0.0.1", "h1");
        state.describe(2, "10.0.0.2", "h2");
        state.register(1, MeshState.verified("a@h1", 1));
        state.register(2, MeshState.verified("b@h2", 2));
        mesh.publish(state);
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(client.hasAnswer()).isFalse();
        client.close();
        assertThat(mesh.watchers).isEmpty();
    }

    @Test
    void watch_beginsWithAll() {
        client.send(7, ALL);

        assertUpdate(client.update(7), Kind.SNAPSHOT, "[a@h1 1, b@h2 2] []");
    }

    @Test
    void watch_nothingThere_isAnEmptySnapshot() {
        client.send(7, watch("x*", Optional.empty()));

        assertUpdate(client.update(7), Kind.SNAPSHOT, "[] []");
    }

    @Test
    void change_isToldAtOnce() {
        client.send(7, ALL);
        client.update(7);
        state.register(2, MeshState.verified("c@h2", 3));
        state.unregister(1, "a");
        mesh.publish(state);

        NameUpdate update = client.update(7);
        assertUpdate(update, Kind.CHANGES, "[c@h2 3] [a@h1]");
        assertThat(update.version()).isEqualTo(new NameVersion(7, 2));
    }

    @Test
    void changesOfABurst_areToldTogetherAfterThePause() {
        client.send(7, ALL);
        client.update(7);
        register("c@h2", 3);
        assertUpdate(client.update(7), Kind.CHANGES, "[c@h2 3] []");
        register("c@h2", 4);
        register("d@h2", 5);
        state.unregister(2, "d");
        mesh.publish(state);
        client.pass(1);
        assertThat(client.hasAnswer()).isFalse();
        client.pass(1);

        assertUpdate(client.update(7), Kind.CHANGES, "[c@h2 4] [d@h2]");
    }

    @Test
    void changes_clientDoesNotRead_replaceEachOther() {
        client.send(7, ALL);
        client.update(7);
        client.reads(false);
        register("c@h2", 3);
        client.pass(10);
        register("d@h2", 4);
        client.pass(10);
        register("d@h2", 5);
        client.pass(10);
        assertThat(client.hasAnswer()).isFalse();
        client.reads(true);

        assertUpdate(client.update(7), Kind.CHANGES, "[c@h2 3] []");
        assertUpdate(client.update(7), Kind.CHANGES, "[d@h2 5] []");
    }

    @Test
    void changes_moreThanAreRemembered_becomeASnapshot() {
        client.send(7, watch("a@*", Optional.empty()));
        client.update(7);
        client.reads(false);
        state.register(1, MeshState.verified("a@h1", 9));
        mesh.publish(state);
        client.pass(10);
        for (int i = 0; i < 20_000; i++) {
            state.register(2, MeshState.verified("n" + i + "@h2", 5));
        }
        mesh.publish(state);
        register("c@h2", 3);
        client.pass(10);
        client.reads(true);

        assertUpdate(client.update(7), Kind.CHANGES, "[a@h1 9] []");
        NameUpdate last = client.update(7);
        assertThat(last.kind()).isEqualTo(Kind.SNAPSHOT);
        while (last.more()) {
            last = client.update(7);
        }
        assertThat(last.version()).isEqualTo(mesh.history().version());
    }

    @Test
    void otherNames_areNotTold() {
        client.send(7, watch("a@*", Optional.empty()));
        assertUpdate(client.update(7), Kind.SNAPSHOT, "[a@h1 1] []");
        register("c@h2", 3);
        client.pass(10);
        assertThat(client.hasAnswer()).isFalse();
        state.register(1, MeshState.verified("a@h1", 4));
        mesh.publish(state);

        assertUpdate(client.update(7), Kind.CHANGES, "[a@h1 4] []");
    }

    @Test
    void resume_knownVersion_tellsWhatChangedSince() {
        client.send(7, ALL);
        NameVersion known = client.update(7).version();
        client.send(8, new Request.Unwatch(7));
        client.answer(8);
        register("c@h2", 3);
        client.send(9, new Request.Watch(Optional.empty(), Optional.of(known)));

        assertUpdate(client.update(9), Kind.CHANGES, "[c@h2 3] []");
    }

    @Test
    void resume_newestVersion_tellsThatNothingChanged() {
        NameVersion newest = mesh.history().version();
        client.send(9, new Request.Watch(Optional.empty(), Optional.of(newest)));

        assertUpdate(client.update(9), Kind.CHANGES, "[] []");
    }

    @Test
    void resume_versionOfAnotherRunOrOfTheFuture_beginsWithAll() {
        client.send(1, new Request.Watch(Optional.empty(), Optional.of(new NameVersion(8, 1))));
        client.send(2, new Request.Watch(Optional.empty(), Optional.of(new NameVersion(7, 9))));

        assertUpdate(client.update(1), Kind.SNAPSHOT, "[a@h1 1, b@h2 2] []");
        assertUpdate(client.update(2), Kind.SNAPSHOT, "[a@h1 1, b@h2 2] []");
    }

    @Test
    void snapshot_ofMany_comesInParts() {
        for (int i = 0; i < 250; i++) {
            state.register(2, MeshState.verified("n" + i + "@h2", 5));
        }
        mesh.publish(state);
        client.send(7, ALL);

        for (int names : new int[] {100, 100, 52}) {
            NameUpdate update = client.update(7);
            assertThat(update.kind()).isEqualTo(Kind.SNAPSHOT);
            assertThat(update.nodes()).hasSize(names);
            assertThat(update.more()).isEqualTo(names == 100);
        }
    }

    @Test
    void otherRequests_areAnsweredBetweenTheParts() {
        for (int i = 0; i < 250; i++) {
            state.register(2, MeshState.verified("n" + i + "@h2", 5));
        }
        mesh.publish(state);
        client.reads(false);
        client.send(7, ALL);
        client.reads(true);
        client.send(8, new Request.Ping());

        assertThat(client.update(7).more()).isTrue();
        assertThat(client.update(7).more()).isTrue();
        assertThat(client.update(7).more()).isFalse();
        assertThat(client.answer(8)).isEqualTo(new Answer.Done());
    }

    @Test
    void unwatch_endsIt() {
        client.send(7, ALL);
        client.update(7);
        client.send(8, new Request.Unwatch(7));
        assertThat(client.answer(8)).isEqualTo(new Answer.Done());
        assertThat(mesh.watchers).isEmpty();
        register("c@h2", 3);
        client.pass(10);
    }

    @Test
    void unwatch_whatIsNoWatch_isDoneAllTheSame() {
        client.send(8, new Request.Unwatch(7));

        assertThat(client.answer(8)).isEqualTo(new Answer.Done());
    }

    @Test
    void watch_moreThanASessionMayHave_isRefused() {
        for (int i = 0; i < 256; i++) {
            client.send(i, watch("x", Optional.empty()));
            client.update(i);
        }
        client.send(256, watch("x", Optional.empty()));
        assertThat(client.error(256)).isEqualTo(ErrorCode.LIMIT);
        client.send(300, new Request.Unwatch(5));
        client.answer(300);
        client.send(256, watch("x", Optional.empty()));
        client.update(256);
    }

    @Test
    void watch_ofTheSameNumberOrABadPattern_isRefused() {
        client.send(7, ALL);
        client.update(7);
        client.send(7, ALL);
        assertThat(client.error(7)).isEqualTo(ErrorCode.BAD_ARGUMENT);
        client.send(8, watch("", Optional.empty()));
        assertThat(client.error(8)).isEqualTo(ErrorCode.BAD_ARGUMENT);
    }

    private void register(String full, int port) {
        state.register(2, MeshState.verified(full, port));
        mesh.publish(state);
    }

    private static Request watch(String glob, Optional<NameVersion> since) {
        return new Request.Watch(Optional.of(glob), since);
    }

    private static void assertUpdate(NameUpdate update, Kind kind, String names) {
        assertThat(update.kind()).isEqualTo(kind);
        assertThat(update.more()).isFalse();
        assertThat(
                        update.nodes().stream()
                                        .map(node -> node.node() + " " + node.port())
                                        .sorted()
                                        .toList()
                                + " "
                                + update.gone())
                .isEqualTo(names);
    }
}
