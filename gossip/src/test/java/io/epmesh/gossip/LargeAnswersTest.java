package io.epmesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.Message.Header;
import io.epmesh.gossip.Message.MappingsPull;
import io.epmesh.gossip.Message.OwnerLine;
import io.epmesh.gossip.Message.OwnersPull;
import io.epmesh.gossip.Message.Part;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/// A peer that was asked for a large state sent a copy each time that it was asked, five a second,
/// until the first had arrived: over a slow link nothing did.
class LargeAnswersTest {
    private static final PeerId A = new PeerId(1, 1);
    private static final PeerId B = new PeerId(2, 2);
    private static final Header ASKER = new Header(B, new Beat(1, 9), 1);
    private static final Header RESTARTED = new Header(B, new Beat(2, 1), 1);
    private static final long MIB = 1 << 20;
    private static final long NOW = 5_000_000_000L;

    private final LargeAnswers answers = new LargeAnswers();
    private final Replica a = new Replica(A, 1, Mappings.EMPTY, new SplittableRandom(1), NOW);

    @Test
    void answer_ofOnePart_isSentEachTime() {
        for (int i = 0; i < 5; i++) {
            assertThat(maySend(ASKER, "none", Limits.PART_BYTES, NOW)).isTrue();
        }
    }

    @Test
    void answer_ofManyParts_isSentOnceForAsLongAsItMayTake() {
        assertThat(maySend(ASKER, "none", MIB, NOW)).isTrue();
        assertThat(maySend(ASKER, "none", MIB, NOW + 1_000_000_000)).isFalse();
        assertThat(maySend(ASKER, "none", MIB, NOW + 1_100_000_000)).as("lost").isTrue();
    }

    @Test
    void answer_toWhoHoldsAnotherState_isSentAtOnce() {
        assertThat(maySend(ASKER, "none", MIB, NOW)).isTrue();
        assertThat(maySend(ASKER, "some", MIB, NOW)).isTrue();
    }

    @Test
    void answer_toWhoWasRestarted_isSentAtOnce() {
        assertThat(maySend(ASKER, "none", MIB, NOW)).isTrue();
        assertThat(maySend(RESTARTED, "none", MIB, NOW)).isTrue();
    }

    @Test
    void answers_beyondWhatMayBeOnItsWay_wait() {
        assertThat(maySend(ASKER, "none", 40 * MIB, NOW)).isTrue();
        Header other = new Header(new PeerId(3, 3), new Beat(1, 1), 1);
        assertThat(maySend(other, "none", 30 * MIB, NOW)).isFalse();
        assertThat(maySend(other, "none", 20 * MIB, NOW)).isTrue();
        assertThat(maySend(RESTARTED, "none", 40 * MIB, NOW + 60_000_000_000L)).isTrue();
    }

    @Test
    void answer_largerThanAllThatMayBe_isSentAlone() {
        assertThat(maySend(ASKER, "none", LargeAnswers.BYTES + 1, NOW)).isTrue();
    }

    @Test
    void entries_askedForAgainAndAgain_areSentOnce() {
        a.own(many());
        a.ready();
        OwnerLine none = new OwnerLine(A, Stamp.NONE, false, Beat.NONE, 0, 0, Verdict.NONE);
        int parts = asked(new OwnersPull(false, false, List.of(none)), ASKER);
        assertThat(parts).isGreaterThan(3);
        assertThat(asked(new OwnersPull(false, false, List.of(none)), ASKER)).isZero();
        assertThat(asked(new OwnersPull(true, true, List.of()), ASKER)).isZero();
        assertThat(asked(new OwnersPull(true, true, List.of()), RESTARTED)).isEqualTo(parts);
    }

    /// Many names at once, as after a take-over: each peer asks until the change has come.
    @Test
    void change_askedForAgainAndAgain_isSentOnce() {
        a.own(HashTreePMap.singleton(new Key(1, Bytes.utf8("first")), Bytes.EMPTY));
        a.own(many());
        a.ready();
        OwnerLine first = new OwnerLine(A, new Stamp(1, 2), false, Beat.NONE, 0, 0, Verdict.NONE);
        assertThat(asked(new OwnersPull(false, false, List.of(first)), ASKER)).isGreaterThan(3);
        assertThat(asked(new OwnersPull(false, false, List.of(first)), ASKER)).isZero();
    }

    private static PMap<Key, Bytes> many() {
        PMap<Key, Bytes> many = HashTreePMap.empty();
        for (int i = 0; i < 1_000; i++) {
            many = many.plus(new Key(1, Bytes.utf8("n" + i)), Bytes.wrap(new byte[100]));
        }
        return many;
    }

    @Test
    void mappings_askedForAgainAndAgain_areSentOnce() {
        for (int i = 0; i < 20; i++) {
            Key key = new Key(3, Bytes.utf8("m" + i));
            Bytes value = Bytes.wrap(new byte[Limits.VALUE_BYTES]);
            a.write(new Writes.Request(i, 1, List.of(MappingChange.put(key, value))));
            a.durable(a.ready().batch().orElseThrow().id());
        }
        a.ready();
        int parts = asked(new MappingsPull(false, List.of()), ASKER);
        assertThat(parts).isGreaterThan(3);
        assertThat(asked(new MappingsPull(false, List.of()), ASKER)).isZero();
        assertThat(asked(new MappingsPull(false, List.of()), RESTARTED)).isEqualTo(parts);
    }

    /// How many parts the answer to a question has.
    private int asked(Message question, Header asker) {
        a.received(MessageCodec.encode(asker, question), NOW);
        return (int)
                a.ready().packets().stream()
                        .filter(it ->
                                it instanceof Packet.To to
                                        && to.peer().equals(B)
                                        && message(it.bytes()) instanceof Part)
                        .count();
    }

    private static Message message(Bytes bytes) {
        try {
            return MessageCodec.decode(bytes.unsafeArray()).message();
        } catch (MalformedMessageException e) {
            throw new AssertionError(e);
        }
    }

    private boolean maySend(Header asker, Object held, long bytes, long now) {
        return answers.maySend(asker, Optional.of(A), held, bytes, now);
    }
}
