package io.epmesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.Message.Header;
import io.epmesh.gossip.Message.LiveWrite;
import io.epmesh.gossip.Message.MappingsState;
import io.epmesh.gossip.Message.WriterState;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// A peer asked for mappings, crashed, lost the end of its journal, and got the answer in its next
/// run. The answer named only the writers that had differed before the crash; the put that one of
/// them had removed came later and was shown, though its removal was known. Found by the simulator.
class LateAnswerTest {
    private static final PeerId SELF = new PeerId(1, 1);
    private static final Header OTHER = new Header(new PeerId(2, 2), new Beat(1, 5), 1);
    private static final WriterId WRITER = new WriterId(7, 7);
    private static final List<WriterState> STATES =
            List.of(
                    new WriterState(
                            WRITER,
                            1,
                            List.of(
                                    new LiveWrite(
                                            1, 5, new Key(3, Bytes.utf8("a@h")), Bytes.utf8("v"))),
                            List.of()));

    private final Replica replica =
            new Replica(SELF, 9, Mappings.EMPTY, new SplittableRandom(1), 0);

    @Test
    void mappingsState_askedForByThisRun_isTaken() {
        replica.received(MessageCodec.encode(OTHER, new MappingsState(9, STATES)), 0);
        assertThat(replica.mappings().counters()).containsEntry(WRITER, 1L);
    }

    @Test
    void mappingsState_askedForByTheRunBefore_isDropped() {
        replica.received(MessageCodec.encode(OTHER, new MappingsState(8, STATES)), 0);
        assertThat(replica.mappings().counters()).isEmpty();
    }
}
