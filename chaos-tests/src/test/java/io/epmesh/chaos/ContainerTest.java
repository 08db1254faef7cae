package io.epmesh.chaos;

import static io.epmesh.chaos.Mesh.SETTLED;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// A container without a peer of its own, whose unmodified nodes register with the peer of its
/// host. Here h2 is the container of h1, and h3 is another host of the mesh: what h2 sends to its
/// own loopback's port 4369 is led to h1, as a container's network would.
final class ContainerTest {
    private static final int PORT = 9105;

    /// The longest pause between two questions, their time, and some more.
    private static final Duration LATE = Duration.ofSeconds(20);

    private static void lead(Host container, Host host) {
        container.run("sysctl", "-qw", "net.ipv4.conf.all.route_localnet=1").orFail();
        String to = "%s:4369".formatted(host.address());
        container
                .run(
                        "sh",
                        "-ec",
                        """
                        iptables -w -t nat -A OUTPUT -d 127.0.0.1 -p tcp --dport 4369 \
                                -j DNAT --to-destination %s
                        iptables -w -t nat -A POSTROUTING -d %s -j MASQUERADE
                        """
                                .formatted(to, host.address()))
                .orFail();
    }

    /// Starts the peer of a host to which a container is led.
    private static Peer startPeer(Host host, Host container, String settings) throws IOException {
        lead(container, host);
        Peer peer = Peer.start(host, settings);
        peer.awaitEpmd();
        return peer;
    }

    private static void checkAddress(Host asked, String node, String address, String source) {
        Json found = asked.api("nodes/" + node);
        assertThat(found.text("address")).isEqualTo(address);
        assertThat(found.text("source")).isEqualTo(source);
        assertThat(found.text("hostIs")).isEqualTo("verified");
    }

    @Test
    void node_ofAContainer_isAnsweredWithItsOwnAddress_andOutlivesThePeer() throws Exception {
        try (Hosts hosts = Hosts.start(3)) {
            Host h1 = hosts.host(1);
            Host container = hosts.host(2);
            Host h3 = hosts.host(3);
            Peer peer =
                    startPeer(
                            h1,
                            container,
                            "gossip-address = 10.213.77.1\n"
                                    + "epmd-allow = peers\nregister-allow = 10.213.77.2/32");
            Peer other = Peer.start(h3, "join = h1");
            other.awaitEpmd();
            try (ErlangNode node = ErlangNode.start(container, "c", PORT)) {
                assertThat(node.fullName()).isEqualTo("c@h2");
                for (Host each : List.of(h1, h3)) {
                    Await.within(SETTLED, () -> checkAddress(each, "c@h2", "10.213.77.2", "live"));
                }
                // Who registers may ask too, and so may the host of a peer; nobody else.
                assertThat(container.epmdOf("10.213.77.1").lookup("c@h2")).hasValue(PORT);
                assertThat(h3.epmdOf("10.213.77.1").lookup("c")).hasValue(PORT);

                // Its socket is of another namespace, so its own word is the proof, for which a
                // busy machine may need longer than the start waits.
                peer.kill();
                peer.restart();
                peer.awaitEpmd();
                assertThat(peer.log()).contains("of 1 registrations").contains("proof: []");
                Await.within(SETTLED, () -> checkAddress(h3, "c@h2", "10.213.77.2", "live"));
            }
            Await.within(SETTLED, () -> Mesh.checkLookup(h3, "c@h2", OptionalInt.empty()));
        }
    }

    /// As a node does that never registers again; this one would, and is not let.
    @Test
    void node_thatIsSilentAtThePeersStart_isAdoptedOnceItAnswers() throws Exception {
        try (Hosts hosts = Hosts.start(2)) {
            Host h1 = hosts.host(1);
            Host container = hosts.host(2);
            Peer peer = startPeer(h1, container, "register-allow = 10.213.77.2/32");
            try (ErlangNode node = ErlangNode.start(container, "c", PORT)) {
                Await.within(SETTLED, () -> checkAddress(h1, "c@h2", "10.213.77.2", "live"));
                String since = h1.api("nodes/c@h2").text("since");
                container.signal("STOP", node.process());
                refuseEpmd("-I", container, h1);
                // A second time too: who is still asked is remembered.
                for (int start = 1; start <= 2; start++) {
                    peer.kill();
                    peer.restart();
                    peer.awaitEpmd();
                    assertThat(h1.epmdOf("127.0.0.1").lookup("c")).isEmpty();
                    assertThat(peer.log().split("still asked: \\[c\\]", -1)).hasSize(start + 1);
                }

                container.signal("CONT", node.process());

                Await.within(LATE, () -> checkAddress(h1, "c@h2", "10.213.77.2", "adopted"));
                assertThat(h1.epmdOf("127.0.0.1").lookup("c")).hasValue(PORT);
                assertThat(h1.api("nodes/c@h2").text("since")).isEqualTo(since);
                assertThat(peer.log()).contains("adopted late");
                refuseEpmd("-D", container, h1);
                Await.within(SETTLED, () -> checkAddress(h1, "c@h2", "10.213.77.2", "live"));
            }
        }
    }

    private static void refuseEpmd(String addOrDelete, Host container, Host host) {
        container
                .run(
                        ("iptables -w %s OUTPUT -d %s -p tcp --dport 4369 -j REJECT"
                                        + " --reject-with tcp-reset")
                                .formatted(addOrDelete, host.address())
                                .split(" "))
                .orFail();
    }

    @Test
    void node_ofAContainerThatVanishes_isWithdrawnWithinHalfAMinute() throws Exception {
        try (Hosts hosts = Hosts.start(2)) {
            Host h1 = hosts.host(1);
            Host container = hosts.host(2);
            Peer _ = startPeer(h1, container, "register-allow = 10.213.77.0/24");
            try (ErlangNode _ = ErlangNode.start(container, "c", PORT)) {
                assertThat(h1.epmdOf("127.0.0.1").lookup("c")).hasValue(PORT);
                h1.dropFrom(container);
                Await.within(
                        Duration.ofSeconds(40),
                        () -> assertThat(h1.epmdOf("127.0.0.1").lookup("c")).isEmpty());
            }
        }
    }

    @Test
    void container_thatMayNotRegister_isToldNothing_andTheLogSaysHow() throws Exception {
        try (Hosts hosts = Hosts.start(2)) {
            Host h1 = hosts.host(1);
            Host container = hosts.host(2);
            Peer peer = startPeer(h1, container, "epmd-allow = local");

            Finished refused =
                    container.run(
                            "erl",
                            "-noshell",
                            "-start_epmd",
                            "false",
                            "-sname",
                            "c",
                            "-s",
                            "init",
                            "stop");
            assertThat(refused.exit()).as("%s", refused).isNotZero();
            assertThat(peer.log())
                    .contains("10.213.77.2 may not ask and is not answered")
                    .contains("epmd-allow");
            assertThat(h1.epmdOf("127.0.0.1").names()).isEmpty();
        }
    }
}
