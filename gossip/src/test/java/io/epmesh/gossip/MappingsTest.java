package io.epmesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.epmesh.gossip.Mappings.Arrival;
import io.epmesh.gossip.Message.LiveWrite;
import io.epmesh.gossip.Message.WriterState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MappingsTest {
    private static final WriterId W1 = new WriterId(1, 1);
    private static final WriterId W2 = new WriterId(2, 2);
    private static final Key A = new Key(3, Bytes.utf8("a@h"));
    private static final Key B = new Key(3, Bytes.utf8("b@h"));

    @Test
    void put_first_isTheWinner() {
        Mappings mappings = apply(Mappings.EMPTY, put(W1, 1, 10, A, "v"));
        assertThat(winner(mappings, A)).isEqualTo("v");
        assertThat(mappings.size()).isEqualTo(1);
        assertThat(mappings.counter(W1)).isEqualTo(1);
    }

    @Test
    void put_thatSawTheOneBefore_replacesIt() {
        Mappings mappings =
                apply(
                        Mappings.EMPTY,
                        put(W1, 1, 99, A, "old"),
                        put(W2, 1, 10, A, "new", new Dot(W1, 1)));
        assertThat(candidates(mappings, A)).containsExactly("new");
    }

    @Test
    void put_concurrent_keepsBothAndTheLaterClockWins() {
        MappingWrite early = put(W2, 1, 10, A, "early");
        MappingWrite late = put(W1, 1, 11, A, "late");
        assertThat(candidates(apply(Mappings.EMPTY, early, late), A))
                .containsExactly("late", "early");
        assertThat(candidates(apply(Mappings.EMPTY, late, early), A))
                .containsExactly("late", "early");
    }

    @Test
    void put_concurrentAtEqualClocks_higherDotWins() {
        MappingWrite low = put(W1, 1, 10, A, "low");
        MappingWrite high = put(W2, 1, 10, A, "high");
        assertThat(winner(apply(Mappings.EMPTY, low, high), A)).isEqualTo("high");
        assertThat(winner(apply(Mappings.EMPTY, high, low), A)).isEqualTo("high");
    }

    @Test
    void remove_thatSawThePut_leavesNothing() {
        Mappings mappings =
                apply(
                        Mappings.EMPTY,
                        put(W1, 1, 10, A, "v"),
                        put(W1, 2, 10, B, "kept"),
                        remove(W2, 1, A, new Dot(W1, 1)));
        assertThat(mappings.byKey()).containsOnlyKeys(B);
    }

    @Test
    void remove_besideConcurrentPut_leavesThePut() {
        MappingWrite seen = put(W1, 1, 10, A, "seen");
        MappingWrite unseen = put(W1, 2, 5, A, "unseen", new Dot(W1, 1));
        MappingWrite remove = remove(W2, 1, A, new Dot(W1, 1));
        assertThat(candidates(apply(Mappings.EMPTY, seen, unseen, remove), A))
                .containsExactly("unseen");
        assertThat(candidates(apply(Mappings.EMPTY, seen, remove, unseen), A))
                .containsExactly("unseen");
    }

    @Test
    void remove_overtakingItsPut_neverShowsIt() {
        MappingWrite put = put(W1, 1, 10, A, "v");
        MappingWrite remove = remove(W2, 1, A, new Dot(W1, 1));
        Mappings overtaken = apply(Mappings.EMPTY, remove);
        assertThat(overtaken.states()).contains(new WriterState(W1, 0, List.of(), List.of(1L)));
        Set<Key> changed = new HashSet<>();
        Mappings both = overtaken.apply(put, changed);
        assertThat(changed).isEmpty();
        assertThat(both.byKey()).isEmpty();
        assertThat(canonical(both)).isEqualTo(canonical(apply(Mappings.EMPTY, put, remove)));
        assertThat(both.fingerprint()).isEqualTo(apply(Mappings.EMPTY, put, remove).fingerprint());
    }

    @Test
    void remove_overtakingItsPut_holdsAgainstAStateThatStillHasThePut() {
        Mappings overtaken = apply(Mappings.EMPTY, remove(W2, 1, A, new Dot(W1, 1)));
        Mappings behind = apply(Mappings.EMPTY, put(W1, 1, 10, A, "v"));
        assertThat(merge(overtaken, behind).byKey()).isEmpty();
        assertThat(merge(behind, overtaken).byKey()).isEmpty();
    }

    @Test
    void merge_stateThatKnowsTheRemoval_dropsThePut() {
        Mappings behind = apply(Mappings.EMPTY, put(W1, 1, 10, A, "v"));
        Mappings ahead = apply(behind, remove(W1, 2, A, new Dot(W1, 1)));
        Set<Key> changed = new HashSet<>();
        Mappings merged = behind.merge(ahead.states(), changed);
        assertThat(merged.byKey()).isEmpty();
        assertThat(changed).containsExactly(A);
        assertThat(merge(ahead, behind).byKey()).as("nothing comes back").isEmpty();
    }

    @Test
    void arrival_ofEachCounter_isKnownAppliedOrGap() {
        Mappings mappings = apply(Mappings.EMPTY, put(W1, 1, 10, A, "v"));
        assertThat(mappings.arrival(put(W1, 1, 10, A, "v"))).isEqualTo(Arrival.KNOWN);
        assertThat(mappings.arrival(put(W1, 2, 10, A, "v"))).isEqualTo(Arrival.APPLIED);
        assertThat(mappings.arrival(put(W1, 3, 10, A, "v"))).isEqualTo(Arrival.GAP);
        assertThat(mappings.arrival(put(W2, 2, 10, A, "v"))).isEqualTo(Arrival.GAP);
    }

    @Test
    void apply_behindAGap_isABug() {
        assertThatThrownBy(() -> apply(Mappings.EMPTY, put(W1, 2, 10, A, "v")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("expected: the next");
    }

    @Test
    void newsFor_linesOfAnother_areTheWritersThatDiffer() {
        Mappings ours = apply(Mappings.EMPTY, put(W1, 1, 10, A, "v"), put(W2, 1, 10, B, "w"));
        Mappings theirs = apply(Mappings.EMPTY, put(W1, 1, 10, A, "v"));
        assertThat(ours.newsFor(theirs.lines()))
                .extracting(WriterState::writer)
                .containsExactly(W2);
        assertThat(theirs.newsFor(ours.lines())).isEmpty();
        assertThat(theirs.mayLearnFrom(ours.lines())).isTrue();
        assertThat(ours.mayLearnFrom(theirs.lines())).isFalse();
        assertThat(ours.newsFor(ours.lines())).isEmpty();
    }

    @Test
    void merge_ofSeededHistories_isCommutativeAssociativeAndIdempotent() {
        for (int seed = 0; seed < 60; seed++) {
            List<Mappings> pool = histories(seed);
            SplittableRandom random = new SplittableRandom(seed);
            for (int i = 0; i < 20; i++) {
                Mappings a = pool.get(random.nextInt(pool.size()));
                Mappings b = pool.get(random.nextInt(pool.size()));
                Mappings c = pool.get(random.nextInt(pool.size()));
                assertSame(seed, merge(a, b), merge(b, a));
                assertSame(seed, merge(merge(a, b), c), merge(a, merge(b, c)));
                assertSame(seed, merge(a, a), a);
                assertSame(seed, merge(merge(a, b), b), merge(a, b));
            }
        }
    }

    @Test
    void fingerprints_ofSeededHistories_areEqualOnlyForEqualStates() {
        int alike = 0;
        int different = 0;
        for (int seed = 0; seed < 30; seed++) {
            List<Mappings> pool = histories(seed);
            for (Mappings one : pool) {
                for (Mappings other : pool) {
                    boolean same = canonical(one).equals(canonical(other));
                    assertThat(one.fingerprint() == other.fingerprint())
                            .as("seed %d: %s, %s", seed, canonical(one), canonical(other))
                            .isEqualTo(same);
                    alike += same && one != other ? 1 : 0;
                    different += same ? 0 : 1;
                }
            }
        }
        assertThat(alike).as("pairs alike").isPositive();
        assertThat(different).as("pairs that differ").isPositive();
    }

    @Test
    void changed_ofEachStep_addsUpToTheMap() {
        for (int seed = 0; seed < 30; seed++) {
            Map<Key, Mapping> index = new TreeMap<>();
            Mappings sum = Mappings.EMPTY;
            for (Mappings step : histories(seed)) {
                Set<Key> changed = new HashSet<>();
                sum = sum.merge(step.states(), changed);
                for (Key key : changed) {
                    Mapping now = sum.byKey().get(key);
                    if (now == null) {
                        index.remove(key);
                    } else {
                        index.put(key, now);
                    }
                }
                assertThat(index).as("seed %d", seed).isEqualTo(new TreeMap<>(sum.byKey()));
            }
        }
    }

    /// States that three peers went through while they wrote, told one another single writes (some
    /// lost, some doubled), and at times all they knew.
    private static List<Mappings> histories(int seed) {
        SplittableRandom random = new SplittableRandom(seed * 7_919L + 1);
        List<Mappings> peers =
                new ArrayList<>(List.of(Mappings.EMPTY, Mappings.EMPTY, Mappings.EMPTY));
        List<MappingWrite> said = new ArrayList<>();
        List<Mappings> pool = new ArrayList<>();
        for (int step = 0; step < 40; step++) {
            int at = random.nextInt(peers.size());
            Mappings peer = peers.get(at);
            int action = random.nextInt(10);
            if (action < 4) {
                Key key = random.nextBoolean() ? A : B;
                WriterId writer = new WriterId(at + 1, 0);
                Dot dot = new Dot(writer, peer.counter(writer) + 1);
                MappingWrite write =
                        random.nextInt(3) == 0
                                ? new MappingWrite.Remove(dot, key, peer.dots(key))
                                : new MappingWrite.Put(
                                        dot,
                                        random.nextInt(3),
                                        key,
                                        Bytes.utf8("v" + step),
                                        peer.dots(key));
                said.add(write);
                peer = apply(peer, write);
            } else if (action < 9 && !said.isEmpty()) {
                MappingWrite write = said.get(random.nextInt(said.size()));
                peer = peer.arrival(write) == Arrival.APPLIED ? apply(peer, write) : peer;
            } else {
                peer = merge(peer, peers.get(random.nextInt(peers.size())));
            }
            peers.set(at, peer);
            pool.add(peer);
        }
        return pool;
    }

    private static void assertSame(int seed, Mappings one, Mappings other) {
        assertThat(canonical(one)).as("seed %d", seed).isEqualTo(canonical(other));
        assertThat(one.byKey()).as("seed %d", seed).isEqualTo(other.byKey());
        assertThat(one.fingerprint()).as("seed %d", seed).isEqualTo(other.fingerprint());
    }

    private record Known(long counter, Set<LiveWrite> live, Set<Long> doomed) {}

    private static Map<WriterId, Known> canonical(Mappings mappings) {
        return mappings.states().stream()
                .collect(
                        Collectors.toMap(
                                WriterState::writer,
                                state ->
                                        new Known(
                                                state.counter(),
                                                Set.copyOf(state.live()),
                                                Set.copyOf(state.doomed()))));
    }

    private static Mappings merge(Mappings ours, Mappings theirs) {
        return ours.merge(theirs.states(), new HashSet<>());
    }

    private static Mappings apply(Mappings before, MappingWrite... writes) {
        Mappings after = before;
        for (MappingWrite write : writes) {
            after = after.apply(write, new HashSet<>());
        }
        return after;
    }

    private static MappingWrite put(
            WriterId writer, long counter, long wall, Key key, String value, Dot... superseded) {
        return new MappingWrite.Put(
                new Dot(writer, counter), wall, key, Bytes.utf8(value), List.of(superseded));
    }

    private static MappingWrite remove(WriterId writer, long counter, Key key, Dot... superseded) {
        return new MappingWrite.Remove(new Dot(writer, counter), key, List.of(superseded));
    }

    private static List<String> candidates(Mappings mappings, Key key) {
        Mapping mapping = mappings.byKey().get(key);
        return mapping == null
                ? List.of()
                : mapping.candidates().stream().map(c -> c.value().toUtf8()).toList();
    }

    private static String winner(Mappings mappings, Key key) {
        return candidates(mappings, key).getFirst();
    }
}
