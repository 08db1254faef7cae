package io.epmesh.gossip;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.Message.Header;
import io.epmesh.gossip.Message.OwnerLine;
import io.epmesh.gossip.Message.OwnerState;
import io.epmesh.gossip.Message.Witness;
import io.epmesh.gossip.Snapshot.OwnerView;
import io.epmesh.gossip.Snapshot.Phase;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.pcollections.HashTreePMap;

/// An orphaned owner's last beat was learnt late, from a witness who had heard one more. It was not
/// published, so the verifier went on to name the beat before it, and its verdicts were all thrown
/// away: a dead node of that owner was answered for a day.
class LateWitnessTest {
    private static final PeerId SELF = new PeerId(1, 1);
    private static final PeerId OWNER = new PeerId(2, 2);
    private static final PeerId WITNESS = new PeerId(3, 3);
    private static final Key NODE = new Key(1, Bytes.utf8("a"));

    private final Replica replica =
            new Replica(SELF, 1, Mappings.EMPTY, new SplittableRandom(1), 0);
    private long clock;
    private Snapshot shown = new Snapshot(SELF, HashTreePMap.empty(), HashTreePMap.empty());

    @Test
    void judge_beatOfAnOrphanLearntLate_isTaken() {
        Stamp stamp = new Stamp(1, 2);
        receive(
                OWNER,
                new Beat(1, 10),
                new OwnerState(line(stamp, 10, 0), entries(), Verdict.NONE));
        while (view().phase() == Phase.LIVING) {
            clock += Liveness.STALL_NANOS / 2;
            replica.tick(clock);
            step();
        }
        receive(WITNESS, new Beat(1, 1), new Witness(List.of(line(stamp, 11, 3_600_000))));
        assertThat(view().phase()).isEqualTo(Phase.ORPHANED);

        replica.judge(OWNER, view().beat(), HashTreePMap.singleton(NODE, Finding.GONE));

        step();
        assertThat(view().findings()).containsEntry(NODE, Finding.GONE);
    }

    private static Map<Key, Bytes> entries() {
        return Map.of(NODE, Bytes.utf8("value"));
    }

    private static OwnerLine line(Stamp stamp, long beat, long ageMillis) {
        return new OwnerLine(
                OWNER, stamp, false, new Beat(1, beat), stamp.version(), ageMillis, Verdict.NONE);
    }

    private void receive(PeerId sender, Beat beat, Message message) {
        Header header = new Header(sender, beat, 2);
        replica.received(MessageCodec.encode(header, message), clock);
        step();
    }

    private void step() {
        replica.ready().publication().ifPresent(publication -> shown = publication.snapshot());
    }

    private OwnerView view() {
        return requireNonNull(shown.owners().get(OWNER));
    }
}
