package io.epmesh.gossip;

import static io.epmesh.gossip.MeshPeer.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.WriteOutcome.Done;
import io.epmesh.gossip.WriteOutcome.Unknown;
import io.epmesh.gossip.journal.FaultyDisk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pcollections.HashTreePMap;

/// A disk whose syncs do not return, or fail, holds up nobody but who waits for a write.
class SlowDiskTest {
    private static final Key A = new Key(3, Bytes.utf8("a@h"));
    private static final Key B = new Key(3, Bytes.utf8("b@h"));
    private static final Key X = new Key(1, Bytes.utf8("x"));
    private static final Bytes V = Bytes.utf8("v");

    private final MemoryNetworks networks = new MemoryNetworks();
    private final FaultyDisk disk = new FaultyDisk();
    private final List<MeshPeer> peers = new ArrayList<>();
    @TempDir Path directory;
    private MeshPeer slow;
    private MeshPeer other;

    @BeforeEach
    void start() throws Exception {
        slow = add(MeshPeer.of(1, 1, disk.open(directory.resolve("slow")), networks));
        other = add(MeshPeer.of(2, 1, directory.resolve("other"), networks));
        slow.start();
        other.start();
        slow.await(shown -> isLiving(shown, other));
        other.await(shown -> isLiving(shown, slow));
    }

    @AfterEach
    void close() {
        disk.recover();
        peers.forEach(MeshPeer::close);
    }

    @Test
    void sync_thatHangs_stopsNeitherGossipNorRegistrationsNorOtherPeersMappings() throws Exception {
        disk.hang();
        CompletableFuture<WriteOutcome> put = slow.gossip.put(A, V).toCompletableFuture();
        slow.own(HashTreePMap.singleton(X, V));
        other.await(shown -> shows(shown, X));
        assertThat(await(other.gossip.put(B, V))).isEqualTo(new Done());
        slow.await(shown -> shown.mappings().containsKey(B));
        assertThat(other.standingsWith(slow)).containsKey(slow.id);
        assertThat(put).as("nobody knows that it is durable").isNotDone();
        assertThat(slow.gossip.snapshot().mappings()).doesNotContainKey(A);
        disk.recover();
        assertThat(await(put)).isEqualTo(new Done());
        other.await(shown -> shown.mappings().containsKey(A));
    }

    @Test
    void sync_thatFails_isAnsweredUnknownAndShownToNobody() throws Exception {
        disk.breakSyncs();
        assertThat(await(slow.gossip.put(A, V))).isInstanceOf(Unknown.class);
        slow.own(HashTreePMap.singleton(X, V));
        other.await(shown -> shows(shown, X));
        assertThat(other.gossip.snapshot().mappings()).doesNotContainKey(A);
        disk.recover();
        assertThat(await(slow.gossip.put(B, V))).isEqualTo(new Done());
        other.await(shown -> shown.mappings().containsKey(B));
    }

    private MeshPeer add(MeshPeer peer) {
        peers.add(peer);
        return peer;
    }

    private boolean shows(Snapshot shown, Key key) {
        Snapshot.OwnerView view = shown.owners().get(slow.id);
        return view != null && view.entries().containsKey(key);
    }

    private static boolean isLiving(Snapshot shown, MeshPeer peer) {
        Snapshot.OwnerView view = shown.owners().get(peer.id);
        return view != null && view.phase() == Snapshot.Phase.LIVING;
    }
}
