package io.epmesh.node.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.epmesh.node.handshake.HandshakeResult.Accepts;
import io.epmesh.node.handshake.HandshakeResult.Encrypted;
import io.epmesh.node.handshake.HandshakeResult.Identified;
import io.epmesh.node.handshake.HandshakeResult.Refused;
import io.epmesh.node.handshake.HandshakeResult.Unasked;
import io.netty.channel.ChannelException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DistributionHandshakeTest {
    private static final String OK = "0003736f6b";
    private static final String CHALLENGE =
            "0016" + "4e" + "0000000d07df7fbd" + "1a2b3c4d" + "673a1b2c" + "0003" + "614068";
    private static final HandshakeResult NODE = new Identified("a@h", OptionalLong.of(0x673a1b2cL));
    private static final Duration SHORT = Duration.ofSeconds(1);

    private final DistributionHandshake handshake =
            new DistributionHandshake(Duration.ofMinutes(1));
    private final DistributionHandshake impatient = new DistributionHandshake(SHORT);

    @AfterEach
    void close() {
        handshake.close();
        impatient.close();
    }

    @Test
    void ask_answerInOnePiece_identifiesAndHangsUp() throws Exception {
        try (FakeNode node = new FakeNode(hex(OK + CHALLENGE))) {
            assertThat(result(handshake, node, 6)).isEqualTo(NODE);
            assertThat(node.hungUp()).isTrue();
        }
    }

    /// A process without a file descriptor left: asking threw, which stopped the peer when it was
    /// about orphans, and in time had it learn no names any more.
    @Test
    void ask_noSocketToBeHad_isNoVerdictOnTheNode() throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 1);
        try (DistributionHandshake poor =
                new DistributionHandshake(
                        SHORT,
                        () -> {
                            throw new ChannelException(
                                    "Failed to open a socket.",
                                    new SocketException("Too many open files"));
                        })) {
            HandshakeResult none = new Unasked("Too many open files");
            assertThat(poor.ask(address, 6).toCompletableFuture().get(60, TimeUnit.SECONDS))
                    .isEqualTo(none);
            assertThat(poor.reach(address).toCompletableFuture().get(60, TimeUnit.SECONDS))
                    .isEqualTo(none);
        }
    }

    @Test
    void ask_answerByteByByte_identifies() throws Exception {
        byte[] answer = hex(OK + CHALLENGE);
        byte[][] pieces = new byte[answer.length][];
        for (int i = 0; i < answer.length; i++) {
            pieces[i] = new byte[] {answer[i]};
        }
        try (FakeNode node = new FakeNode(pieces)) {
            assertThat(result(handshake, node, 6)).isEqualTo(NODE);
        }
    }

    @Test
    void ask_version5_greetsInTheOldWayAndTellsNoCreation() throws Exception {
        String challenge = "000e" + "6e" + "0005" + "00df7fbd" + "1a2b3c4d" + "614068";
        try (FakeNode node = new FakeNode(hex(OK + challenge))) {
            assertThat(result(handshake, node, 5))
                    .isEqualTo(new Identified("a@h", OptionalLong.empty()));
            assertThat(node.greeting()).startsWith('n', 0, 5);
        }
    }

    @Test
    void ask_again_usesAnotherNameOfTheSameFamily() throws Exception {
        String first = askForOwnName();
        String second = askForOwnName();

        assertThat(first).matches("epmesh-[0-9a-f]{16}-0@probe");
        assertThat(second).isEqualTo(first.replace("-0@", "-1@"));
    }

    @Test
    void ask_notAllowed_accepts() throws Exception {
        try (FakeNode node = new FakeNode(hex("000c73"), ascii("not_allowed"))) {
            assertThat(result(handshake, node, 6)).isEqualTo(new Accepts());
        }
    }

    @Test
    void ask_tlsAlert_isEncrypted() throws Exception {
        try (FakeNode node = new FakeNode(hex("15"), hex("030300020246"))) {
            assertThat(result(handshake, node, 6)).isEqualTo(new Encrypted());
        }
    }

    @Test
    void reach_saysNothingAndHangsUp() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletionStage<HandshakeResult> reached =
                    handshake.reach((InetSocketAddress) server.getLocalSocketAddress());
            try (Socket socket = server.accept()) {
                socket.setSoTimeout(60_000);
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(reached.toCompletableFuture().get(60, TimeUnit.SECONDS))
                    .isEqualTo(new Accepts());
        }
    }

    @Test
    void ask_brokenChallenge_accepts() throws Exception {
        try (FakeNode node = new FakeNode(hex(OK + "00024e00"))) {
            assertThat(result(handshake, node, 6)).isEqualTo(new Accepts());
        }
    }

    @Test
    void ask_silence_acceptsAtTheDeadlineAndHangsUp() throws Exception {
        try (FakeNode node = new FakeNode(hex(OK))) {
            assertThat(result(impatient, node, 6)).isEqualTo(new Accepts());
            assertThat(node.hungUp()).isTrue();
        }
    }

    @Test
    void ask_closedPort_isRefusedWithTheReason() throws Exception {
        InetSocketAddress closed;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = (InetSocketAddress) server.getLocalSocketAddress();
        }

        assertThat(ask(handshake, closed, 6))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).contains("refused"));
    }

    @Test
    void ask_unresolvedAddress_throws() {
        InetSocketAddress unresolved = InetSocketAddress.createUnresolved("h.invalid", 1);

        assertThatThrownBy(() -> handshake.ask(unresolved, 6))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("h.invalid");
    }

    @Test
    void ask_afterClose_isRejected() throws Exception {
        handshake.close();
        try (FakeNode node = new FakeNode()) {
            assertThatThrownBy(() -> handshake.ask(node.address(), 6))
                    .isInstanceOf(RejectedExecutionException.class);
        }
    }

    @Test
    void new_deadlineBelowAMillisecond_throws() {
        assertThatThrownBy(() -> new DistributionHandshake(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT0S");
    }

    private String askForOwnName() throws Exception {
        try (FakeNode node = new FakeNode(hex(OK + CHALLENGE))) {
            assertThat(result(handshake, node, 6)).isEqualTo(NODE);
            byte[] greeting = node.greeting();
            return new String(
                    Arrays.copyOfRange(greeting, 1 + 8 + 4 + 2, greeting.length),
                    StandardCharsets.US_ASCII);
        }
    }

    private static HandshakeResult result(
            DistributionHandshake handshake, FakeNode node, int highestVersion) throws Exception {
        return ask(handshake, node.address(), highestVersion);
    }

    private static HandshakeResult ask(
            DistributionHandshake handshake, InetSocketAddress address, int highestVersion)
            throws Exception {
        return handshake
                .ask(address, highestVersion)
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
