package io.epmesh.gossip;

import static io.epmesh.gossip.MeshPeer.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.Snapshot.Phase;
import io.epmesh.gossip.WriteOutcome.Done;
import io.epmesh.gossip.journal.Journal;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pcollections.HashTreePMap;

/// Data directories that were cloned, backed up and restored, under whole peers.
class CopiedDirectoryTest {
    private static final Key A = key("a");
    private static final Key B = key("b");
    private static final Key C = key("c");
    private static final Key X = new Key(1, Bytes.utf8("x"));
    private static final Bytes V = Bytes.utf8("v");

    private final MemoryNetworks networks = new MemoryNetworks();
    private final List<MeshPeer> peers = new ArrayList<>();
    @TempDir Path temp;

    @AfterEach
    void close() {
        peers.forEach(MeshPeer::close);
    }

    @Test
    void clone_startedBesideItsOriginal_costsNeitherAMapping() throws Exception {
        Path first = Files.createDirectory(temp.resolve("first"));
        MeshPeer witness = start(Files.createDirectory(temp.resolve("witness")), 1_000);
        MeshPeer original = start(first, 1_000);
        put(original, A);
        Path second = copy(first, "second");
        MeshPeer clone = start(second, 2_000);
        assertThat(clone.id).isEqualTo(original.id);
        put(clone, B);
        original.awaitIdentityTaken();
        original.close();

        Identity renewed = Identity.renew(first, new SplittableRandom(9), 3_000);
        MeshPeer again = start(first, 3_001);
        assertThat(again.id).isEqualTo(renewed.peer()).isNotEqualTo(clone.id);
        again.own(HashTreePMap.singleton(X, V));
        put(again, C);
        for (MeshPeer peer : List.of(witness, clone, again)) {
            peer.await(shown -> shown.mappings().keySet().containsAll(List.of(A, B, C)));
            peer.await(shown -> phase(shown, again) == Phase.LIVING);
        }
    }

    @Test
    void backup_restored_learnsWhatCameAfterIt() throws Exception {
        MeshPeer other = start(Files.createDirectory(temp.resolve("other")), 1_000);
        Path directory = Files.createDirectory(temp.resolve("restored"));
        MeshPeer peer = start(directory, 1_000);
        put(peer, A);
        Path backup = copy(directory, "backup");
        assertThat(await(peer.gossip.remove(A))).isEqualTo(new Done());
        put(peer, B);
        other.await(shown -> shown.mappings().keySet().equals(Set.of(B)));
        peer.close();

        MeshPeer restored = start(backup, 2_000);
        assertThat(restored.id).isEqualTo(peer.id);
        put(restored, C);
        for (MeshPeer each : List.of(other, restored)) {
            each.await(shown -> shown.mappings().keySet().equals(Set.of(B, C)));
        }
    }

    @Test
    void backup_restoredWithAClockThatWasSetBack_takesANewId() throws Exception {
        MeshPeer other = start(Files.createDirectory(temp.resolve("other")), 1_000);
        Path directory = Files.createDirectory(temp.resolve("restored"));
        start(directory, 1_000).close();
        Path backup = copy(directory, "backup");
        MeshPeer last = start(directory, 1L << 40); // beyond any number drawn at random
        other.await(shown -> phase(shown, last) == Phase.LIVING);
        last.close();

        MeshPeer restored = start(backup, 500);
        assertThat(restored.id).isEqualTo(last.id);
        restored.awaitIdentityTaken();
    }

    @Test
    void copy_ofAJournalThatIsBeingWritten_isWholeUpToATornTail() throws Exception {
        Path directory = Files.createDirectory(temp.resolve("busy"));
        MeshPeer peer = start(directory, 1_000);
        List<CompletableFuture<WriteOutcome>> puts = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            puts.add(peer.gossip.put(key("n" + i), V).toCompletableFuture());
            if (i % 20 == 0) {
                Path copy = copy(directory, "copy-" + i).resolve("mappings.journal");
                Journal.Opened opened = Journal.open(copy);
                opened.journal().close();
                assertThat(opened.setAside()).isEmpty();
            }
        }
        for (CompletableFuture<WriteOutcome> put : puts) {
            assertThat(await(put)).isEqualTo(new Done());
        }
    }

    private MeshPeer start(Path directory, long micros) throws IOException {
        MeshPeer peer = MeshPeer.in(directory, micros, networks);
        peers.add(peer);
        return peer.start();
    }

    private Path copy(Path directory, String name) throws IOException {
        Path copy = Files.createDirectory(temp.resolve(name));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.copy(
                        file,
                        copy.resolve(file.getFileName()),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return copy;
    }

    private static void put(MeshPeer peer, Key key) throws Exception {
        assertThat(await(peer.gossip.put(key, V))).isEqualTo(new Done());
    }

    private static Phase phase(Snapshot shown, MeshPeer peer) {
        Snapshot.OwnerView view = shown.owners().get(peer.id);
        return view == null ? Phase.LEFT : view.phase();
    }

    private static Key key(String name) {
        return new Key(3, Bytes.utf8(name));
    }
}
