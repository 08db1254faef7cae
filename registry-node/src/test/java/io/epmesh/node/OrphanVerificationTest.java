package io.epmesh.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.Finding;
import io.epmesh.gossip.Key;
import io.epmesh.gossip.Snapshot.Phase;
import io.epmesh.node.handshake.DistributionHandshake;
import io.epmesh.node.handshake.HandshakeResult;
import io.epmesh.node.handshake.HandshakeResult.Accepts;
import io.epmesh.node.handshake.HandshakeResult.Encrypted;
import io.epmesh.node.handshake.HandshakeResult.Identified;
import io.epmesh.node.handshake.HandshakeResult.Refused;
import io.epmesh.node.handshake.HandshakeResult.Unasked;
import io.epmesh.node.naming.MeshState;
import io.epmesh.node.naming.NodeRegistration;
import io.epmesh.node.tasks.TaskThread;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.pcollections.PMap;

class OrphanVerificationTest {
    private static final NodeRegistration VERIFIED = MeshState.verified("a@h", 1); // creation 7
    private static final NodeRegistration ASSUMED = MeshState.assumed("a@h", 1);
    private static final NodeRegistration NO_CREATION =
            ASSUMED.verified("h", Optional.<Long>empty());

    static Stream<Arguments> cases() {
        return Stream.of(
                Arguments.of(VERIFIED, is("a@h", 7), Finding.PROVEN),
                Arguments.of(VERIFIED, is("a@h", 8), Finding.GONE), // another life
                Arguments.of(VERIFIED, nameless("a@h"), Finding.PROVEN),
                Arguments.of(VERIFIED, is("a@other", 7), Finding.GONE),
                Arguments.of(VERIFIED, is("b@h", 7), Finding.GONE),
                Arguments.of(VERIFIED, is("aa@h", 7), Finding.GONE),
                Arguments.of(NO_CREATION, is("a@h", 8), Finding.PROVEN),
                Arguments.of(NO_CREATION, is("a@other", 8), Finding.GONE),
                Arguments.of(ASSUMED, is("a@any", 8), Finding.PROVEN),
                Arguments.of(ASSUMED, is("b@h", 8), Finding.GONE),
                Arguments.of(ASSUMED, is("aa@h", 8), Finding.GONE),
                Arguments.of(VERIFIED, new Accepts(), Finding.ACCEPTS),
                Arguments.of(ASSUMED, new Accepts(), Finding.ACCEPTS),
                Arguments.of(VERIFIED, new Encrypted(), Finding.ACCEPTS),
                Arguments.of(VERIFIED, new Refused("no"), Finding.GONE),
                Arguments.of(ASSUMED, new Refused("no"), Finding.GONE));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void finding_isProofOnlyOfTheSameNode(
            NodeRegistration node, HandshakeResult result, Finding expected) {
        assertThat(OrphanVerification.finding(node, result)).hasValue(expected);
    }

    @Test
    void finding_nobodyWasAsked_isNone() {
        assertThat(OrphanVerification.finding(VERIFIED, new Unasked("no socket"))).isEmpty();
    }

    /// An address that does not resolve stopped the round, and with it the verdict on all nodes of
    /// the owner.
    @Test
    void round_overAllKindsOfAddresses_judgesEachNode() throws Exception {
        MeshState mesh = new MeshState();
        mesh.describe(1, "10.0.0.1", "h1");
        mesh.describe(2, "127.0.0.1", "h2");
        int free;
        try (ServerSocket closed = new ServerSocket(0, 1, Nodes.LOOPBACK)) {
            free = closed.getLocalPort();
        }
        mesh.register(2, MeshState.assumed("refused@h2", free));
        mesh.register(2, MeshState.assumed("portless@h2", 0));
        mesh.register(2, at("nowhere@h2", "no..address"));
        mesh.phase(2, Phase.ORPHANED);
        CompletableFuture<Map<Key, Finding>> verdict = new CompletableFuture<>();
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
        try (DistributionHandshake handshake = new DistributionHandshake(Duration.ofMinutes(1))) {
            new OrphanVerification(
                            handshake,
                            scheduler,
                            () -> mesh.table(1),
                            (_, findings) -> verdict.complete(findings),
                            verdict::completeExceptionally)
                    .start();

            assertThat(verdict.get(120, TimeUnit.SECONDS))
                    .containsOnlyKeys(
                            NodeRegistration.key("refused"),
                            NodeRegistration.key("portless"),
                            NodeRegistration.key("nowhere"))
                    .allSatisfy((_, finding) -> assertThat(finding).isEqualTo(Finding.GONE));
        } finally {
            scheduler.shutdownNow();
        }
    }

    @Test
    void bug_inARound_isReported() throws Exception {
        CompletableFuture<Throwable> reported = new CompletableFuture<>();
        TaskThread scheduler = new TaskThread("verify", reported::complete);
        try (DistributionHandshake handshake = new DistributionHandshake(Duration.ofMinutes(1))) {
            new OrphanVerification(
                            handshake,
                            scheduler,
                            () -> {
                                throw new IllegalStateException("a bug");
                            },
                            OrphanVerificationTest::noVerdict,
                            OrphanVerificationTest::isNone)
                    .start();

            assertThat(reported.get(120, TimeUnit.SECONDS)).hasMessage("a bug");
        } finally {
            scheduler.shutdownNow();
        }
    }

    private static void isNone(Throwable bug) {
        throw new AssertionError(bug);
    }

    private static void noVerdict(Object owner, PMap<Key, Finding> findings) {
        throw new AssertionError("a verdict on " + owner + ": " + findings);
    }

    private static Identified is(String full, long creation) {
        return new Identified(full, OptionalLong.of(creation));
    }

    private static Identified nameless(String full) {
        return new Identified(full, OptionalLong.empty());
    }

    private static NodeRegistration at(String full, String address) {
        NodeRegistration node = MeshState.assumed(full, 9001);
        return new NodeRegistration(
                node.name(),
                node.host(),
                node.hostIs(),
                Optional.of(address),
                node.port(),
                node.nodeType(),
                node.protocol(),
                node.creation(),
                false,
                node.since(),
                node.extra());
    }
}
