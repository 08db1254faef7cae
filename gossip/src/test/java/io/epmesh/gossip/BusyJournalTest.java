package io.epmesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The journal was replaced only in a moment without a local write under way. Several clients that
/// write one after the other leave none, and it grew until no start could read it.
class BusyJournalTest {
    private static final int CLIENTS = 3;
    private static final int WRITES = 8;

    /// Of one write. Those of all clients are too many for one batch.
    private static final int KEYS = 400;

    private static final int VALUE_BYTES = 4_096;
    private static final long WRITTEN = (long) CLIENTS * WRITES * KEYS * VALUE_BYTES;

    @TempDir Path directory;
    private Path file;
    private volatile long largest;

    @BeforeEach
    void name() {
        file = directory.resolve("mappings.journal");
    }

    @Test
    void journal_underWritesWithoutPause_isReplacedAllTheSame() throws Exception {
        try (MeshPeer peer = MeshPeer.of(1, 1, file, new MemoryNetworks())) {
            peer.start();
            List<CompletableFuture<Void>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(new CompletableFuture<>());
                write(peer.gossip, i, 0, clients.getLast());
            }
            for (CompletableFuture<Void> client : clients) {
                client.get(120, TimeUnit.SECONDS);
            }
        }
        assertThat(largest).isPositive().isLessThan(WRITTEN / 2);
    }

    /// Each write begins when the one before has been answered.
    private void write(Gossip gossip, int client, int number, CompletableFuture<Void> done) {
        if (number == WRITES) {
            done.complete(null);
            return;
        }
        List<MappingChange> changes = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            byte[] value = new byte[VALUE_BYTES];
            value[0] = (byte) number;
            Key key = new Key(3, Bytes.utf8(client + "/" + i));
            changes.add(MappingChange.put(key, Bytes.wrap(value)));
        }
        gossip.write(changes)
                .whenComplete((outcome, bug) -> {
                    largest = Math.max(largest, file.toFile().length());
                    if (outcome instanceof WriteOutcome.Done) {
                        write(gossip, client, number + 1, done);
                    } else {
                        done.completeExceptionally(new AssertionError("answered " + outcome, bug));
                    }
                });
    }
}
