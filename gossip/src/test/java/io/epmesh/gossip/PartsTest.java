package io.epmesh.gossip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.epmesh.gossip.Message.Header;
import io.epmesh.gossip.Message.Part;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PartsTest {
    private static final Header SENDER = new Header(new PeerId(0, 1), new Beat(7, 1), 1);
    private static final Bytes MEBIBYTE = Bytes.wrap(new byte[1 << 20]);
    private static final long NOW = 1_000_000_000_000L;

    private final Parts parts = new Parts();
    private final byte[] message = new byte[100_000];

    PartsTest() {
        new Random(1).nextBytes(message);
    }

    @Test
    void cut_message_givesPartsWithinTheLimit() {
        List<Part> cut = parts.cut(message);
        assertThat(cut).hasSize(4).allMatch(part -> part.count() == 4);
        assertThat(cut).allMatch(part -> part.slice().length() <= Limits.PART_BYTES);
        assertThat(parts.cut(message).getFirst().stream()).isNotEqualTo(cut.getFirst().stream());
    }

    @Test
    void collect_inAnyOrder_givesTheMessageWithItsLastPart() throws MalformedMessageException {
        for (int seed = 0; seed < 20; seed++) {
            List<Part> cut = new ArrayList<>(parts.cut(message));
            Collections.shuffle(cut, new Random(seed));
            for (Part part : cut.subList(0, 3)) {
                assertThat(parts.collect(SENDER, part, NOW)).isEmpty();
            }
            assertThat(parts.collect(SENDER, cut.getLast(), NOW)).contains(message);
        }
    }

    @Test
    void collect_doubledParts_countOnce() throws MalformedMessageException {
        List<Part> cut = parts.cut(message);
        for (Part part : cut.subList(0, 3)) {
            assertThat(parts.collect(SENDER, part, NOW)).isEmpty();
            assertThat(parts.collect(SENDER, part, NOW)).isEmpty();
        }
        assertThat(parts.collect(SENDER, cut.getLast(), NOW)).contains(message);
    }

    @Test
    void collect_partsOfTwoSenders_areKeptApart() throws MalformedMessageException {
        List<Part> cut = parts.cut(message);
        Header other = new Header(new PeerId(0, 2), new Beat(7, 1), 1);
        Header restarted = new Header(SENDER.sender(), new Beat(8, 1), 1);
        for (Part part : cut.subList(0, 3)) {
            parts.collect(SENDER, part, NOW);
        }
        assertThat(parts.collect(other, cut.getLast(), NOW)).isEmpty();
        assertThat(parts.collect(restarted, cut.getLast(), NOW)).isEmpty();
        assertThat(parts.collect(SENDER, cut.getLast(), NOW)).contains(message);
    }

    @Test
    void collect_messageInOnePart_isWhole() throws MalformedMessageException {
        assertThat(parts.collect(SENDER, new Part(1, 0, 1, Bytes.utf8("x")), NOW))
                .contains("x".getBytes(UTF_8));
    }

    @Test
    void expire_partMissingForFiveSeconds_startsAnew() throws MalformedMessageException {
        List<Part> cut = parts.cut(message);
        for (Part part : cut.subList(0, 3)) {
            parts.collect(SENDER, part, NOW);
        }
        parts.expire(NOW + Parts.PATIENCE_NANOS - 1);
        assertThat(parts.collect(SENDER, cut.getLast(), NOW)).as("in time").isPresent();
        for (Part part : cut.subList(0, 3)) {
            parts.collect(SENDER, part, NOW);
        }
        parts.expire(NOW + Parts.PATIENCE_NANOS);
        assertThat(parts.collect(SENDER, cut.getLast(), NOW)).as("too late").isEmpty();
    }

    /// Over a slow link a large message takes longer than that.
    @Test
    void expire_messageThatGoesOnComing_isKept() throws MalformedMessageException {
        List<Part> cut = parts.cut(message);
        long now = NOW;
        for (Part part : cut.subList(0, 3)) {
            assertThat(parts.collect(SENDER, part, now)).isEmpty();
            now += Parts.PATIENCE_NANOS - 1;
            parts.expire(now);
        }
        parts.collect(SENDER, new Part(77, 0, 2, Bytes.utf8("another")), now);
        assertThat(parts.collect(SENDER, cut.getLast(), now)).contains(message);
    }

    @Test
    void collect_anotherCount_isMalformed() throws MalformedMessageException {
        parts.collect(SENDER, new Part(1, 0, 3, Bytes.utf8("x")), NOW);
        assertThatThrownBy(() -> parts.collect(SENDER, new Part(1, 1, 4, Bytes.utf8("x")), NOW))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("parts: 4 (expected: 3)");
    }

    @Test
    void collect_messageBeyondItsLimit_isMalformed() throws MalformedMessageException {
        int limit = Limits.MESSAGE_BYTES >> 20;
        for (int i = 0; i < limit; i++) {
            parts.collect(SENDER, new Part(1, i, limit + 2, MEBIBYTE), NOW);
        }
        assertThatThrownBy(
                        () -> parts.collect(SENDER, new Part(1, limit, limit + 2, MEBIBYTE), NOW))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("message in parts");
    }

    @Test
    void collect_allMessagesBeyondTheLimit_isMalformedUntilSomeExpire()
            throws MalformedMessageException {
        int limit = (Limits.REASSEMBLY_BYTES >> 20) - 1; // one for the room of missing parts
        for (int i = 0; i < limit; i++) {
            parts.collect(SENDER, new Part(i, 0, 2, MEBIBYTE), NOW);
        }
        assertThatThrownBy(() -> parts.collect(SENDER, new Part(limit, 0, 2, MEBIBYTE), NOW))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("held");
        parts.expire(NOW + Parts.PATIENCE_NANOS);
        assertThat(parts.collect(SENDER, new Part(limit, 0, 2, MEBIBYTE), NOW)).isEmpty();
    }

    /// Each says that it has very many parts, and sends one without a byte.
    @Test
    void collect_manyMessagesOfManyPartsThatNeverCome_isMalformedBeforeMemoryIsFull()
            throws MalformedMessageException {
        int count = Limits.MESSAGE_BYTES / 1_024;
        int fit = Limits.REASSEMBLY_BYTES / (8 * count);
        for (int i = 0; i < fit; i++) {
            parts.collect(SENDER, new Part(i, 0, count, Bytes.EMPTY), NOW);
        }
        assertThatThrownBy(() -> parts.collect(SENDER, new Part(fit, 0, count, Bytes.EMPTY), NOW))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("held");
    }
}
