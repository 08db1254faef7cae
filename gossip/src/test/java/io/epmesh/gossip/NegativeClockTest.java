package io.epmesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.Message.Header;
import io.epmesh.gossip.Message.OwnerLine;
import io.epmesh.gossip.Message.OwnerState;
import io.epmesh.gossip.Message.Summary;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A monotonic clock may count from anywhere. On one that began below zero the first summary was
/// due when it had reached zero: never. Found by the simulator.
class NegativeClockTest {
    private static final PeerId OTHER = new PeerId(2, 2);
    private static final long SECOND = 1_000_000_000L;

    @ParameterizedTest
    @ValueSource(longs = {0, -1_000 * SECOND, Long.MIN_VALUE, Long.MAX_VALUE - SECOND})
    void tick_onAnyClock_sendsASummaryEachSecond(long origin) throws MalformedMessageException {
        Replica replica =
                new Replica(new PeerId(1, 1), 1, Mappings.EMPTY, new SplittableRandom(1), origin);
        Beat beat = new Beat(1, 1);
        OwnerLine line = new OwnerLine(OTHER, new Stamp(1, 1), false, beat, 1, 0, Verdict.NONE);
        replica.received(
                MessageCodec.encode(
                        new Header(OTHER, beat, 1), new OwnerState(line, Map.of(), Verdict.NONE)),
                origin);
        int summaries = 0;
        for (int tick = 0; tick < 60; tick++) {
            replica.tick(origin + tick * SECOND / 20);
            for (Packet packet : replica.ready().packets()) {
                if (MessageCodec.decode(packet.bytes().toArray()).message() instanceof Summary) {
                    summaries++;
                }
            }
        }
        assertThat(summaries).isGreaterThanOrEqualTo(3);
    }
}
