package io.epmesh.gossip;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.Message.Alive;
import io.epmesh.gossip.Message.Header;
import io.epmesh.gossip.Message.OwnerLine;
import io.epmesh.gossip.Message.OwnerState;
import io.epmesh.gossip.Message.OwnersPull;
import io.epmesh.gossip.Message.Witness;
import io.epmesh.gossip.Snapshot.OwnerView;
import io.epmesh.gossip.Snapshot.Phase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pcollections.HashTreePMap;

/// An owner that was cut off and is heard of again may have unregistered names meanwhile. A beat
/// that came through others said nothing of that: its old names counted as up until the owner or a
/// summary told better, which behind a bridge took seconds.
class StaleRevivalTest {
    private static final PeerId SELF = new PeerId(1, 1);
    private static final PeerId OWNER = new PeerId(2, 2);
    private static final PeerId WITNESS = new PeerId(3, 3);
    private static final Key GONE = new Key(1, Bytes.utf8("gone"));
    private static final Key KEPT = new Key(1, Bytes.utf8("kept"));
    private static final Bytes V = Bytes.utf8("v");

    private final Replica replica =
            new Replica(SELF, 1, Mappings.EMPTY, new SplittableRandom(1), 0);
    private final List<Packet> sent = new ArrayList<>();
    private final List<Phase> phases = new ArrayList<>();
    private long clock;
    private Snapshot shown = new Snapshot(SELF, HashTreePMap.empty(), HashTreePMap.empty());

    @BeforeEach
    void orphan() {
        receive(OWNER, 10, 2, new OwnerState(line(2, 10, 2), entries(GONE, KEPT), Verdict.NONE));
        receive(WITNESS, 1, 1, new Alive());
        while (view().phase() == Phase.LIVING) {
            clock += Liveness.STALL_NANOS / 2;
            replica.tick(clock);
            step();
        }
        sent.clear();
        phases.clear();
    }

    @Test
    void beat_throughAWitnessThatHasNewerEntries_isNoLifeUntilTheyAreHere() {
        receive(WITNESS, 2, 1, new Witness(List.of(line(3, 20, 3))));
        assertThat(phases).doesNotContain(Phase.LIVING);
        assertThat(pullsFrom(WITNESS)).as("who holds them is asked").hasSize(1);
        receive(WITNESS, 3, 1, new OwnerState(line(3, 20, 3), entries(KEPT), Verdict.NONE));
        assertThat(view().phase()).isEqualTo(Phase.LIVING);
        assertThat(view().entries()).containsOnlyKeys(KEPT);
    }

    @Test
    void beat_throughAWitnessThatIsBehindItself_isNoLife() {
        receive(WITNESS, 2, 1, new Witness(List.of(line(2, 20, 3))));
        assertThat(phases).doesNotContain(Phase.LIVING);
    }

    @Test
    void beat_throughAWitnessOfTheEntriesHeld_isLife() {
        receive(WITNESS, 2, 1, new Witness(List.of(line(2, 20, 2))));
        assertThat(view().phase()).isEqualTo(Phase.LIVING);
    }

    @Test
    void beat_ofTheOwnerItself_isNoLifeUntilItsNewestEntriesAreHere() {
        receive(OWNER, 20, 3, new Alive());
        assertThat(phases).doesNotContain(Phase.LIVING);
        assertThat(pullsFrom(OWNER)).hasSize(1);
        receive(OWNER, 21, 3, new Message.OwnerDelta(1, 2, 3, Map.of(), List.of(GONE)));
        assertThat(view().phase()).isEqualTo(Phase.LIVING);
        assertThat(view().entries()).containsOnlyKeys(KEPT);
    }

    private List<OwnersPull> pullsFrom(PeerId holder) {
        List<OwnersPull> pulls = new ArrayList<>();
        for (Packet packet : sent) {
            if (packet instanceof Packet.To to
                    && to.peer().equals(holder)
                    && decode(to.bytes()) instanceof OwnersPull pull
                    && pull.lines().getFirst().owner().equals(OWNER)) {
                pulls.add(pull);
            }
        }
        return pulls;
    }

    private static Message decode(Bytes bytes) {
        try {
            return MessageCodec.decode(bytes.toArray()).message();
        } catch (MalformedMessageException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<Key, Bytes> entries(Key... keys) {
        Map<Key, Bytes> entries = new HashMap<>();
        for (Key key : keys) {
            entries.put(key, V);
        }
        return entries;
    }

    private static OwnerLine line(long held, long beat, long announced) {
        return new OwnerLine(
                OWNER, new Stamp(1, held), false, new Beat(1, beat), announced, 0, Verdict.NONE);
    }

    private void receive(PeerId sender, long beat, long version, Message message) {
        Header header = new Header(sender, new Beat(1, beat), version);
        replica.received(MessageCodec.encode(header, message), clock);
        step();
    }

    private void step() {
        Replica.Ready ready = replica.ready();
        sent.addAll(ready.packets());
        ready.publication()
                .ifPresent(publication -> {
                    shown = publication.snapshot();
                    phases.add(view().phase());
                });
    }

    private OwnerView view() {
        return requireNonNull(shown.owners().get(OWNER));
    }
}
