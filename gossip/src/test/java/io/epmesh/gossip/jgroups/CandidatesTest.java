package io.epmesh.gossip.jgroups;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CandidatesTest {
    private static final InetSocketAddress A = place(1);
    private static final InetSocketAddress B = place(2);

    private long now = -5; // the clock may start anywhere
    private final Candidates candidates = new Candidates(() -> now);

    private static InetSocketAddress place(int number) {
        byte[] address = {10, 0, (byte) (number >>> 8), (byte) number};
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), 4370);
        } catch (java.net.UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static List<InetSocketAddress> places(int from, int count) {
        return IntStream.range(from, from + count).mapToObj(CandidatesTest::place).toList();
    }

    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void due_neverAsked_isEachPlaceOnce() {
        candidates.configure(List.of(A, A));
        candidates.met(List.of(A, B));
        candidates.heard(B);
        assertThat(candidates.due()).containsExactlyInAnyOrder(A, B);
        assertThat(candidates.all()).containsExactlyInAnyOrder(A, B);
    }

    @Test
    void silent_place_isAskedAfterPausesThatGrowToFourSeconds() {
        candidates.configure(List.of(A, B));
        candidates.silent(A);
        assertThat(candidates.due()).containsExactly(B);
        pass(499);
        assertThat(candidates.due()).containsExactly(B);
        pass(1);
        assertThat(candidates.due()).containsExactly(B, A);
        pass(3_600_000);
        candidates.silent(A);
        pass(3_999);
        assertThat(candidates.due()).containsExactly(B);
        pass(1);
        assertThat(candidates.due()).containsExactly(B, A);
    }

    @Test
    void silent_toldAgainAndAgain_isStillAskedInItsTurn() {
        candidates.configure(List.of(A));
        int asked = 0;
        for (int i = 0; i < 100; i++) {
            candidates.silent(A); // by the heartbeats that go there all the while
            pass(100);
            asked += candidates.due().size();
        }
        assertThat(asked).isGreaterThanOrEqualTo(10);
    }

    @Test
    void answered_place_isAskedInEachRound() {
        candidates.configure(List.of(A));
        candidates.silent(A);
        candidates.answered(A);
        assertThat(candidates.due()).containsExactly(A);
    }

    @Test
    void deadPlaces_manyOfThem_takeTurnsAndAreFewAtATime() {
        List<InetSocketAddress> dead = places(1, 200);
        candidates.configure(dead);
        dead.forEach(candidates::silent);
        Map<InetSocketAddress, Integer> asked = new HashMap<>();
        for (int round = 0; round < 60; round++) {
            pass(1_000);
            List<InetSocketAddress> due = candidates.due();
            assertThat(due).hasSizeLessThanOrEqualTo(Candidates.MAX_SILENT_ASKED);
            due.forEach(each -> {
                candidates.silent(each);
                asked.merge(each, 1, Integer::sum);
            });
        }
        assertThat(asked.keySet()).hasSize(200);
        assertThat(asked.values()).allMatch(times -> times <= 6);
    }

    @Test
    void heard_moreThanTheLimit_silentOnesGiveWay() {
        candidates.heard(A);
        List<InetSocketAddress> junk = places(100, Candidates.MAX_HEARD - 1);
        junk.forEach(candidates::heard);
        candidates.heard(B);
        assertThat(candidates.all()).hasSize(Candidates.MAX_HEARD).doesNotContain(B);
        junk.forEach(candidates::silent);
        candidates.heard(B);
        assertThat(candidates.all()).hasSize(Candidates.MAX_HEARD).contains(A, B);
    }

    @Test
    void met_silentForADay_isForgotten() {
        candidates.met(List.of(A, B));
        candidates.silent(A);
        pass(TimeUnit.HOURS.toMillis(24) + 1);
        assertThat(candidates.met()).containsExactly(B);
    }

    @Test
    void configure_anew_replacesTheOld() {
        candidates.configure(List.of(A));
        candidates.configure(List.of(B));
        assertThat(candidates.all()).containsExactly(B);
        candidates.configure(places(1, 2 * Candidates.MAX_CONFIGURED));
        assertThat(candidates.all()).hasSize(Candidates.MAX_CONFIGURED);
    }
}
