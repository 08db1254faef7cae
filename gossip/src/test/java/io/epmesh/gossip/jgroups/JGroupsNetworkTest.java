package io.epmesh.gossip.jgroups;

import static io.epmesh.gossip.jgroups.TestPeer.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.epmesh.gossip.PeerId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JGroupsNetworkTest {
    @Test
    void start_alone_isMemberOfOne() throws Exception {
        try (TestPeer lone = TestPeer.start(1)) {
            lone.awaitMembers(1);
            assertThat(lone.members()).containsExactly(lone.id);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void join_seedKnown_twoExchange(String literal) throws Exception {
        InetAddress loopback = InetAddress.getByName(literal);
        try (TestPeer one = TestPeer.start(settings("test", 1, loopback, 0));
                TestPeer two = TestPeer.start(settings("test", 2, loopback, 0, one.address()))) {
            one.awaitMembers(2);
            two.awaitMembers(2);
            two.address();
            two.awaitReceived("to two", () -> one.send(two.id, "to two"));
            one.awaitReceived("to one", () -> two.send(one.id, "to one"));
        }
    }

    @Test
    void broadcast_threeMembers_reachesTheOthersOnly() throws Exception {
        try (TestPeer one = TestPeer.start(1);
                TestPeer two = TestPeer.start(2, one.address());
                TestPeer three = TestPeer.start(3, one.address())) {
            one.awaitMembers(3);
            two.awaitMembers(3);
            three.awaitMembers(3);
            three.address();
            // best effort: what is sent while the view is new may be lost
            one.awaitReceived("hello", () -> three.broadcast("hello"));
            two.awaitReceived("hello", () -> three.broadcast("hello"));
            three.awaitReceived("after", () -> one.send(three.id, "after"));
            assertThat(three.received()).containsOnly("after");
        }
    }

    @Test
    void send_onTheFirstView_isNotDropped() throws Exception {
        try (TestPeer one = TestPeer.start(1);
                TestPeer two = TestPeer.start(2, one.address())) {
            two.awaitMembers(2);
            two.send(one.id, "first");
            one.awaitReceived("first", () -> {});
            assertThat(two.network.dropped()).isZero();
        }
    }

    @Test
    void join_seedIsNoCoordinator_findsTheCoordinator() throws Exception {
        try (TestPeer one = TestPeer.start(1).awaitMembers(1);
                TestPeer two = TestPeer.start(2, one.address()).awaitMembers(2);
                TestPeer three = TestPeer.start(3, two.address())) {
            three.awaitMembers(3);
            assertThat(three.events()).startsWith("members 3"); // never alone, never merged
        }
    }

    @Test
    void close_ofOne_isSeenByTheOther() throws Exception {
        Duration enough = Duration.ofSeconds(2);
        assertThat(Moment.shortest(enough, JGroupsNetworkTest::closeOneOfTwo)).isLessThan(enough);
    }

    private static Duration closeOneOfTwo() throws Exception {
        try (TestPeer one = TestPeer.start(1);
                TestPeer two = TestPeer.start(2, one.address())) {
            one.awaitMembers(2);
            two.awaitMembers(2);
            long before = System.nanoTime();
            two.network.close();
            Duration took = Moment.since(before);
            one.awaitMembers(1);
            return took;
        }
    }

    @Test
    void join_otherMeshName_neverMixes() throws Exception {
        try (TestPeer one = TestPeer.start(1);
                TestPeer two = TestPeer.start(2, one.address());
                TestPeer other =
                        TestPeer.start(
                                settings(
                                        "other",
                                        3,
                                        InetAddress.getLoopbackAddress(),
                                        0,
                                        one.address()))) {
            other.awaitMembers(1);
            one.awaitMembers(2);
            other.broadcast("stray");
            other.send(one.id, "stray");
            one.awaitReceived("ours", () -> two.send(one.id, "ours"));
            assertThat(one.received()).containsOnly("ours");
            assertThat(other.members()).containsExactly(other.id);
        }
    }

    @Test
    void start_portInUse_joinsOnceItIsFree() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        ServerSocket taken = new ServerSocket(0, 1, loopback);
        int port = taken.getLocalPort();
        try (TestPeer peer = TestPeer.start(settings("test", 1, loopback, port))) {
            peer.awaitFailedJoin();
            assertThat(peer.network.localAddress()).isEmpty();
            taken.close();
            peer.awaitMembers(1);
            assertThat(peer.address()).isEqualTo(new InetSocketAddress(loopback, port));
        }
    }

    @Test
    void kill_ofAProcess_isSuspected() throws Exception {
        try (TestPeer one = TestPeer.start(1);
                ChildPeer child = ChildPeer.start(2, one.address())) {
            one.awaitMembers(2);
            child.kill();
            one.awaitSuspected(new PeerId(2, 2));
            one.awaitMembers(1);
            // Of a connection as young as this one the suspicion may come after the view.
            assertThat(one.events()).startsWith("members 1", "members 2").contains("suspected");
        }
    }

    @Test
    void restart_afterKill_isReachedAsItsNewIncarnation() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (TestPeer one = TestPeer.start(1);
                ChildPeer child = ChildPeer.start(2, one.address())) {
            one.awaitMembers(2);
            child.kill();
            InetSocketAddress seed = one.address();
            JGroupsSettings again =
                    new JGroupsSettings(
                            "test",
                            new PeerId(2, 2),
                            2,
                            new JGroupsSettings.Place(loopback, 0, Optional.empty()),
                            TestPeer.seeds(List.of(seed)),
                            Optional.empty());
            try (TestPeer two = TestPeer.start(again)) {
                two.awaitReceived("again", () -> one.send(two.id, "again"));
                one.awaitMembers(2);
            }
        }
    }

    @Test
    void join_seedIsDeaf_isNotDelayedForTheOthers() throws Exception {
        InetSocketAddress nobody = new InetSocketAddress("192.0.2.1", 9);
        try (TestPeer one = TestPeer.start(1);
                TestPeer two = TestPeer.start(2, nobody, one.address())) {
            one.awaitMembers(2);
            two.awaitMembers(2);
        }
    }

    @Test
    void join_strangersAtTheSeed_isNotDelayed() throws Exception {
        Duration enough = Duration.ofSeconds(1);
        assertThat(Moment.shortest(enough, JGroupsNetworkTest::joinBesideStrangers))
                .isLessThan(enough);
    }

    private static Duration joinBesideStrangers() throws Exception {
        List<Socket> strangers = new ArrayList<>();
        try (TestPeer one = TestPeer.start(1).awaitMembers(1)) {
            for (int i = 0; i < 50; i++) {
                Socket stranger = new Socket(one.address().getAddress(), one.address().getPort());
                strangers.add(stranger);
                if (i % 2 == 0) {
                    stranger.getOutputStream().write('E'); // the first byte of a hello
                }
            }
            long before = System.nanoTime();
            try (TestPeer two = TestPeer.start(2, one.address())) {
                two.awaitMembers(2);
                return Moment.since(before);
            }
        } finally {
            for (Socket stranger : strangers) {
                stranger.close();
            }
        }
    }

    @Test
    void send_unknownPeer_isDroppedAndCounted() throws Exception {
        try (TestPeer peer = TestPeer.start(1)) {
            peer.address();
            peer.send(new PeerId(9, 9), "nobody");
            peer.awaitDropped(1);
        }
    }

    @Test
    void send_tooLong_isDroppedAndCounted() throws Exception {
        try (TestPeer peer = TestPeer.start(1)) {
            peer.address();
            peer.network.broadcast(new byte[JGroupsNetwork.MAX_MESSAGE_BYTES + 1]);
            peer.awaitDropped(1);
        }
    }

    @Test
    void start_twice_throws() {
        try (TestPeer peer = TestPeer.start(1)) {
            assertThatThrownBy(() -> peer.network.start(peer))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void settings_wildcardAddress_isRefusedWithASentence() throws Exception {
        InetAddress any = InetAddress.getByName("0.0.0.0");
        assertThatThrownBy(() -> settings("test", 1, any, 0)).hasMessageContaining("0.0.0.0");
    }
}
