package io.epmesh.gossip.jgroups;

import static io.epmesh.gossip.jgroups.TestPeer.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.PeerId;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How peers find each other: real networks on loopback.
class SeedsTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @TempDir Path directory;

    private static final int MAX_PLACES = Candidates.MAX_HEARD + 1;

    private static int freePort() throws Exception {
        try (ServerSocket free = new ServerSocket(0, 1, LOOPBACK)) {
            return free.getLocalPort();
        }
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(LOOPBACK, port);
    }

    private static JGroupsSettings found(
            int number, InetAddress bind, int port, OptionalInt beacons, Optional<Path> file) {
        return new JGroupsSettings(
                "test",
                new PeerId(number, number),
                1,
                new JGroupsSettings.Place(bind, port, Optional.empty()),
                new JGroupsSettings.Seeds(List::of, beacons, file),
                Optional.empty());
    }

    @Test
    void start_atOnceWithEachOtherAsSeeds_isOneViewFromTheFirst() throws Exception {
        for (int run = 0; run < 5; run++) {
            int first = freePort();
            int second = freePort();
            try (TestPeer one =
                            TestPeer.start(settings("test", 1, LOOPBACK, first, loopback(second)));
                    TestPeer two =
                            TestPeer.start(
                                    settings("test", 2, LOOPBACK, second, loopback(first)))) {
                one.awaitMembers(2);
                two.awaitMembers(2);
                // One of them was alone for a moment, with the other on its way: never both.
                assertThat(List.of(one.events().getFirst(), two.events().getFirst()))
                        .contains("members 2");
            }
        }
    }

    /// IPv6 has no multicast on loopback: it is tried between hosts.
    @Test
    void beacons_noSeeds_findEachOther() throws Exception {
        InetAddress bind = LOOPBACK;
        OptionalInt port = OptionalInt.of(freePort());
        try (TestPeer one = TestPeer.start(found(1, bind, 0, port, Optional.empty()));
                TestPeer _ = one.awaitMembers(1);
                TestPeer two = TestPeer.start(found(2, bind, 0, port, Optional.empty()))) {
            two.awaitMembers(2);
            one.awaitMembers(2);
            assertThat(two.events()).startsWith("members 2");
        }
    }

    @Test
    void beacons_ofStrangers_harmNobody() throws Exception {
        OptionalInt port = OptionalInt.of(freePort());
        SplittableRandom random = new SplittableRandom(1);
        try (TestPeer one = TestPeer.start(found(1, LOOPBACK, 0, port, Optional.empty()));
                DatagramSocket stranger = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0))) {
            one.awaitMembers(1);
            InetSocketAddress target =
                    new InetSocketAddress(LOOPBACK, port.getAsInt()); // as if sent to the group
            for (int i = 0; i < 2_000; i++) {
                Beacon lie =
                        new Beacon(
                                true,
                                1 + random.nextInt(65_535),
                                Hello.mesh("test"),
                                new PeerId(random.nextLong(), i));
                byte[] bytes = lie.encode(LOOPBACK, Optional.empty());
                stranger.send(new DatagramPacket(bytes, bytes.length, target));
            }
            try (TestPeer two = TestPeer.start(found(2, LOOPBACK, 0, port, Optional.empty()))) {
                two.awaitMembers(2);
                assertThat(one.network.candidates()).isLessThanOrEqualTo(MAX_PLACES);
            }
        }
    }

    @Test
    void remembered_seedsGone_findEachOtherAgain() throws Exception {
        Path file = directory.resolve("peers");
        int port = freePort();
        try (TestPeer one = TestPeer.start(settings("test", 1, LOOPBACK, port))) {
            JGroupsSettings joining =
                    new JGroupsSettings(
                            "test",
                            new PeerId(2, 2),
                            1,
                            new JGroupsSettings.Place(LOOPBACK, 0, Optional.empty()),
                            new JGroupsSettings.Seeds(
                                    () -> List.of(loopback(port)),
                                    OptionalInt.empty(),
                                    Optional.of(file)),
                            Optional.empty());
            try (TestPeer two = TestPeer.start(joining)) {
                two.awaitMembers(2);
                one.awaitMembers(2);
            }
        }
        try (TestPeer one = TestPeer.start(settings("test", 1, LOOPBACK, port)).awaitMembers(1);
                TestPeer two =
                        TestPeer.start(
                                found(2, LOOPBACK, 0, OptionalInt.empty(), Optional.of(file)))) {
            two.awaitMembers(2);
            one.awaitMembers(2);
        }
    }

    @Test
    void deadAndBlackholedSeeds_hundreds_delayNobody() throws Exception {
        List<InetSocketAddress> dead = new ArrayList<>();
        for (int i = 1; i <= 100; i++) {
            dead.add(new InetSocketAddress(InetAddress.ofLiteral("192.0.2." + i), 9)); // blackhole
            dead.add(loopback(freePort())); // refused
        }
        try (TestPeer one = TestPeer.start(1).awaitMembers(1)) {
            dead.add(one.address());
            InetSocketAddress[] seeds = dead.toArray(InetSocketAddress[]::new);
            try (TestPeer two = TestPeer.start(2, seeds).awaitMembers(2)) {
                assertThat(two.events()).startsWith("members 2");
            }
        }
    }

    @Test
    void advertised_otherThanBound_isWhatOthersDial() throws Exception {
        int bound = freePort();
        try (PortForward forward = PortForward.to(loopback(bound));
                TestPeer hidden =
                        TestPeer.start(
                                new JGroupsSettings(
                                        "test",
                                        new PeerId(1, 1),
                                        1,
                                        new JGroupsSettings.Place(
                                                LOOPBACK, bound, Optional.of(forward.address())),
                                        TestPeer.seeds(List.of()),
                                        Optional.empty()));
                TestPeer two = TestPeer.start(2, forward.address()).awaitMembers(2)) {
            hidden.awaitMembers(2);
            hidden.awaitReceived("through", () -> two.send(hidden.id, "through"));
            two.awaitReceived("back", () -> hidden.send(two.id, "back"));
            assertThat(forward.connections()).isPositive();
            // A third one, that knows two alone, dials what two was told.
            try (TestPeer three = TestPeer.start(3, two.address()).awaitMembers(3)) {
                long before = forward.connections();
                hidden.awaitReceived("three", () -> three.send(hidden.id, "three"));
                assertThat(before).isGreaterThanOrEqualTo(2);
            }
        }
    }

    @Test
    void seed_byAnAddressItDoesNotKnow_isJoined() throws Exception {
        int bound = freePort();
        try (PortForward mapped = PortForward.to(loopback(bound));
                TestPeer one =
                        TestPeer.start(settings("test", 1, LOOPBACK, bound, mapped.address()));
                TestPeer two = TestPeer.start(2, mapped.address()).awaitMembers(2)) {
            one.awaitMembers(2);
            // Who is a member does not ask places any more: a third one joins all the same.
            try (TestPeer three = TestPeer.start(3, mapped.address()).awaitMembers(3)) {
                two.awaitReceived("direct", () -> three.send(two.id, "direct"));
            }
        }
    }
}
