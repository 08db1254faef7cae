package io.epmesh.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.Changes;
import io.epmesh.gossip.WriteOutcome;
import io.epmesh.node.cables.CableControl;
import io.epmesh.node.cables.MeshCables;
import io.epmesh.node.cables.MeshCuts;
import io.epmesh.node.cables.PeerCables;
import io.epmesh.node.naming.CutRequest;
import io.epmesh.node.naming.CutResult;
import io.epmesh.node.naming.CutResult.Remark;
import io.epmesh.node.naming.CutResult.Remark.Kind;
import io.epmesh.node.naming.Effect;
import io.epmesh.node.naming.Event;
import io.epmesh.node.naming.Islands;
import io.epmesh.node.naming.MeshState;
import io.epmesh.node.naming.PeerDescription;
import io.epmesh.relay.CableView;
import io.epmesh.relay.Passage;
import io.epmesh.relay.Policy;
import io.epmesh.relay.Treatment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Names come from a state of the test's making; orders go to the replication of a mesh of one, and
/// from it to a relay that only remembers.
class MeshCutsTest {
    private static final Treatment STALLED =
            new Treatment.Carry(new Passage.Stalled(), new Passage.Stalled());

    private final MeshState mesh = new MeshState();
    private final LocalNodes nodes =
            new LocalNodes(new PeerDescription(4369, "1", "", List.of("h1"), List.of("10.0.0.1")));
    private final FakeRelay relay = new FakeRelay();
    private final List<Event.Draft> events = new CopyOnWriteArrayList<>();

    @TempDir private Path temp;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Replication replication;

    @SuppressWarnings("NullAway.Init") // set before each test
    private MeshCuts cuts;

    @BeforeEach
    void start() throws Exception {
        mesh.describe(1, "10.0.0.1", "h1");
        mesh.describe(2, "10.0.0.2", "h2");
        mesh.register(1, MeshState.verified("a@h1", 1));
        mesh.register(1, MeshState.verified("c@h1", 2));
        mesh.register(2, MeshState.verified("b@h2", 3));
        open();
    }

    @AfterEach
    void close() {
        cuts.close();
        replication.close();
    }

    @Test
    void cut_governsTheRelay_andFixOpensIt() {
        assertThat(done(cut("a@h1", "b@h2"))).hasSize(1);
        awaitTreatment("a@h1", "b@h2", STALLED);
        awaitTreatment("b@h2", "a@h1", STALLED);
        assertThat(relay.between("c@h1", "b@h2")).isEqualTo(Treatment.OPEN);
        assertThat(done(fix("b@h2", "a@h1"))).isEmpty();
        awaitTreatment("a@h1", "b@h2", Treatment.OPEN);
        assertThat(outcome(cuts.cables()).cuts()).isEmpty();
    }

    @Test
    void orders_andWhatEndsThem_areEvents() {
        done(cuts.cut(request("b@h2", "a@h1", Effect.stall(), true)));
        done(
                cuts.cut(
                        request(
                                "c@h1",
                                "b@h2",
                                new Effect.Slow(Duration.ofMillis(5), Duration.ZERO),
                                false)));
        done(fix("b@h2", "a@h1"));
        awaitTreatment("a@h1", "b@h2", Treatment.OPEN);
        done(cuts.cut(requestFor(Duration.ofMillis(2_400))));
        Await.until("the cut is over", () -> events.size() == 5);

        assertThat(events)
                .extracting(draft -> draft.kind() + " " + text(draft))
                .containsExactly(
                        "cut low=a@h1 high=b@h2 low-to-high=open high-to-low=stall for=ever by=h1",
                        "slowed low=b@h2 high=c@h1 low-to-high=slow-5-ms high-to-low=slow-5-ms"
                                + " for=ever by=h1",
                        "fixed low=a@h1 high=b@h2 by=h1",
                        "cut low=a@h1 high=b@h2 low-to-high=reset high-to-low=reset for=2s by=h1",
                        "cut-over low=a@h1 high=b@h2");
    }

    private static String text(Event.Draft draft) {
        return draft.fields().stream()
                .map(field -> field.key() + "=" + field.value())
                .collect(Collectors.joining(" "));
    }

    private static CutRequest requestFor(Duration lasts) {
        return new CutRequest(islands("a@h1", "b@h2"), Effect.reset(), false, Optional.of(lasts));
    }

    @Test
    void cut_oneWay_stallsWhatTheLeftSends_whoeverOpenedTheCable() {
        done(cuts.cut(request("b@h2", "a@h1", Effect.stall(), true)));
        awaitTreatment(
                "a@h1", "b@h2", new Treatment.Carry(new Passage.Open(), new Passage.Stalled()));
        assertThat(relay.between("b@h2", "a@h1"))
                .isEqualTo(new Treatment.Carry(new Passage.Stalled(), new Passage.Open()));
    }

    @Test
    void resetAndSlow_areWhatTheRelayIsTold() {
        Duration latency = Duration.ofMillis(50);
        done(cuts.cut(request("a@h1", "b@h2", Effect.reset(), false)));
        awaitTreatment("a@h1", "b@h2", new Treatment.Reset());
        done(cuts.cut(request("a@h1", "b@h2", new Effect.Slow(latency, Duration.ZERO), true)));
        awaitTreatment(
                "a@h1",
                "b@h2",
                new Treatment.Carry(
                        new Passage.Delayed(latency, Duration.ZERO), new Passage.Open()));
        assertThat(relay.between("no name", "b@h2")).isEqualTo(Treatment.OPEN);
    }

    @Test
    void cut_survivesARestart_beforeTheRelayIsAttached() throws Exception {
        done(cut("a@h1", "b@h2"));
        close();
        relay.policy = (_, _) -> Treatment.OPEN;
        open();
        assertThat(relay.between("a@h1", "b@h2")).isEqualTo(STALLED);
    }

    @Test
    void published_underANewIdentityWithoutCuts_forgetsThem() {
        done(cut("a@h1", "b@h2"));
        assertThat(relay.between("a@h1", "b@h2")).isEqualTo(STALLED);
        cuts.published(new MeshState().snapshot(9), new Changes(Map.of(), Set.of(), Set.of()));
        assertThat(relay.between("a@h1", "b@h2")).isEqualTo(Treatment.OPEN);
    }

    @Test
    void cut_thatIsOver_isOpen() {
        done(
                cuts.cut(
                        new CutRequest(
                                islands("a@h1", "b@h2"),
                                Effect.stall(),
                                false,
                                Optional.of(CutRequest.SHORTEST))));
        Await.until(
                "it was cut, and is over",
                () -> relay.told.contains(STALLED) && relay.told.getLast().equals(Treatment.OPEN));
    }

    @Test
    void cut_remarksOnWhatItDoesNotDo() {
        relay.mesh =
                CompletableFuture.completedFuture(
                        new MeshCables(
                                List.of(
                                        new PeerCables(
                                                "1",
                                                "h1",
                                                List.of(
                                                        cable("b@h2", "a@h1"),
                                                        cable("unknown@h1", "b@h2"),
                                                        cable("?@h1", "x@h3")),
                                                3)),
                                List.of("h3 (id)")));
        assertThat(done(cut("a@h1,c@h1", "b@h2")))
                .containsExactlyInAnyOrder(
                        new Remark(Kind.NO_CABLE, "c@h1", "b@h2"),
                        new Remark(Kind.UNATTRIBUTED, "unknown@h1", "b@h2"),
                        new Remark(Kind.SILENT, "h3 (id)", ""));
        assertThat(done(cut("h1", "h2"))).extracting(Remark::kind).containsExactly(Kind.SILENT);
        assertThat(outcome(cuts.cables()).cables())
                .extracting(cable -> cable.peer() + " " + cable.source())
                .containsExactly("h1 b@h2", "h1 unknown@h1", "h1 ?@h1");
    }

    @Test
    void orders_thatCannotBe_areRefusedAndChangeNothing() {
        String unknown = "node x@h2 is not known (expected: a name of the mesh, or a pattern)";
        assertThat(outcome(cut("a@h1", "b@h2,x@h2"))).isEqualTo(new CutResult.Refused(unknown));
        assertThat(outcome(cut("a@h1", "b")))
                .isEqualTo(
                        new CutResult.Refused(
                                "host b is not known (expected: a host of the mesh, a full name or"
                                        + " a pattern)"));
        assertThat(outcome(fix("a@h1", "x@h2"))).isEqualTo(new CutResult.Refused(unknown));
        assertThat(done(cut("a@h1", "x@h2*"))).as("to come").hasSize(1);
        done(cut("h1", "h2"));
        assertThat(outcome(fix("a@h1", "h2")))
                .isEqualTo(
                        new CutResult.Refused(
                                "'a@h1 | *@h2' is a part only of what is cut: *@h1 *@h2; a@h1 x@h2*"
                                        + " (expected: whole cuts)"));
        assertThat(outcome(cuts.cables()).cuts()).hasSize(2);
        done(cuts.fix(Optional.empty()));
        assertThat(outcome(cuts.cables()).cuts()).isEmpty();
        relay.on = false;
        assertThat(outcome(cut("a@h1", "b@h2")))
                .isEqualTo(
                        new CutResult.Refused(
                                "relay: off (expected: module or all, on some peer)"));
        assertThat(done(fix("a@h1", "b@h2"))).as("in doubt open").isEmpty();
    }

    @Test
    void cuts_beyondTheLimitOfTheMesh_areRefusedWhole() {
        String many =
                String.join(",", IntStream.range(0, 999).mapToObj(i -> "n" + i + "@h1*").toList());
        for (int i = 0; i < 10; i++) {
            done(cut(many.replace("n", "m" + i), "h2"));
        }
        assertThat(outcome(cut(many, "h2")))
                .isEqualTo(
                        new CutResult.Refused(
                                "cuts: 999, and the mesh has 9990 (expected: at most 10000)"));
        assertThat(outcome(cuts.cables()).cuts().size()).isEqualTo(9_990);
        done(cuts.fix(Optional.empty()));
        assertThat(outcome(cuts.cables()).cuts().size()).isZero();
    }

    @Test
    void orders_whereNothingCanBeKept_areRefused() {
        replication.close();
        assertThat(outcome(cut("a@h1", "b@h2")))
                .isEqualTo(new CutResult.Refused("this peer has stopped"));
    }

    @Test
    void orders_beyondThoseThatCanBeInWork_areRefused() {
        CompletableFuture<MeshCables> slow = new CompletableFuture<>();
        CompletionStage<MeshCables> quick = relay.mesh;
        relay.mesh = slow;
        List<CompletionStage<CutResult>> inWork =
                Stream.generate(() -> cut("a@h1", "b@h2")).limit(256).toList();
        String reason = "orders: 256 are in work (expected: fewer at a time)";
        assertThat(outcome(cut("a@h1", "b@h2"))).isEqualTo(new CutResult.Refused(reason));
        assertThat(outcome(cuts.fix(Optional.empty()))).isEqualTo(new CutResult.Refused(reason));

        slow.complete(outcome(quick));
        inWork.forEach(MeshCutsTest::done);
        relay.mesh = quick;
        assertThat(done(fix("a@h1", "b@h2"))).isEmpty();
    }

    @Test
    void orders_onceItIsClosed_areRefused() {
        CompletableFuture<MeshCables> slow = new CompletableFuture<>();
        CompletionStage<MeshCables> quick = relay.mesh;
        relay.mesh = slow;
        CompletionStage<CutResult> inWork = cut("a@h1", "b@h2");
        cuts.close();
        slow.complete(outcome(quick));
        CutResult.Refused stopped = new CutResult.Refused("this peer has stopped");
        assertThat(outcome(inWork)).isEqualTo(stopped);
        assertThat(outcome(cuts.fix(Optional.empty()))).isEqualTo(stopped);
    }

    @Test
    void close_whileAnOrderIsWritten_letsItEnd() {
        relay.governs = new CountDownLatch(1);
        int governed = relay.governed.get();
        CompletionStage<CutResult> first = cut("a@h1", "b@h2");
        Await.until("the thread is busy", () -> relay.governed.get() > governed);
        CompletionStage<CutResult> second = fix("a@h1", "b@h2");
        cuts.close();
        relay.governs.countDown();
        assertThat(done(first)).hasSize(1);
        assertThat(done(second)).isEmpty();
    }

    @Test
    void published_whileTheThreadIsBusy_isTakenAtOnce() {
        done(cut("a@h1", "b@h2"));
        int governed = relay.governed.get();
        relay.governs = new CountDownLatch(1);
        CompletionStage<CutResult> first = fix("a@h1", "b@h2");
        Await.until("the thread is busy", () -> relay.governed.get() > governed);
        List<CompletionStage<WriteOutcome>> writes =
                IntStream.range(0, 100)
                        .mapToObj(i -> replication.running().write(request(i).changes("h1")))
                        .toList();
        writes.forEach(MeshCutsTest::outcome);
        relay.governs.countDown();
        done(first);
        for (int i = 0; i < 100; i++) {
            awaitTreatment("a@h1", "n" + i + "@h2", STALLED);
        }
        assertThat(relay.governed.get()).isLessThanOrEqualTo(governed + 3);
    }

    @Test
    @Timeout(120)
    void attach_relayWithABug_tellsItAndReturns() throws Exception {
        relay.broken = true;
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        try (MeshCuts fresh =
                new MeshCuts(
                        () -> mesh.table(1),
                        _ -> new CompletableFuture<>(),
                        events::addAll,
                        told::complete)) {
            fresh.attach(relay);
            assertThat(told.get()).hasMessage("a bug");
        }
    }

    private static CutRequest request(int number) {
        return request("a@h1", "n" + number + "@h2", Effect.stall(), false);
    }

    private void open() throws Exception {
        replication = new Replication(temp, nodes, _ -> new FakeNetwork(), MeshCutsTest::failOnBug);
        cuts =
                new MeshCuts(
                        () -> mesh.table(1),
                        changes -> replication.running().write(changes),
                        events::addAll,
                        MeshCutsTest::failOnBug);
        replication.onPublished(cuts::published);
        replication.start();
        cuts.attach(relay);
    }

    private CompletionStage<CutResult> cut(String left, String right) {
        return cuts.cut(request(left, right, Effect.stall(), false));
    }

    private CompletionStage<CutResult> fix(String left, String right) {
        return cuts.fix(Optional.of(islands(left, right)));
    }

    private static CutRequest request(String left, String right, Effect effect, boolean oneWay) {
        return new CutRequest(islands(left, right), effect, oneWay, Optional.empty());
    }

    private static Islands islands(String left, String right) {
        return Islands.parse(List.of(left.split(",")), List.of(right.split(",")));
    }

    private void awaitTreatment(String source, String target, Treatment treatment) {
        Await.until(
                source + " to " + target + ": " + treatment,
                () -> relay.between(source, target).equals(treatment));
    }

    private static List<Remark> done(CompletionStage<CutResult> result) {
        CutResult outcome = outcome(result);
        assertThat(outcome).isInstanceOf(CutResult.Done.class);
        return ((CutResult.Done) outcome).remarks();
    }

    private static <T> T outcome(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }

    private static CableView cable(String source, String target) {
        return new CableView(
                1,
                source,
                target,
                CableView.State.JOINED,
                Treatment.OPEN,
                Duration.ofSeconds(1),
                2,
                3);
    }

    private static void failOnBug(Throwable bug) {
        throw new AssertionError(bug);
    }

    private static final class FakeRelay implements CableControl {
        private volatile boolean on = true;
        private volatile boolean broken;
        private volatile Policy policy = (_, _) -> Treatment.OPEN;
        private volatile CompletionStage<MeshCables> mesh =
                CompletableFuture.completedFuture(new MeshCables(List.of(), List.of()));
        private volatile CountDownLatch governs = new CountDownLatch(0);

        /// What it was told of a@h1 and b@h2, in order.
        private final List<Treatment> told = new CopyOnWriteArrayList<>();

        private final AtomicInteger governed = new AtomicInteger();

        Treatment between(String source, String target) {
            return policy.between(source, target);
        }

        @Override
        public boolean isOn() {
            return on;
        }

        @Override
        public CompletionStage<Void> govern(Policy wanted) {
            governed.incrementAndGet();
            if (broken) {
                throw new IllegalStateException("a bug");
            }
            try {
                governs.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            told.add(wanted.between("a@h1", "b@h2"));
            policy = wanted;
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<PeerCables> cables() {
            return CompletableFuture.completedFuture(PeerCables.NONE);
        }

        @Override
        public CompletionStage<MeshCables> meshCables() {
            return mesh;
        }
    }
}
