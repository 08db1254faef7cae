package io.epmesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.jgroups.JGroupsNetwork;
import io.epmesh.gossip.jgroups.JGroupsSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/// The entries of as large an owner as there may be reach a newcomer over sockets, in one copy.
class LargeStateTest {
    private static final int ENTRIES = 16_000;
    private static final PeerId FULL = new PeerId(1, 1);
    private static final PeerId NEW = new PeerId(2, 2);

    @Test
    void newcomer_getsThemAll() throws Exception {
        PMap<Key, Bytes> many = HashTreePMap.empty();
        for (int i = 0; i < ENTRIES; i++) {
            many = many.plus(new Key(1, Bytes.utf8("n" + i)), Bytes.wrap(new byte[1_000]));
        }
        CompletableFuture<InetSocketAddress> bound = new CompletableFuture<>();
        CompletableFuture<Void> shown = new CompletableFuture<>();
        try (Gossip full = peer(FULL, many, List.of(), bound, new CompletableFuture<>())) {
            full.start();
            var seeds = List.of(bound.get(60, TimeUnit.SECONDS));
            try (Gossip newcomer =
                    peer(NEW, HashTreePMap.empty(), seeds, new CompletableFuture<>(), shown)) {
                newcomer.start();
                shown.get(120, TimeUnit.SECONDS);
            }
            long parts =
                    full.statistics().sent().stream()
                            .filter(count -> count.type().equals("part"))
                            .mapToLong(GossipStatistics.Count::bytes)
                            .sum();
            assertThat(parts).isLessThan(2 * 1_100L * ENTRIES);
        }
    }

    private static Gossip peer(
            PeerId id,
            PMap<Key, Bytes> own,
            List<InetSocketAddress> seeds,
            CompletableFuture<InetSocketAddress> bound,
            CompletableFuture<Void> shown)
            throws IOException {
        JGroupsSettings settings =
                new JGroupsSettings(
                        "test",
                        id,
                        1,
                        new JGroupsSettings.Place(
                                InetAddress.getLoopbackAddress(), 0, Optional.empty()),
                        new JGroupsSettings.Seeds(
                                () -> seeds, OptionalInt.empty(), Optional.empty()),
                        Optional.empty());
        return Gossip.of(
                new Identity(id, 1, false),
                Optional.empty(),
                new JGroupsNetwork(settings, bound::complete, _ -> {}),
                new Self(own),
                new SplittableRandom(id.low()),
                new Shown(shown));
    }

    private record Self(PMap<Key, Bytes> entries) implements Gossip.Self {
        @Override
        public Vitals vitals() {
            return new Vitals(0, 0, 0);
        }
    }

    private record Shown(CompletableFuture<Void> all) implements Gossip.Listener {
        @Override
        public void published(Snapshot snapshot, Changes changes) {
            Snapshot.OwnerView full = snapshot.owners().get(FULL);
            if (full != null && full.entries().size() == ENTRIES) {
                all.complete(null);
            }
        }

        @Override
        public void identityTaken() {
            all.completeExceptionally(new AssertionError("identity taken"));
        }

        @Override
        public void failed(Throwable bug) {
            all.completeExceptionally(bug);
        }
    }
}
