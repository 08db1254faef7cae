package io.epmesh.gossip;

import static io.epmesh.gossip.MeshPeer.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.epmesh.gossip.Snapshot.Phase;
import io.epmesh.gossip.WriteOutcome.Done;
import io.epmesh.gossip.WriteOutcome.Refused;
import io.epmesh.gossip.journal.Journal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pcollections.HashTreePMap;

/// Whole peers, threads and disks, over a network in memory.
class GossipTest {
    private static final Key A = new Key(3, Bytes.utf8("a@h"));
    private static final Key X = new Key(1, Bytes.utf8("x"));
    private static final Bytes V = Bytes.utf8("v");

    private final MemoryNetworks networks = new MemoryNetworks();
    private final List<MeshPeer> peers = new ArrayList<>();
    @TempDir Path directory;

    @AfterEach
    void close() {
        peers.forEach(MeshPeer::close);
    }

    @Test
    void snapshot_beforeTheStart_holdsWhatTheJournalHeld() throws Exception {
        MeshPeer before = peer(1, 1).start();
        await(before.gossip.put(A, V));
        before.close();
        MeshPeer after = peer(1, 2);
        assertThat(after.gossip.snapshot().mappings()).containsOnlyKeys(A);
        assertThat(after.gossip.snapshot().self()).isEqualTo(after.id);
        assertThat(after.gossip.snapshot().owners()).containsOnlyKeys(after.id);
    }

    @Test
    void put_answered_isOnTheDiskAndShown() throws Exception {
        MeshPeer peer = peer(1, 1).start();
        assertThat(await(peer.gossip.put(A, V))).isEqualTo(new Done());
        assertThat(onDisk(1).byKey()).containsOnlyKeys(A);
        assertThat(peer.gossip.snapshot().mappings()).containsOnlyKeys(A);
    }

    @Test
    void put_onOnePeer_reachesTheOthersAndTheirDisks() throws Exception {
        MeshPeer one = peer(1, 1).start();
        MeshPeer two = peer(2, 1).start();
        met(one, two);
        await(one.gossip.put(A, V));
        two.await(shown -> shown.mappings().containsKey(A));
        two.close(); // what others wrote is synced within half a second, or at the end
        assertThat(onDisk(2).byKey()).containsOnlyKeys(A);
    }

    @Test
    void remove_onAnotherPeer_takesItAwayEverywhere() throws Exception {
        MeshPeer one = peer(1, 1).start();
        MeshPeer two = peer(2, 1).start();
        met(one, two);
        await(one.gossip.put(A, V));
        two.await(shown -> shown.mappings().containsKey(A));
        assertThat(await(two.gossip.remove(A))).isEqualTo(new Done());
        one.await(shown -> !shown.mappings().containsKey(A));
        assertThat(await(one.gossip.remove(A))).as("of nothing").isEqualTo(new Done());
    }

    @Test
    void put_valueBeyondItsLimit_isRefused() throws Exception {
        MeshPeer peer = peer(1, 1).start();
        Bytes large = Bytes.copyOf(new byte[Limits.VALUE_BYTES + 1]);
        assertThat(await(peer.gossip.put(A, large)))
                .isEqualTo(new Refused("value: 8193 bytes (expected: <= 8192)"));
    }

    @Test
    void write_withoutAJournal_isRefusedAndTheRestGoesOn() throws Exception {
        MeshPeer one = peer(1, 1).start();
        MeshPeer mute = add(MeshPeer.withoutJournal(2, networks)).start();
        met(one, mute);
        assertThat(await(mute.gossip.put(A, V))).isInstanceOf(Refused.class);
        assertThat(await(mute.gossip.remove(A))).isInstanceOf(Refused.class);
        await(one.gossip.put(A, V));
        mute.await(shown -> shown.mappings().containsKey(A));
        mute.own(HashTreePMap.singleton(X, V));
        one.await(shown -> entries(shown, mute).containsKey(X));
    }

    @Test
    void ownEntries_changed_reachTheOthers() throws Exception {
        MeshPeer one = peer(1, 1).start();
        MeshPeer two = peer(2, 1).start();
        met(one, two);
        one.own(HashTreePMap.singleton(X, V));
        two.await(shown -> V.equals(entries(shown, one).get(X)));
        one.own(HashTreePMap.empty());
        two.await(shown -> entries(shown, one).isEmpty());
    }

    @Test
    void forget_peerThatIsLivingOrUnknown_isRefused() throws Exception {
        MeshPeer one = peer(1, 1).start();
        MeshPeer two = peer(2, 1).start();
        met(one, two);
        assertThat(await(one.gossip.forget(two.id)))
                .isInstanceOfSatisfying(
                        Refused.class, r -> assertThat(r.reason()).contains("living"));
        assertThat(await(one.gossip.forget(new PeerId(0, 9))))
                .isInstanceOfSatisfying(
                        Refused.class, r -> assertThat(r.reason()).contains("not known"));
    }

    @Test
    void forget_orphan_takesItsEntriesOutEverywhere() throws Exception {
        MeshPeer one = peer(1, 1).start();
        MeshPeer two = peer(2, 1).start();
        MeshPeer gone = peer(3, 1).start();
        met(one, two, gone);
        gone.own(HashTreePMap.singleton(X, V));
        one.await(shown -> entries(shown, gone).containsKey(X));
        two.await(shown -> entries(shown, gone).containsKey(X));
        networks.cut(gone.id);
        one.await(shown -> phase(shown, gone) == Phase.ORPHANED);
        assertThat(entries(one.gossip.snapshot(), gone)).as("still answered").containsKey(X);
        assertThat(await(one.gossip.forget(gone.id))).isEqualTo(new Done());
        for (MeshPeer peer : List.of(one, two)) {
            peer.await(shown -> phase(shown, gone) == Phase.LEFT && entries(shown, gone).isEmpty());
        }
    }

    @Test
    void judge_orphan_showsTheFindingsEverywhere() throws Exception {
        MeshPeer one = peer(1, 1).start();
        MeshPeer two = peer(2, 1).start();
        MeshPeer gone = peer(3, 1).start();
        met(one, two, gone);
        gone.own(HashTreePMap.singleton(X, V));
        one.await(shown -> entries(shown, gone).containsKey(X));
        two.await(shown -> entries(shown, gone).containsKey(X));
        networks.cut(gone.id);
        two.await(shown -> phase(shown, gone) == Phase.ORPHANED);
        Snapshot seen = one.await(shown -> phase(shown, gone) == Phase.ORPHANED);
        one.gossip.judge(
                gone.id, owner(seen, gone).beat(), HashTreePMap.singleton(X, Finding.GONE));
        for (MeshPeer peer : List.of(one, two)) {
            peer.await(shown -> owner(shown, gone).findings().get(X) == Finding.GONE);
        }
    }

    @Test
    void leave_answered_hasToldTheOthers() throws Exception {
        MeshPeer one = peer(1, 1).start();
        MeshPeer two = peer(2, 1).start();
        met(one, two);
        two.own(HashTreePMap.singleton(X, V));
        one.await(shown -> entries(shown, two).containsKey(X));
        assertThat(await(two.gossip.leave())).isEqualTo(new Done());
        two.close();
        one.await(shown -> phase(shown, two) == Phase.LEFT && entries(shown, two).isEmpty());
    }

    @Test
    void standings_ofPeersThatAgree_areOfOneDigest() throws Exception {
        MeshPeer one = peer(1, 1).start();
        MeshPeer two = peer(2, 1).start();
        met(one, two);
        await(one.gossip.put(A, V));
        two.await(shown -> shown.mappings().containsKey(A));
        Map<PeerId, Optional<Standing>> standings = one.standingsWith(two);
        assertThat(standings).containsOnlyKeys(one.id, two.id);
        Standing own = standings.getOrDefault(one.id, Optional.empty()).orElseThrow();
        Standing other = standings.getOrDefault(two.id, Optional.empty()).orElseThrow();
        assertThat(other.digest()).isEqualTo(own.digest());
        assertThat(other.differences()).isEmpty();
        Standing.Told told = other.told().orElseThrow();
        assertThat(told.vitals().uptimeMillis()).isEqualTo(MeshPeer.UPTIME_MILLIS);
        assertThat(told.vitals().residentBytes()).isEqualTo(two.id.low());
        assertThat(told.roundTrip()).isPositive();
        assertThat(told.clockAhead().abs())
                .as("of one clock, told in milliseconds")
                .isLessThanOrEqualTo(told.roundTrip().plusMillis(2));
    }

    @Test
    void standings_ofPeerThatIsSilent_areGivenWithoutIt() throws Exception {
        MeshPeer one = peer(1, 1).start();
        MeshPeer two = peer(2, 1).start();
        met(one, two);
        networks.cut(two.id);
        Map<PeerId, Optional<Standing>> standings = await(one.gossip.standings());
        assertThat(standings.get(one.id)).isPresent();
        assertThat(standings.getOrDefault(two.id, Optional.empty())).isEmpty();
    }

    @Test
    void identity_usedByAClone_isGivenUp() throws Exception {
        MeshPeer original = peer(1, 1).start();
        MeshPeer other = peer(2, 1).start();
        met(original, other);
        MeshPeer clone = add(MeshPeer.of(1, 2, directory.resolve("cloned"), networks)).start();
        clone.own(HashTreePMap.singleton(X, V));
        other.await(shown -> entries(shown, clone).containsKey(X));
        original.awaitIdentityTaken();
    }

    @Test
    void journal_withARecordOfALaterVersion_stopsTheStart() throws IOException {
        Path file = directory.resolve("journal-1");
        try (Journal journal = Journal.open(file).journal()) {
            journal.append(new byte[] {9});
        }
        assertThatThrownBy(() -> peer(1, 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot read");
    }

    @Test
    void put_whileThePeerIsClosing_isAnsweredAllTheSame() throws Exception {
        MeshPeer peer = peer(1, 1).start();
        List<CompletableFuture<WriteOutcome>> puts = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            puts.add(peer.gossip.put(A, V).toCompletableFuture());
        }
        peer.close();
        puts.add(peer.gossip.put(A, V).toCompletableFuture());
        for (CompletableFuture<WriteOutcome> put : puts) {
            await(put);
        }
        assertThat(await(puts.getLast())).isEqualTo(new Refused("this peer has stopped"));
        assertThat(await(peer.gossip.leave())).isInstanceOf(Refused.class);
        assertThat(peer.gossip.standings().toCompletableFuture()).isCompletedExceptionally();
    }

    private MeshPeer peer(int number, long incarnation) throws IOException {
        return add(
                MeshPeer.of(number, incarnation, directory.resolve("journal-" + number), networks));
    }

    private MeshPeer add(MeshPeer peer) {
        peers.add(peer);
        return peer;
    }

    private static void met(MeshPeer... all) throws InterruptedException {
        for (MeshPeer peer : all) {
            for (MeshPeer other : all) {
                peer.await(shown -> phase(shown, other) == Phase.LIVING);
            }
        }
    }

    private Mappings onDisk(int number) throws Exception {
        Path copy =
                Files.copy(
                        directory.resolve("journal-" + number),
                        directory.resolve("copy-" + System.nanoTime()));
        Journal.Opened opened = Journal.open(copy);
        opened.journal().close();
        Mappings replayed = Mappings.EMPTY;
        for (byte[] record : opened.records()) {
            replayed = JournalCodec.replay(replayed, record);
        }
        return replayed;
    }

    private static Snapshot.OwnerView owner(Snapshot shown, MeshPeer peer) {
        Snapshot.OwnerView view = shown.owners().get(peer.id);
        if (view == null) {
            throw new AssertionError(peer.id + " is not known");
        }
        return view;
    }

    private static Phase phase(Snapshot shown, MeshPeer peer) {
        Snapshot.OwnerView view = shown.owners().get(peer.id);
        return view == null ? Phase.LEFT : view.phase();
    }

    private static Map<Key, Bytes> entries(Snapshot shown, MeshPeer peer) {
        Snapshot.OwnerView view = shown.owners().get(peer.id);
        return view == null ? Map.of() : view.entries();
    }
}
