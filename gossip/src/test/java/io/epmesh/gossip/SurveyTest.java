package io.epmesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.Message.Header;
import io.epmesh.gossip.Message.Summary;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pcollections.HashTreePMap;

/// Two peers, whose packets a test carries or loses.
class SurveyTest {
    private static final PeerId A = new PeerId(1, 1);
    private static final PeerId B = new PeerId(2, 2);
    private static final Key X = new Key(1, Bytes.utf8("x"));
    private static final Key MAPPED = new Key(3, Bytes.utf8("a@h"));
    private static final Bytes V = Bytes.utf8("v");
    private static final long MILLI = 1_000_000;

    private final Replica a = peer(A, new Vitals(1, 1, 1_000_000));
    private final Replica b = peer(B, new Vitals(60_000, 70, 1_005_000));
    private long now;

    @BeforeEach
    void meet() {
        a.own(HashTreePMap.singleton(X, V));
        b.own(HashTreePMap.singleton(X, V));
        a.viewChanged(Set.of(A, B), now);
        b.viewChanged(Set.of(A, B), now);
        exchange();
        assertThat(a.digest()).isEqualTo(b.digest());
    }

    @Test
    void standing_ofWhoAgrees_tellsHowItIs() {
        Standing told = asked(40 * MILLI);
        assertThat(told.digest()).isEqualTo(a.digest());
        assertThat(told.differences()).isEmpty();
        assertThat(told.told())
                .contains(
                        new Standing.Told(
                                new Vitals(60_000, 70, 1_005_000),
                                Duration.ofMillis(40),
                                Duration.ofMillis(4_980)));
    }

    /// How much memory there is was read for each answer, on the gossip thread.
    @Test
    void asker_ofMany_looksAtItselfOnce() {
        AtomicInteger looks = new AtomicInteger();
        Replica asker =
                new Replica(
                        A,
                        1,
                        Mappings.EMPTY,
                        new SplittableRandom(1),
                        0,
                        () -> new Vitals(1, looks.incrementAndGet(), 1));
        asker.survey().ask(now);
        for (int i = 2; i < 50; i++) {
            Summary answer =
                    new Summary(
                            false,
                            asker.digest(),
                            Optional.of(now),
                            Optional.of(new Vitals(1, 1, 1)));
            Header from = new Header(new PeerId(i, i), new Beat(1, 1), 1);
            asker.received(MessageCodec.encode(from, answer), now);
        }
        asker.survey().standings();
        assertThat(looks).hasValue(1);
    }

    @Test
    void standing_ofWhoLacksEntries_saysHowMany() {
        a.own(HashTreePMap.empty());
        a.own(HashTreePMap.singleton(X, Bytes.utf8("w")));
        a.ready(); // lost
        assertThat(asked(0).differences()).containsExactly(new Difference(Optional.of(A), 2, 0));
    }

    @Test
    void standing_ofWhoHasMore_saysHowMuch() {
        b.own(HashTreePMap.empty());
        b.ready(); // lost
        assertThat(asked(0).differences()).containsExactly(new Difference(Optional.of(B), 0, 1));
    }

    @Test
    void standing_ofWhoLacksMappings_saysHowMany() {
        write(a, MAPPED, V);
        write(a, MAPPED, Bytes.utf8("w"));
        a.ready(); // lost
        assertThat(asked(0).differences()).containsExactly(new Difference(Optional.empty(), 2, 0));
    }

    @Test
    void standing_ofWhoHearsSomebodyElse_saysWhom() {
        PeerId c = new PeerId(3, 3);
        Replica other = peer(c, new Vitals(0, 0, 0));
        other.own(HashTreePMap.singleton(X, V));
        other.viewChanged(Set.of(A, B, c), now);
        List<Packet> first = other.ready().packets();
        first.forEach(packet -> {
            a.received(packet.bytes().unsafeArray(), now);
            b.received(packet.bytes().unsafeArray(), now);
        });
        pass(a, other);
        pass(b, other);
        List<Packet> states = other.ready().packets();
        states.forEach(packet -> {
            a.received(packet.bytes().unsafeArray(), now);
            b.received(packet.bytes().unsafeArray(), now);
        });
        exchange();
        assertThat(a.digest()).isEqualTo(b.digest());
        for (int i = 0; i < 10; i++) { // b does not hear it any more, a does
            now += 500 * MILLI;
            other.tick(now);
            other.ready()
                    .packets()
                    .forEach(packet -> a.received(packet.bytes().unsafeArray(), now));
            a.tick(now);
            b.tick(now);
            a.ready().packets().stream()
                    .filter(packet -> packet.bytes().length() < 50) // beats alone, no witness
                    .forEach(packet -> b.received(packet.bytes().unsafeArray(), now));
            b.ready().packets().forEach(packet -> a.received(packet.bytes().unsafeArray(), now));
            a.ready();
        }
        a.survey().ask(now);
        pass(a, b);
        pass(b, a);
        assertThat(standing().differences()).containsExactly(new Difference(Optional.of(c), 0, 0));
    }

    @Test
    void survey_withoutAnAnswer_isNotComplete() {
        a.survey().ask(now);
        a.ready();
        assertThat(a.survey().isComplete()).isFalse();
        assertThat(a.survey().standings()).containsEntry(B, Optional.empty());
    }

    /// A question that came while one was open took the answers away that it had: a dashboard, a
    /// scrape and a command beside each other saw peers silent that were not.
    @Test
    void question_whileOneIsOpen_takesNoAnswerFromIt() {
        PeerId silent = new PeerId(3, 3);
        Replica other = peer(silent, new Vitals(0, 0, 0));
        other.own(HashTreePMap.singleton(X, V));
        other.viewChanged(Set.of(A, silent), now);
        pass(other, a);
        pass(a, other);
        pass(other, a);
        PendingSurveys pending = new PendingSurveys();
        CompletableFuture<Map<PeerId, Optional<Standing>>> first = new CompletableFuture<>();
        CompletableFuture<Map<PeerId, Optional<Standing>>> second = new CompletableFuture<>();
        pending.ask(first, a, now);
        pass(a, b);
        pass(b, a);
        now += Survey.PATIENCE_NANOS - 1;
        pending.ask(second, a, now);
        assertThat(pending.answer(a, now)).isFalse();
        assertThat(first).isNotDone();
        assertThat(pending.dueIn(now, 7)).isEqualTo(1);
        now++;
        assertThat(pending.answer(a, now)).isTrue();
        assertThat(first.join().getOrDefault(B, Optional.empty())).isPresent();
        assertThat(first.join()).containsEntry(silent, Optional.empty());
        pass(a, b);
        pass(b, a);
        now += Survey.PATIENCE_NANOS;
        assertThat(pending.answer(a, now)).isFalse();
        assertThat(second.join().getOrDefault(B, Optional.empty())).isPresent();
        assertThat(pending.dueIn(now, 7)).isEqualTo(7);
    }

    @Test
    void survey_ofWhoDoesNotReturnTheQuestion_isWaitedForOnce() {
        a.survey().ask(now);
        a.ready();
        a.received(fromB(new Summary(a.digest())), now);
        assertThat(a.survey().isComplete()).isFalse();
        assertThat(standing().told()).isEmpty();
        a.survey().end();

        a.survey().ask(now);
        a.ready();
        a.received(fromB(new Summary(a.digest())), now);
        assertThat(a.survey().isComplete()).isTrue();
    }

    @Test
    void answer_toAQuestionOfLongAgo_isNotMeasured() {
        a.survey().ask(now);
        a.ready();
        Summary late =
                new Summary(
                        false,
                        a.digest(),
                        Optional.of(now - Survey.PATIENCE_NANOS - 1),
                        Optional.of(new Vitals(1, 1, 1)));
        a.received(fromB(late), now);
        assertThat(standing().told()).isEmpty();
    }

    @Test
    void answer_toWhoAsksNoQuestion_isTheDigestAlone() throws Exception {
        Summary old = new Summary(true, a.digest(), Optional.empty(), Optional.empty());
        b.received(MessageCodec.encode(new Header(A, new Beat(1, 9), 2), old), now);
        List<Packet> sent = b.ready().packets();
        assertThat(sent).hasSize(1);
        assertThat(MessageCodec.decode(sent.getFirst().bytes().unsafeArray()).message())
                .isEqualTo(new Summary(b.digest()));
    }

    /// B's answer to A, so long after the question.
    private Standing asked(long nanos) {
        a.survey().ask(now);
        pass(a, b);
        now += nanos;
        pass(b, a);
        assertThat(a.survey().isComplete()).isTrue();
        return standing();
    }

    private Standing standing() {
        Map<PeerId, Optional<Standing>> standings = a.survey().standings();
        return standings.getOrDefault(B, Optional.empty()).orElseThrow();
    }

    private byte[] fromB(Summary summary) {
        return MessageCodec.encode(new Header(B, new Beat(1, 9), 1), summary);
    }

    private void exchange() {
        for (int i = 0; i < 10; i++) {
            pass(a, b);
            pass(b, a);
        }
    }

    private void pass(Replica from, Replica to) {
        from.ready().packets().forEach(it -> to.received(it.bytes().unsafeArray(), now));
    }

    private static void write(Replica replica, Key key, Bytes value) {
        replica.write(new Writes.Request(1, 1, List.of(MappingChange.put(key, value))));
        replica.durable(replica.ready().batch().orElseThrow().id());
    }

    private static Replica peer(PeerId id, Vitals vitals) {
        return new Replica(id, 1, Mappings.EMPTY, new SplittableRandom(1), 0, () -> vitals);
    }
}
