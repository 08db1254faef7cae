package io.epmesh.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.Network;
import io.epmesh.gossip.PeerId;
import io.epmesh.gossip.jgroups.JGroupsNetwork;
import io.epmesh.gossip.jgroups.JGroupsSettings;
import io.epmesh.gossip.jgroups.MeshKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Three peers with a key, in this process, strangers at one of them, and a fourth peer that joins
/// there.
@TestInstance(Lifecycle.PER_CLASS)
class StrangersTest {
    private static final Duration JOIN = Duration.ofSeconds(2);

    /// On a machine that is busy otherwise, a join takes longer without strangers too.
    private static final int SLACK = 5;

    private static final int JOINS = 3;

    /// What a hundred connections and their TLS may hold for a moment.
    private static final long MEMORY_BYTES = 24L << 20;

    @TempDir private static Path directory;

    private Path key;
    private Duration limit = JOIN;
    private final List<Member> members = new ArrayList<>();
    private Stranger.Loot loot;
    private int number = 4;

    @BeforeAll
    void start() throws Exception {
        key = directory.resolve("key");
        MeshKey.create(key);
        members.add(new Member(1, key, List.of()));
        for (int i = 2; i <= 3; i++) {
            members.add(new Member(i, key, List.of(seed())));
        }
        for (Member each : members) {
            each.await(3);
        }
        List<byte[]> recorded;
        long start = System.nanoTime();
        try (Eavesdropper eavesdropper = Eavesdropper.before(seed());
                Member guest = new Member(number++, key, List.of(eavesdropper.address()))) {
            guest.await(4);
            Duration undisturbed = Duration.ofNanos(System.nanoTime() - start);
            limit = JOIN.plus(undisturbed.multipliedBy(SLACK));
            recorded = eavesdropper.recorded();
        }
        assertThat(recorded).isNotEmpty().allMatch(bytes -> bytes.length > 200);
        loot = new Stranger.Loot(recorded, ForeignIdentity.make());
        for (Member each : members) {
            each.await(3);
        }
    }

    @AfterAll
    void end() {
        members.forEach(Member::close);
    }

    private InetSocketAddress seed() throws Exception {
        return members.getFirst().address();
    }

    @ParameterizedTest
    @EnumSource(Stranger.class)
    void strangers_atTheSeed_delayNobodyAndAreNotNoticed(Stranger kind) throws Exception {
        members.forEach(Member::forget);
        long before = used();
        long atTheHeight;
        try (Haunting _ = new Haunting(List.of(kind), seed(), loot)) {
            for (int i = 0; i < JOINS; i++) {
                long start = System.nanoTime();
                try (Member guest = new Member(number++, key, List.of(seed()))) {
                    guest.await(4);
                    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(limit);
                    members.getFirst().await(4);
                }
                for (Member each : members) {
                    each.await(3);
                }
            }
            atTheHeight = used();
        }
        for (Member each : members) {
            assertThat(each.smallestView()).as("view of member %s", each.id).isEqualTo(3);
            assertThat(each.suspected()).as("suspected by %s", each.id).isEmpty();
        }
        assertThat(atTheHeight - before).isLessThan(MEMORY_BYTES);
    }

    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /// A peer, and what its network tells. Guarded by itself.
    private static final class Member implements Network.Listener, AutoCloseable {
        final PeerId id;
        private final JGroupsNetwork network;
        private final List<PeerId> suspected = new ArrayList<>();
        private Set<PeerId> view = Set.of();
        private int smallest = Integer.MAX_VALUE;

        Member(int number, Path key, List<InetSocketAddress> seeds) {
            id = new PeerId(number, number);
            network =
                    new JGroupsNetwork(
                            new JGroupsSettings(
                                    "test",
                                    id,
                                    1,
                                    new JGroupsSettings.Place(
                                            InetAddress.ofLiteral("127.0.0.1"),
                                            0,
                                            Optional.empty()),
                                    new JGroupsSettings.Seeds(
                                            () -> seeds, OptionalInt.empty(), Optional.empty()),
                                    Optional.of(key)),
                            _ -> {});
            network.start(this);
        }

        synchronized InetSocketAddress address() throws Exception {
            awaitFor(() -> network.localAddress().isPresent());
            return network.localAddress().orElseThrow();
        }

        synchronized void await(int size) throws Exception {
            awaitFor(() -> view.size() == size);
        }

        private void awaitFor(java.util.function.BooleanSupplier condition) throws Exception {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (!condition.getAsBoolean()) {
                if (System.nanoTime() > deadline) {
                    throw new TimeoutException("member %s: view %s".formatted(id, view));
                }
                wait(10);
            }
        }

        synchronized void forget() {
            suspected.clear();
            smallest = view.size();
        }

        synchronized int smallestView() {
            return smallest;
        }

        synchronized List<PeerId> suspected() {
            // Who leaves closes its connections: that is no false alarm.
            return suspected.stream().filter(peer -> peer.low() <= 3).toList();
        }

        @Override
        public void received(byte[] message) {}

        @Override
        public synchronized void viewChanged(Set<PeerId> members) {
            view = members;
            smallest = Math.min(smallest, members.size());
            notifyAll();
        }

        @Override
        public synchronized void suspected(PeerId peer) {
            suspected.add(peer);
        }

        @Override
        public void close() {
            network.close();
        }
    }
}
