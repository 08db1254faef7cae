package io.epmesh.gossip;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.Message.Alive;
import io.epmesh.gossip.Message.Header;
import io.epmesh.gossip.Message.OwnerLine;
import io.epmesh.gossip.Message.OwnerState;
import io.epmesh.gossip.Message.Ping;
import io.epmesh.gossip.Message.Witness;
import io.epmesh.gossip.Snapshot.OwnerView;
import io.epmesh.gossip.Snapshot.Phase;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.pcollections.HashTreePMap;

/// A peer that was cut off heard of an owner's newest beat from a witness, and took the owner to be
/// living with the entries that it held itself: names that had been unregistered meanwhile were up
/// again until the newer entries came. Found by the simulator (no revival on a stale version).
class StaleRevivalTest {
    private static final PeerId SELF = new PeerId(1, 1);
    private static final PeerId OWNER = new PeerId(2, 2);
    private static final PeerId WITNESS = new PeerId(3, 3);
    private static final Map<Key, Bytes> ENTRIES =
            Map.of(new Key(1, Bytes.utf8("a")), Bytes.utf8("value"));

    private final Replica replica =
            new Replica(SELF, 1, Mappings.EMPTY, new SplittableRandom(1), 0);
    private long clock;
    private Snapshot shown = new Snapshot(SELF, HashTreePMap.empty(), HashTreePMap.empty());
    private List<Packet> sent = List.of();

    @Test
    void witness_ofNewerEntries_revivesWithThemAlone() {
        knowOwnerAt(2);
        awaitOrphaned();

        receive(WITNESS, new Beat(1, 1), 1, new Witness(List.of(line(3, 40))));
        assertThat(view().phase()).isEqualTo(Phase.ORPHANED);

        receive(WITNESS, new Beat(1, 2), 1, new OwnerState(line(3, 40), Map.of(), Verdict.NONE));
        assertThat(view().phase()).isEqualTo(Phase.LIVING);
        assertThat(view().entries()).isEmpty();
    }

    @Test
    void witness_ofTheSameEntries_revives() {
        knowOwnerAt(2);
        awaitOrphaned();

        receive(WITNESS, new Beat(1, 1), 1, new Witness(List.of(line(2, 40))));
        assertThat(view().phase()).isEqualTo(Phase.LIVING);
    }

    @Test
    void line_ofAnOwnerThatAnnouncedMore_namesNoBeatSince() throws MalformedMessageException {
        knowOwnerAt(2);
        receive(OWNER, new Beat(1, 11), 2, new Alive());
        receive(OWNER, new Beat(1, 12), 5, new Alive());

        receive(WITNESS, new Beat(1, 1), 1, new Ping(OWNER, new Beat(1, 3)));
        assertThat(witnessed()).isEqualTo(new Beat(1, 11));
    }

    private Beat witnessed() throws MalformedMessageException {
        for (Packet packet : sent) {
            if (MessageCodec.decode(packet.bytes().toArray()).message() instanceof Witness said) {
                return said.lines().getFirst().beat();
            }
        }
        throw new AssertionError("no witness");
    }

    private void knowOwnerAt(long version) {
        receive(
                OWNER,
                new Beat(1, 10),
                version,
                new OwnerState(line(version, 10), ENTRIES, Verdict.NONE));
        assertThat(view().phase()).isEqualTo(Phase.LIVING);
    }

    private void awaitOrphaned() {
        while (view().phase() == Phase.LIVING) {
            clock += Liveness.STALL_NANOS / 2;
            replica.tick(clock);
            step();
        }
    }

    private static OwnerLine line(long version, long beat) {
        return new OwnerLine(
                OWNER,
                new Stamp(1, version),
                new Beat(1, beat),
                0,
                Beat.NONE,
                0,
                Verdict.NONE.verifier());
    }

    private void receive(PeerId sender, Beat beat, long version, Message message) {
        replica.received(MessageCodec.encode(new Header(sender, beat, version), message), clock);
        step();
    }

    private void step() {
        Replica.Ready ready = replica.ready();
        sent = ready.packets();
        ready.publication().ifPresent(publication -> shown = publication.snapshot());
    }

    private OwnerView view() {
        return requireNonNull(shown.owners().get(OWNER));
    }
}
