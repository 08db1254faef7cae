package io.epmesh.node.adoption;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.epmd.PortInfo;
import io.epmesh.node.adoption.Prover.Contest;
import io.epmesh.node.handshake.DistributionHandshake;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class ProverTest {
    private static final SelfDescription A = new SelfDescription("a", "h", 77);
    private static final Duration LONG = Duration.ofMinutes(2);

    private final DistributionHandshake handshake =
            new DistributionHandshake(Duration.ofMinutes(1));
    private final Prover prover =
            new Prover(handshake, ListeningSockets::read, InetAddress::isLoopbackAddress);
    private final Prover blind =
            new Prover(handshake, Optional::empty, InetAddress::isLoopbackAddress);

    @AfterEach
    void close() {
        handshake.close();
    }

    private static Proof prove(Prover by, RecordedNode node) throws InterruptedException {
        return Objects.requireNonNull(by.prove(List.of(node), LONG).get(node));
    }

    private static OptionalLong socket(int port) {
        return ListeningSockets.read().orElseThrow().onlyOneAt(port);
    }

    @Test
    void prove_sameSocketListens_needsNoWord() throws Exception {
        try (ListeningNode node = ListeningNode.silent()) {
            assertThat(prove(prover, node.remembered().listeningOn(socket(node.port()))))
                    .isEqualTo(Proof.PROVEN);
        }
    }

    @Test
    void prove_anotherSocketAtThePort_isNoProof() throws Exception {
        RecordedNode remembered;
        InetSocketAddress address;
        try (ListeningNode node = ListeningNode.silent()) {
            remembered = node.remembered().listeningOn(socket(node.port()));
            address = node.address();
        }
        assertThat(prove(prover, remembered)).isEqualTo(Proof.NONE);
        try (ListeningNode _ = ListeningNode.at(address, new SelfDescription("b", "h", 78))) {
            assertThat(prove(prover, remembered)).isEqualTo(Proof.NONE);
            assertThat(prove(prover, remembered.saying(A))).isEqualTo(Proof.NONE);
        }
    }

    @Test
    void prove_sameNameAndCreation_isProof() throws Exception {
        try (ListeningNode node = ListeningNode.saying(A)) {
            assertThat(prove(prover, node.remembered().saying(A))).isEqualTo(Proof.PROVEN);
            assertThat(prove(blind, node.remembered().saying(A))).isEqualTo(Proof.PROVEN);
        }
    }

    @Test
    void prove_sameNameOfAnotherLifeOrHost_isNoProof() throws Exception {
        try (ListeningNode node = ListeningNode.saying(A)) {
            assertThat(prove(prover, node.remembered().saying(new SelfDescription("a", "h", 76))))
                    .isEqualTo(Proof.NONE);
            assertThat(prove(prover, node.remembered().saying(new SelfDescription("a", "g", 77))))
                    .isEqualTo(Proof.NONE);
        }
    }

    @Test
    void prove_onAnotherOwnAddress_isFoundThere() throws Exception {
        InetSocketAddress elsewhere = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.9"), 0);
        try (ListeningNode node = ListeningNode.at(elsewhere, A)) {
            assertThat(prove(prover, node.remembered().saying(A))).isEqualTo(Proof.PROVEN);
        }
    }

    @Test
    void prove_nothingSaidAndNoSocketKnown_isNoProof() throws Exception {
        try (ListeningNode node = ListeningNode.saying(A)) {
            assertThat(prove(prover, node.remembered())).isEqualTo(Proof.NONE);
        }
    }

    @Test
    void prove_theSystemDoesNotTellNow_isNoVerdictOnWhoIsKnownByTheSocketAlone() throws Exception {
        try (ListeningNode node = ListeningNode.silent()) {
            assertThat(prove(blind, node.remembered().listeningOn(socket(node.port()))))
                    .isEqualTo(Proof.UNASKED);
        }
    }

    @Test
    void prove_portZero_isNoProof() throws Exception {
        assertThat(prove(prover, ListeningNode.remembered(0).saying(A))).isEqualTo(Proof.NONE);
    }

    @Test
    void prove_silence_isToldFromAnEnd() throws Exception {
        try (ListeningNode node = ListeningNode.silent();
                DistributionHandshake brief = new DistributionHandshake(Duration.ofMillis(300))) {
            Prover impatient =
                    new Prover(brief, ListeningSockets::read, InetAddress::isLoopbackAddress);
            assertThat(prove(impatient, node.remembered().saying(A))).isEqualTo(Proof.SILENT);
        }
    }

    @Test
    void prove_pastTheEnd_countsAsSilent() throws Exception {
        try (ListeningNode node = ListeningNode.silent()) {
            RecordedNode remembered = node.remembered().saying(A);
            assertThat(prover.prove(List.of(remembered), Duration.ofMillis(10)))
                    .containsExactlyEntriesOf(Map.of(remembered, Proof.SILENT));
        }
    }

    private static Contest contest(Prover by, RecordedNode node, int port, String source)
            throws Exception {
        return by.contest(node, PortInfo.ofErlangNode(port), InetAddress.ofLiteral(source)).get();
    }

    @Test
    void contest_samePort_isTheSameNode() throws Exception {
        try (ListeningNode node = ListeningNode.saying(A)) {
            RecordedNode bySocket = node.remembered().listeningOn(socket(node.port()));
            assertThat(contest(prover, bySocket, node.port(), "127.0.0.1"))
                    .isEqualTo(new Contest(Proof.PROVEN, true));
            assertThat(contest(blind, node.remembered().saying(A), node.port(), "127.0.0.1"))
                    .isEqualTo(new Contest(Proof.PROVEN, true));
        }
    }

    @Test
    void contest_anotherPortOrHost_isAnother() throws Exception {
        try (ListeningNode node = ListeningNode.saying(A)) {
            RecordedNode bySocket = node.remembered().listeningOn(socket(node.port()));
            assertThat(contest(prover, bySocket, node.port() ^ 1, "127.0.0.1"))
                    .isEqualTo(new Contest(Proof.PROVEN, false));
            assertThat(contest(prover, bySocket, node.port(), "192.0.2.1"))
                    .isEqualTo(new Contest(Proof.PROVEN, false));
            assertThat(contest(prover, bySocket, node.port(), "::1"))
                    .isEqualTo(new Contest(Proof.PROVEN, true));
        }
    }

    @Test
    void contest_twoListenAtThePort_cannotBeTheSameForSure() throws Exception {
        try (ListeningNode node = ListeningNode.saying(A)) {
            RecordedNode bySocket = node.remembered().listeningOn(socket(node.port()));
            InetSocketAddress beside =
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.9"), node.port());
            try (ListeningNode _ = ListeningNode.at(beside, new SelfDescription("a", "h", 78))) {
                assertThat(contest(prover, bySocket, node.port(), "127.0.0.1"))
                        .isEqualTo(new Contest(Proof.PROVEN, false));
            }
        }
    }
}
