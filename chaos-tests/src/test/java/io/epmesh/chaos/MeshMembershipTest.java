package io.epmesh.chaos;

import static io.epmesh.chaos.Mesh.PROMPT;
import static io.epmesh.chaos.Mesh.SETTLED;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// Peers that come where nobody answers, and peers that go for good.
final class MeshMembershipTest {
    /// The start of a virtual machine on a busy machine; a resolver gives up after five seconds.
    private static final Duration START = Duration.ofSeconds(4);

    @Test
    void leave_takesTheHostsNamesOffTheOthersAtOnce() throws Exception {
        try (Mesh mesh = Mesh.start(2, "leave")) {
            mesh.startNode(2, "rabbit", 9102);
            Await.within(SETTLED, () -> mesh.checkLookup("rabbit@h2", OptionalInt.of(9102)));

            mesh.host(2).epmesh("leave").orFail();
            Await.within(
                    PROMPT, () -> Mesh.checkLookup(mesh.host(1), "rabbit@h2", OptionalInt.empty()));
            Await.within(SETTLED, () -> assertThat(mesh.peer(2).isRunning()).isFalse());
            assertThat(mesh.host(1).api("peers").having("id"))
                    .extracting(peer -> peer.text("state"))
                    .containsExactlyInAnyOrder("up", "left");
            assertThat(mesh.host(1).epmesh("status").exit()).isZero();
        }
    }

    @Test
    void forget_takesADeadPeersNamesOff_untilItComesBack() throws Exception {
        try (Mesh mesh = Mesh.start(2, "forget")) {
            Host h1 = mesh.host(1);
            mesh.startNode(2, "rabbit", 9102);
            Await.within(SETTLED, () -> mesh.checkLookup("rabbit@h2", OptionalInt.of(9102)));
            assertThat(h1.epmesh("forget", "h2").exit()).as("a living peer").isEqualTo(1);

            mesh.peer(2).kill();
            Await.within(SETTLED, () -> h1.epmesh("forget", "h2").orFail());
            Await.within(PROMPT, () -> Mesh.checkLookup(h1, "rabbit@h2", OptionalInt.empty()));
            assertThat(h1.epmesh("forget", "h2").exit()).as("a forgotten peer").isEqualTo(1);

            mesh.peer(2).restart();
            Await.within(SETTLED, () -> mesh.checkLookup("rabbit@h2", OptionalInt.of(9102)));
        }
    }

    /// Neither the peer to join nor the DNS server answers.
    @Test
    void start_nobodyToJoinAnswers_isEpmdAtOnce() throws Exception {
        try (Hosts hosts = Hosts.start(2)) {
            Host host = hosts.host(1);
            hosts.host(2).dropFrom(host);
            Files.writeString(
                    Path.of("/etc/netns")
                            .resolve(host.entry().network().getFileName())
                            .resolve("resolv.conf"),
                    "nameserver " + hosts.host(2).address() + "\n");
            long start = System.nanoTime();

            Peer peer = Peer.start(host, "join = dns:mesh.test,10.213.77.2");
            peer.awaitEpmd();

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(START);
            assertThat(peer.log()).contains(" is up: ");
        }
    }
}
