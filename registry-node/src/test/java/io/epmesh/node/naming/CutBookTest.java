package io.epmesh.node.naming;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.Bytes;
import io.epmesh.gossip.Dot;
import io.epmesh.gossip.Key;
import io.epmesh.gossip.Mapping;
import io.epmesh.gossip.Mapping.Candidate;
import io.epmesh.gossip.MappingChange;
import io.epmesh.gossip.Snapshot;
import io.epmesh.gossip.WriterId;
import io.epmesh.node.naming.CutBook.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

class CutBookTest {
    private static final long WALL = 1_700_000_000_000L;
    private static final NodePair PAIR =
            NodePair.of(NodePattern.parse("a@h1"), NodePattern.parse("b@h2"));
    private static final NodeName A = NodeName.parse("a@h1");
    private static final NodeName B = NodeName.parse("b@h2");

    private final CutBook book = new CutBook();
    private PMap<Key, Mapping> mappings = HashTreePMap.empty();
    private long writers;

    @Test
    void table_concurrentFix_isOpenWhoeverWins() {
        stand(PAIR.key(), put(100, cut("ever")), put(50, CableOrder.fix("h2")));
        assertThat(table(0).entries()).isEmpty();
        stand(PAIR.key(), put(100, cut("ever")));
        assertThat(table(0).effect(A, B)).isEqualTo(Effect.stall());
        assertThat(table(0).effect(B, A)).isEqualTo(Effect.stall());
    }

    @Test
    void table_concurrentCuts_theWinnerCounts() {
        CableOrder slow = order(slow(50), Effect.open(), "ever");
        stand(PAIR.key(), put(100, slow), put(50, cut("ever")));
        assertThat(table(0).effect(A, B)).isEqualTo(slow(50));
        assertThat(table(0).effect(B, A)).isEqualTo(Effect.open());
    }

    @Test
    void table_orderOfALaterVersion_mayBeAFix() {
        stand(PAIR.key(), put(100, cut("ever")), put(50, Bytes.utf8("?")));
        assertThat(table(0).entries()).isEmpty();
        assertThat(stale(1_000_000)).isEmpty();
    }

    @Test
    void table_cutOfTenMinutes_endsByTheClockThatSaysSoFirst() {
        stand(PAIR.key(), put(0, cut("10m")));
        assertThat(table(599).entries().getFirst().remaining()).contains(Duration.ofSeconds(1));
        assertThat(table(600).entries()).isEmpty();
        assertThat(book.table(new Time(0, WALL + 599_000)).entries()).hasSize(1);
        assertThat(book.table(new Time(0, WALL + 600_000)).entries()).isEmpty();
        assertThat(book.table(new Time(seconds(600), WALL - 86_400_000)).entries()).isEmpty();
        stand(PAIR.key(), put(0, cut("ever")));
        assertThat(table(100_000_000).entries()).hasSize(1);
    }

    @Test
    void table_laterCut_countsFromItsOwnBeginning() {
        stand(PAIR.key(), put(0, cut("10m")));
        take(seconds(300));
        stand(PAIR.key(), put(300_000, cut("10m")), seconds(300));
        assertThat(book.table(new Time(seconds(899), WALL + 899_000)).entries()).hasSize(1);
        assertThat(book.table(new Time(seconds(900), WALL + 900_000)).entries()).isEmpty();
    }

    @Test
    void table_otherKeys_areNotItsBusiness() {
        stand(new Key(NodeMapping.KIND, Bytes.utf8("a@h1 b@h2")), put(0, cut("ever")));
        stand(new Key(NodePair.KIND, Bytes.utf8("nonsense")), put(0, cut("ever")));
        assertThat(table(0).entries()).isEmpty();
        assertThat(book.size()).isEqualTo(1);
    }

    @Test
    void effect_severalOrders_theMostSevereCounts() {
        stand(PAIR.key(), put(0, order(slow(50), slow(50), "ever")));
        stand(pair("h1", "*@h2").key(), put(0, order(slow(70), Effect.open(), "ever")));
        assertThat(table(0).effect(A, B)).isEqualTo(slow(70));
        assertThat(table(0).effect(B, A)).isEqualTo(slow(50));
        stand(pair("a@*", "b*@h2").key(), put(0, cut("ever")));
        assertThat(table(0).effect(A, B)).isEqualTo(Effect.stall());
        stand(pair("?@h1", "h2").key(), put(0, order(Effect.reset(), Effect.reset(), "ever")));
        assertThat(table(0).effect(A, B)).isEqualTo(Effect.reset());
        assertThat(table(0).effect(A, NodeName.parse("c@h3"))).isEqualTo(Effect.open());
    }

    @Test
    void effect_oneWay_isOfWhatTheLeftSends() {
        for (String[] way : new String[][] {{"a@h1", "b@h2"}, {"b@h2", "a@h1"}}) {
            CutRequest request =
                    new CutRequest(
                            Islands.parse(List.of(way[0]), List.of(way[1])),
                            Effect.stall(),
                            true,
                            Optional.empty());
            MappingChange change = request.changes("h1").getFirst();
            stand(change.key(), put(0, change.value().orElseThrow()));
            NodeName from = NodeName.parse(way[0]);
            NodeName to = NodeName.parse(way[1]);
            assertThat(table(0).effect(from, to)).isEqualTo(Effect.stall());
            assertThat(table(0).effect(to, from)).isEqualTo(Effect.open());
        }
    }

    @Test
    void stale_cut_isRemovedWhenItWasKnownForItsTime() {
        Candidate cut = put(0, cut("10m"));
        stand(PAIR.key(), cut);
        assertThat(stale(599)).isEmpty();
        assertThat(stale(600)).containsExactly(MappingChange.end(PAIR.key(), Set.of(cut.dot())));
        // A clock that is ahead ends it here, and for nobody else.
        assertThat(book.stale(new Time(0, WALL + 3_600_000))).isEmpty();
        assertThat(book.stale(new Time(seconds(3_600), WALL))).hasSize(1);
    }

    @Test
    void stale_fix_isKeptForADayAndTakesTheCutsBesideItAlong() {
        Candidate cut = put(0, cut("ever"));
        Candidate fix = put(1, CableOrder.fix("h2"));
        stand(PAIR.key(), cut, fix);
        assertThat(stale(86_399)).isEmpty();
        assertThat(stale(86_400))
                .containsExactly(MappingChange.end(PAIR.key(), Set.of(cut.dot(), fix.dot())));
        stand(PAIR.key(), cut);
        assertThat(stale(86_400_000)).as("for ever").isEmpty();
    }

    @Test
    void stale_afterARestart_goesByTheWallClockADayLater() {
        stand(PAIR.key(), put(0, cut("10h")));
        assertThat(book.stale(new Time(seconds(3_599), WALL + 1_000_000_000))).isEmpty();
        assertThat(book.stale(new Time(seconds(3_600), WALL + 122_399_000))).isEmpty();
        assertThat(book.stale(new Time(seconds(3_600), WALL + 122_400_000))).hasSize(1);
    }

    @Test
    void fix_ofAPartOfACut_isPartial() {
        stand(pair("h1", "h2").key(), put(0, cut("ever")));
        stand(pair("c@h1", "d@h3").key(), put(0, cut("ever")));
        CutTable table = table(0);
        assertThat(fix(table, "a@h1", "h2"))
                .isEqualTo(new CutFix.Partial(List.of(table.entries().getFirst())));
        assertThat(fix(table, "h1", "h2")).isEqualTo(new CutFix.Whole(Set.of(pair("h1", "h2"))));
        assertThat(fix(table, "h2", "h1")).isEqualTo(new CutFix.Whole(Set.of(pair("h1", "h2"))));
        assertThat(fix(table, "h1", "h?"))
                .as("cuts within what is named")
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(fix(table, "h1", "h3"))
                .isEqualTo(new CutFix.Whole(Set.of(pair("h1", "h3"), pair("c@h1", "d@h3"))));
        assertThat(fix(table, "x@h7", "y@h8"))
                .as("it may be cut elsewhere")
                .isEqualTo(new CutFix.Whole(Set.of(pair("x@h7", "y@h8"))));
        assertThat(CutFix.all(table).pairs()).hasSize(2);
    }

    private static Object fix(CutTable table, String left, String right) {
        try {
            return CutFix.of(Islands.parse(List.of(left), List.of(right)), table);
        } catch (IllegalArgumentException e) {
            return e;
        }
    }

    private static NodePair pair(String one, String other) {
        return NodePair.of(NodePattern.parse(one), NodePattern.parse(other));
    }

    private static Effect slow(int millis) {
        return new Effect.Slow(Duration.ofMillis(millis), Duration.ZERO);
    }

    private static CableOrder cut(String lasts) {
        return order(Effect.stall(), Effect.stall(), lasts);
    }

    private static CableOrder order(Effect up, Effect down, String lasts) {
        return new CableOrder(up, down, CutRequest.lasts(lasts), "h1");
    }

    private Candidate put(long millis, CableOrder order) {
        return put(millis, order.encode());
    }

    private Candidate put(long millis, Bytes value) {
        return new Candidate(new Dot(new WriterId(1, ++writers), 1), WALL + millis, value);
    }

    private void stand(Key key, Candidate... candidates) {
        mappings = mappings.plus(key, new Mapping(key, List.of(candidates)));
        book.take(snapshot(), List.of(key), new Time(0, WALL));
    }

    private void stand(Key key, Candidate candidate, long nanos) {
        mappings = mappings.plus(key, new Mapping(key, List.of(candidate)));
        book.take(snapshot(), List.of(key), new Time(nanos, WALL));
    }

    private void take(long nanos) {
        book.take(snapshot(), new ArrayList<>(mappings.keySet()), new Time(nanos, WALL));
    }

    private Snapshot snapshot() {
        return new Snapshot(MeshState.id(1), HashTreePMap.empty(), mappings);
    }

    /// Seconds after all was first seen; the wall clock stands still.
    private CutTable table(long seconds) {
        return book.table(new Time(seconds(seconds), WALL));
    }

    private List<MappingChange> stale(long seconds) {
        return book.stale(new Time(seconds(seconds), WALL));
    }

    private static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}
