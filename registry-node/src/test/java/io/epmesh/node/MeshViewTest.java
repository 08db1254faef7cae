package io.epmesh.node;

import static io.epmesh.node.Nodes.node;
import static io.epmesh.node.naming.MeshState.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.epmesh.epmd.Registration;
import io.epmesh.gossip.Snapshot.Phase;
import io.epmesh.node.cables.MeshCuts;
import io.epmesh.node.config.StaticPort;
import io.epmesh.node.naming.EventHistory;
import io.epmesh.node.naming.Glob;
import io.epmesh.node.naming.MappingEntry;
import io.epmesh.node.naming.MeshState;
import io.epmesh.node.naming.NameHistory;
import io.epmesh.node.naming.NameLookup;
import io.epmesh.node.naming.NameTable;
import io.epmesh.node.naming.NodeEntry;
import io.epmesh.node.naming.PeerDescription;
import io.epmesh.node.naming.PeerEntry;
import io.epmesh.node.naming.Scope;
import io.epmesh.node.naming.WriteResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reads come from a state of the test's making; writes go to the replication of a mesh of one.
class MeshViewTest {
    private final MeshState mesh = new MeshState();
    private final AtomicInteger stops = new AtomicInteger();
    private final LocalNodes nodes =
            new LocalNodes(new PeerDescription(4369, "1", "", List.of("h1"), List.of("10.0.0.1")));

    @TempDir private Path temp;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Replication replication;

    @SuppressWarnings("NullAway.Init") // set before each test
    private MeshCuts cuts;

    @SuppressWarnings("NullAway.Init") // set before each test
    private MeshView view;

    @BeforeEach
    void start() throws Exception {
        mesh.describe(1, "10.0.0.1", "h1", "h1.test");
        mesh.describe(2, "10.0.0.2", "h2");
        mesh.describe(3, "10.0.0.3", "h3");
        replication = new Replication(temp, nodes, _ -> new FakeNetwork(), MeshViewTest::failOnBug);
        cuts =
                new MeshCuts(
                        () -> mesh.table(1),
                        changes -> replication.running().write(changes),
                        _ -> {},
                        MeshViewTest::failOnBug);
        view = view(List.of(), mesh.lookup(1));
    }

    @AfterEach
    void close() {
        replication.close();
        cuts.close();
    }

    @Test
    void names_ofScopes() {
        mesh.register(1, MeshState.verified("a@h1", 1));
        mesh.register(2, MeshState.verified("b@h2", 2));

        assertThat(view.names(Scope.MESH)).extracting(NodeEntry::port).containsExactly(1, 2);
        assertThat(view.names(Scope.LOCAL)).extracting(NodeEntry::port).containsExactly(1);
    }

    @Test
    void lookup_shortName_isThisHostsOwnFirst() {
        mesh.register(1, MeshState.verified("a@localhost", 1));
        mesh.register(2, MeshState.verified("a@h1", 2));
        mesh.register(2, MeshState.verified("b@h1", 3));

        assertThat(port("a")).hasValue(1);
        assertThat(port("a@h1")).hasValue(2);
        assertThat(port("b")).hasValue(3);
        assertThat(port("c")).isEmpty();
    }

    /// A node that had just been told that it is registered was not found.
    @Test
    void lookup_ofANodeHere_isAsItWasRegistered_whateverTheTableShows() {
        view = view(List.of(), new NameLookup(() -> mesh.table(1), nodes::entry));
        Registration a = node(1, "a", 9_001);
        nodes.registered(a);
        assertThat(port("a")).hasValue(9_001);
        assertThat(port("a@h1")).hasValue(9_001);

        mesh.register(1, MeshState.assumed("a@h1", 9_000));
        assertThat(port("a@h1")).as("the table shows its former port").hasValue(9_001);

        nodes.unregistered(a);
        assertThat(port("a")).as("the table shows one that has ended").isEmpty();
        assertThat(port("a@h1")).isEmpty();
    }

    @Test
    void lookup_whatIsNoName_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> view.lookup(""));
        assertThatIllegalArgumentException().isThrownBy(() -> view.lookup("a b"));
        assertThatIllegalArgumentException().isThrownBy(() -> view.lookup("a@b@c"));
    }

    @Test
    void lookup_nobodyHasIt_takesTheFirstStaticRule() {
        mesh.register(2, MeshState.verified("db1@h2", 9002));
        MeshView withRules =
                view(
                        List.of(
                                new StaticPort(Glob.parse("db*"), 8100),
                                new StaticPort(Glob.parse("*@h3"), 8200)),
                        mesh.lookup(1));

        assertThat(withRules.lookup("db1@h2").map(NodeEntry::port)).hasValue(9002);
        assertThat(withRules.lookup("db2@h2"))
                .hasValueSatisfying(entry -> {
                    assertThat(entry.port()).isEqualTo(8100);
                    assertThat(entry.address()).isEqualTo("10.0.0.2");
                    assertThat(entry.source()).isEqualTo(NodeEntry.Source.STATIC);
                });
        assertThat(withRules.lookup("x@h3").map(NodeEntry::port)).hasValue(8200);
        assertThat(withRules.lookup("db@far").map(NodeEntry::address)).hasValue("far");
        assertThat(withRules.lookup("db3").map(NodeEntry::address)).hasValue("10.0.0.1");
        assertThat(withRules.lookup("x@h2")).isEmpty();
    }

    @Test
    void peers_tellTheirStateAndWhoAnswers() throws Exception {
        replication.start();
        mesh.register(2, MeshState.verified("a@h2", 1));
        mesh.phase(2, Phase.ORPHANED);
        mesh.phase(3, Phase.LEFT);

        List<PeerEntry> peers = view.peers();
        assertThat(peers)
                .extracting(PeerEntry::state)
                .containsExactlyInAnyOrder(
                        PeerEntry.State.UP, PeerEntry.State.ORPHANED, PeerEntry.State.LEFT);
        assertThat(peers)
                .filteredOn(PeerEntry::self)
                .singleElement()
                .satisfies(self -> {
                    assertThat(self.id()).isEqualTo(id(1).toString());
                    assertThat(self.lastHeard()).hasValue(Duration.ZERO);
                });
        assertThat(peers)
                .filteredOn(peer -> peer.hosts().contains("h2"))
                .singleElement()
                .satisfies(peer -> assertThat(peer.names()).isEqualTo(1));
    }

    @Test
    void peers_ofTooManyEntries_areQuarantinedAndTheirNamesGone() throws Exception {
        replication.start();
        mesh.register(2, MeshState.verified("a@h2", 1));
        mesh.quarantine(2);

        assertThat(view.peers())
                .filteredOn(peer -> peer.id().equals(id(2).toString()))
                .singleElement()
                .returns(PeerEntry.State.QUARANTINED, PeerEntry::state)
                .returns(0, PeerEntry::names);
        assertThat(view.lookup("a@h2")).isEmpty();
    }

    @Test
    void peers_thatLeftLongAgo_areKnownNoLonger() throws Exception {
        replication.start();
        mesh.phase(3, Phase.LEFT);
        mesh.drop(3);

        assertThat(view.peers()).noneMatch(peer -> peer.id().equals(id(3).toString()));
    }

    @Test
    void mappings_areInTheOrderOfTheirNames() {
        mesh.map("b@x", "10.0.0.9", 8002, "");
        mesh.map("a@x", "10.0.0.9", 8001, "h2");

        assertThat(view.mappings()).extracting(MappingEntry::port).containsExactly(8001, 8002);
        assertThat(view.mappings())
                .extracting(MappingEntry::writer)
                .containsExactly(Optional.of("h2"), Optional.empty());
    }

    @Test
    void forget_whatIsNotOnePeer_isRefused() {
        mesh.describe(4, "10.0.0.4", "h2"); // as after the loss of a data directory
        mesh.phase(3, Phase.LEFT);

        assertRefused(view.forget("nobody"), "peer 'nobody' is not known here");
        assertRefused(view.forget("h3"), "peer 'h3' is not known here");
        assertRefused(
                view.forget("h1"), "peer 'h1' is this one: it can leave, but not be forgotten");
        assertRefused(
                view.forget(id(1).toString()),
                "peer '%s' is this one: it can leave, but not be forgotten".formatted(id(1)));
        assertThat(outcome(view.forget("h2")))
                .isInstanceOfSatisfying(
                        WriteResult.Refused.class,
                        refused ->
                                assertThat(refused.reason())
                                        .contains(
                                                id(2).toString(),
                                                id(4).toString(),
                                                "give the whole id"));
        assertRefused(view.forget("000"), "peer '000' is not known here"); // too short a prefix
    }

    @Test
    void forget_byPrefixOrHost_meansThatPeer() throws Exception {
        replication.start();
        String prefix = id(2).toString().substring(0, 16);

        // Gossip of this mesh of one has never heard of it: it was asked, and by its whole id.
        assertRefused(view.forget(prefix), "peer %s is not known here".formatted(id(2)));
        assertRefused(view.forget("h2"), "peer %s is not known here".formatted(id(2)));
    }

    @Test
    void addMapping_hostThatDoesNotResolve_isRefused() throws Exception {
        replication.start();

        assertRefused(
                view.addMapping("d@elsewhere", Optional.of("no..host"), 8001),
                "nxdomain: host 'no..host' does not resolve here");
        assertRefused(
                view.addMapping("d@no..host", Optional.empty(), 8001),
                "nxdomain: host 'no..host' does not resolve here");
    }

    @Test
    void addMapping_leadsWhereItIsTold_elseToThePeerOfItsHost() throws Exception {
        replication.start();

        assertDone(view.addMapping("a@h2", Optional.empty(), 8001));
        assertDone(view.addMapping("b@h2", Optional.of("10.0.0.9"), 8002));
        assertDone(view.addMapping("c@10.0.0.7", Optional.empty(), 8003));

        MeshView written =
                new MeshView(
                        replication.published(),
                        replication.lookup(),
                        replication::running,
                        agreement(replication::table),
                        cuts,
                        List.of(),
                        Runnable::run,
                        () -> {});
        assertThat(written.mappings())
                .extracting(entry -> entry.node() + " " + entry.address() + " " + entry.host())
                .containsExactly(
                        "c@10.0.0.7 10.0.0.7 Optional.empty",
                        "a@h2 10.0.0.2 Optional.empty",
                        "b@h2 10.0.0.9 Optional[10.0.0.9]");
        assertDone(view.removeMapping("a@h2"));
        assertDone(view.removeMapping("a@h2"));
        assertThat(written.mappings()).hasSize(2);
    }

    @Test
    void leave_done_stopsThePeer() throws Exception {
        replication.start();

        assertDone(view.leave());
        assertThat(stops).hasValue(1);
        assertThat(replication.table().entries()).isEmpty();
    }

    @Test
    void leave_refused_doesNotStopThePeer() throws Exception {
        replication.start();
        replication.close();

        assertThat(outcome(view.leave())).isInstanceOf(WriteResult.Refused.class);
        assertThat(stops).hasValue(0);
    }

    private MeshView view(List<StaticPort> rules, NameLookup lookup) {
        return new MeshView(
                new MeshView.Published(
                        () -> NameHistory.begin(1, mesh.table(1)),
                        () -> EventHistory.begin(1),
                        replication.published().onChange()),
                lookup,
                replication::running,
                agreement(() -> mesh.table(1)),
                cuts,
                rules,
                Runnable::run,
                stops::incrementAndGet);
    }

    private Agreement agreement(Supplier<NameTable> table) {
        return new Agreement(table, replication::running, Runnable::run);
    }

    private Optional<Integer> port(String node) {
        return view.lookup(node).map(NodeEntry::port);
    }

    private static void assertRefused(CompletionStage<WriteResult> write, String reason) {
        assertThat(outcome(write)).isEqualTo(new WriteResult.Refused(reason));
    }

    private static void assertDone(CompletionStage<WriteResult> write) {
        assertThat(outcome(write)).isEqualTo(new WriteResult.Done());
    }

    private static WriteResult outcome(CompletionStage<WriteResult> write) {
        return write.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }

    private static void failOnBug(Throwable bug) {
        throw new AssertionError(bug);
    }
}
