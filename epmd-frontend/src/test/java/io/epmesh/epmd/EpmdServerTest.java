package io.epmesh.epmd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The rules of the server, over real sockets.
@Timeout(120)
class EpmdServerTest {
    private static final String ALIVE_X = "000e 78 9999 4d 00 0006 0005 0001 78 0000";
    private static final String LOOKUP_X = "0002 7a78";
    private static final String FOUND_X = "770099994d00000600050001780000";
    private static final String NAMES = "0001 6e";
    private static final int ECHO = 0xe0;
    private static final EpmdSettings ANY_PORT = EpmdSettings.DEFAULTS.withPort(0);

    /// Who wants a taken name waits for longer than a test may take.
    private static final EpmdLimits WAITS_LONG =
            new EpmdLimits(
                    Duration.ofMinutes(10),
                    Duration.ofMinutes(10),
                    Duration.ofMinutes(10),
                    10,
                    10,
                    10,
                    10);

    private final RecordingDirectory directory = new RecordingDirectory();
    private EpmdServer server = start(ANY_PORT, Transport.best());

    @AfterEach
    void close() {
        server.close();
    }

    private EpmdServer start(EpmdSettings settings, Transport transport) {
        Map<Integer, Extension> extensions = Map.of(ECHO, EpmdServerTest::echo);
        return switch (EpmdServer.start(
                settings, directory, extensions, transport, ServiceManager.NONE)) {
            case StartResult.Started(EpmdServer started) -> started;
            case StartResult.AddressInUse other -> throw new AssertionError(other);
            case StartResult.CannotListen other -> throw new AssertionError(other);
        };
    }

    private void restart(EpmdSettings settings) {
        restart(settings, Transport.best());
    }

    private void restart(EpmdSettings settings, Transport transport) {
        server.close();
        server = start(settings, transport);
    }

    /// Sends back the body of the first frame, and then whatever comes.
    private static void echo(Channel channel, ByteBuf firstBody, Registrar registrar) {
        ChannelFuture _ = channel.writeAndFlush(firstBody.retain());
        channel.pipeline()
                .addLast(
                        new ChannelInboundHandlerAdapter() {
                            @Override
                            public void channelRead(ChannelHandlerContext ctx, Object message) {
                                ChannelFuture _ = ctx.writeAndFlush(message);
                            }
                        });
    }

    private Wire wire() throws IOException {
        return Wire.to(server);
    }

    private String ask(String hex) throws IOException {
        try (Wire wire = wire()) {
            return wire.send(hex).readAll();
        }
    }

    private String names() throws IOException {
        String reply = ask(NAMES);
        assertThat(reply).startsWith("%08x".formatted(server.port()));
        return new String(HexFormat.of().parseHex(reply.substring(8)), UTF_8);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void registration_fromRequestToEndOfConnection_isServed(Transport transport) throws Exception {
        restart(ANY_PORT, transport);
        try (Wire node = wire()) {
            assertThat(node.send(ALIVE_X).read(2)).isEqualTo("7600");
            assertThat(Long.parseLong(node.read(4), 16)).isGreaterThan(1_700_000_000);
            assertThat(directory.next()).isEqualTo("registered x /127.0.0.1");
            assertThat(ask(LOOKUP_X)).isEqualTo(FOUND_X);
            assertThat(names()).isEqualTo("name x at port 39321\n");
        }
        assertThat(directory.next()).isEqualTo("unregistered x");
        assertThat(ask(LOOKUP_X)).isEqualTo("7701");
        assertThat(names()).isEmpty();
    }

    @Test
    void alive_versionFive_getsShortReply() throws Exception {
        try (Wire node = wire()) {
            String reply = node.send("000e 78 9999 4d 00 0005 0005 0001 78 0000").read(4);
            assertThat(reply).matches("7900000[123]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"end", "reset", "byte", "half"})
    void alive_anythingAfterTheReply_unregisters(String what) throws Exception {
        try (Wire node = wire()) {
            node.send(ALIVE_X).read(6);
            assertThat(directory.next()).startsWith("registered x");
            switch (what) {
                case "end" -> node.hangUp();
                case "reset" -> node.reset();
                case "byte" -> node.send("00");
                default -> node.endOutput();
            }
            assertThat(directory.next()).isEqualTo("unregistered x");
        }
    }

    @Test
    void alive_halfClosedAtOnce_isAnsweredAndUnregistered() throws Exception {
        try (Wire node = wire()) {
            assertThat(node.send(ALIVE_X).endOutput().readAll()).startsWith("7600").hasSize(12);
        }
        assertThat(directory.next()).startsWith("registered x");
        assertThat(directory.next()).isEqualTo("unregistered x");
    }

    @Test
    void alive_takenName_isRefusedAndTheOwnerStays() throws Exception {
        try (Wire owner = wire();
                Wire newcomer = wire()) {
            owner.send(ALIVE_X).read(6);
            assertThat(newcomer.send(ALIVE_X).readAll()).isEqualTo("760100000063");
            newcomer.reset();
            assertThat(ask(LOOKUP_X)).isEqualTo(FOUND_X);
            assertThat(directory.events).hasSize(1);
        }
    }

    @Test
    void alive_takenNameWhoseOwnerEnds_isGranted() throws Exception {
        restart(ANY_PORT.withLimits(WAITS_LONG));
        try (Wire owner = wire();
                Wire newcomer = wire()) {
            long first = Long.parseLong(owner.send(ALIVE_X).read(6).substring(4), 16);
            newcomer.send(ALIVE_X);
            assertThat(ask(LOOKUP_X)).isEqualTo(FOUND_X);
            owner.hangUp();
            String reply = newcomer.read(6);
            assertThat(reply).startsWith("7600");
            assertThat(Long.parseLong(reply.substring(4), 16)).isEqualTo(first + 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"byte", "half"})
    void alive_takenNameAndMoreWhileItWaits_isRefusedAtOnce(String what) throws Exception {
        restart(ANY_PORT.withLimits(WAITS_LONG));
        try (Wire owner = wire();
                Wire newcomer = wire()) {
            owner.send(ALIVE_X).read(6);
            newcomer.send(ALIVE_X);
            // Answered on the same event loop, in a later round, so the request has been read.
            ask(NAMES);
            ask(NAMES);
            if (what.equals("byte")) {
                newcomer.send("00");
            } else {
                newcomer.endOutput();
            }
            assertThat(newcomer.readAll()).isEqualTo("760100000063");
            assertThat(ask(LOOKUP_X)).isEqualTo(FOUND_X);
        }
    }

    @Test
    void alive_badName_isRefusedAndClosed() throws Exception {
        assertThat(ask("000e 78 9999 4d 00 0006 0005 0001 ff 0000")).isEqualTo("760100000063");
    }

    @Test
    void alive_beyondTheBound_isRefused() throws Exception {
        restart(ANY_PORT.withLimits(EpmdLimits.DEFAULTS.withRegistrations(1, 1)));
        try (Wire node = wire()) {
            node.send(ALIVE_X).read(6);
            assertThat(ask("000e 78 9999 4d 00 0006 0005 0001 79 0000")).isEqualTo("760100000063");
        }
    }

    @Test
    void alive_noRoomBehindTheServer_isRefusedAndTheNameStaysFree() throws Exception {
        directory.full = true;
        assertThat(ask(ALIVE_X)).isEqualTo("760100000063");
        directory.full = false;
        try (Wire node = wire()) {
            assertThat(node.send(ALIVE_X).read(6)).startsWith("7600");
        }
    }

    @Test
    void alive_creationFloor_isExceeded() throws Exception {
        restart(ANY_PORT.withCreationFloor(0xF000_0000L));
        try (Wire node = wire()) {
            assertThat(node.send(ALIVE_X).read(6)).isEqualTo("7600f0000001");
        }
    }

    @Test
    void lookup_fullName_asksTheDirectoryAlone() throws Exception {
        NodeName full = new NodeName("x@h");
        directory.known.put(
                full, PortInfo.ofErlangNode(258).withExtra(Extra.of(new byte[] {1, 2})));
        assertThat(ask("0004 7a784068")).isEqualTo("770001024d00000600050003784068" + "00020102");
        assertThat(directory.next()).isEqualTo("lookup x@h /127.0.0.1 /127.0.0.1");
    }

    @Test
    void lookup_shortNameUnknownHere_asksTheDirectory() throws Exception {
        directory.known.put(new NodeName("x"), PortInfo.ofErlangNode(39321));
        assertThat(ask(LOOKUP_X)).isEqualTo(FOUND_X);
    }

    @Test
    void lookup_halfClosedClient_getsItsReply() throws Exception {
        try (Wire wire = wire()) {
            assertThat(wire.send(LOOKUP_X).endOutput().readAll()).isEqualTo("7701");
        }
    }

    @Test
    void lookup_surplusInALaterRead_getsItsReply() throws Exception {
        try (Wire wire = wire()) {
            wire.send("0002");
            // Answered on the same event loop, so the bytes above have been read by then.
            ask(NAMES);
            ask(NAMES);
            wire.send("7a 78" + "ff".repeat(20_000));
            assertThat(wire.readAll()).isEqualTo("7701");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000", "0bf2", "0001 6e 6e", "0001 70", "0001 7a", "0003 7a7800ff"})
    void request_broken_isClosedWithoutReply(String hex) throws Exception {
        try (Wire wire = wire()) {
            assertThat(readAllOrReset(wire.send(hex))).isEmpty();
        }
        assertThat(server.statistics().violations()).isEqualTo(1);
    }

    /// A reset is as good as an end: what the server has not read makes the one of the other.
    private static String readAllOrReset(Wire wire) throws IOException {
        try {
            return wire.readAll();
        } catch (SocketException reset) {
            assertThat(reset).hasMessageContaining("reset");
            return "";
        }
    }

    @Test
    void names_ofDirectory_followTheRegisteredOnes() throws Exception {
        directory.added =
                List.of(
                        new NamedPort(new NodeName("mapped"), 7),
                        new NamedPort(new NodeName("x"), 8));
        try (Wire node = wire()) {
            node.send(ALIVE_X).read(6);
            assertThat(names()).isEqualTo("name x at port 39321\nname mapped at port 7\n");
        }
    }

    @Test
    void kill_withLivingNode_isRefused() throws Exception {
        try (Wire node = wire()) {
            node.send(ALIVE_X).read(6);
            assertThat(ask("0001 6b")).isEqualTo("4e4f");
        }
        assertThat(directory.next()).startsWith("registered");
        assertThat(directory.next()).startsWith("unregistered");
        assertThat(ask("0001 6b")).isEqualTo("4f4b");
        assertThat(directory.next()).isEqualTo("stop requested");
    }

    @Test
    void stop_notRelaxed_isIgnored() throws Exception {
        assertThat(ask("0002 7378")).isEmpty();
        assertThat(server.statistics().notAllowed()).isEqualTo(1);
    }

    @Test
    void stop_relaxed_endsTheRegistrationAndItsConnection() throws Exception {
        restart(ANY_PORT.relaxed());
        assertThat(ask("0002 7378")).isEqualTo("4e4f4558495354");
        try (Wire node = wire()) {
            node.send(ALIVE_X).read(6);
            assertThat(ask("0002 7378")).isEqualTo("53544f50504544");
            assertThat(node.readAll()).isEmpty();
        }
        assertThat(directory.next()).startsWith("registered");
        assertThat(directory.next()).startsWith("unregistered");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void silence_longerThanThePacketTimeout_isClosed(Transport transport) throws Exception {
        EpmdLimits limits = EpmdLimits.DEFAULTS.withPacketTimeout(Duration.ofSeconds(1));
        restart(ANY_PORT.withLimits(limits), transport);
        try (Wire node = wire().send(ALIVE_X)) {
            node.read(6);
            try (Wire silent = wire().send("00")) {
                assertThat(silent.readAll()).isEmpty();
            }
            assertThat(server.statistics().timeouts()).isEqualTo(1);
            assertThat(server.registrations().get()).hasSize(1);
        }
    }

    @Test
    void connections_beyondTheBound_areTurnedAway() throws Exception {
        restart(ANY_PORT.withLimits(EpmdLimits.DEFAULTS.withUnidentified(1, 1)));
        try (Wire first = wire()) {
            first.send("00");
            try (Wire second = wire()) {
                assertThat(readAllOrReset(second)).isEmpty();
            }
            assertThat(first.send("02 7a 78").readAll()).isEqualTo("7701");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void extension_opcodeOfItsOwn_getsTheConnection(Transport transport) throws Exception {
        restart(
                ANY_PORT.withLimits(
                        EpmdLimits.DEFAULTS
                                .withUnidentified(1, 1)
                                .withPacketTimeout(Duration.ofSeconds(1))),
                transport);
        try (Wire wire = wire()) {
            assertThat(wire.send("0002 e001 aabbcc").read(5)).isEqualTo("e001aabbcc");
            // It has left the lobby: another connection finds room, and no timeout ends it.
            try (Wire other = wire()) {
                assertThat(other.readAll()).isEmpty();
            }
            assertThat(server.statistics().timeouts()).isEqualTo(1);
            assertThat(wire.send("0102").read(2)).isEqualTo("0102");
            assertThat(server.statistics().handedOver()).isEqualTo(1);
        }
    }

    @Test
    void extension_epmdsOwnOpcode_isRefused() {
        Map<Integer, Extension> extensions = Map.of(110, EpmdServerTest::echo);
        assertThatThrownBy(() -> EpmdServer.start(ANY_PORT, directory, extensions))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("110");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void start_portInUse_saysSo(Transport transport) {
        EpmdSettings same = ANY_PORT.withPort(server.port());
        assertThat(EpmdServer.start(same, directory, Map.of(), transport, ServiceManager.NONE))
                .isEqualTo(
                        new StartResult.AddressInUse(
                                new InetSocketAddress(literal("::"), server.port())));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void start_addressThatIsNotOurs_cannotListen(Transport transport) {
        EpmdSettings settings = ANY_PORT.withAddresses(List.of(literal("198.51.100.1")));
        assertThat(EpmdServer.start(settings, directory, Map.of(), transport, ServiceManager.NONE))
                .isInstanceOf(StartResult.CannotListen.class);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void start_listOfAddresses_listensOnEachAndOnLoopback(Transport transport) throws Exception {
        InetAddress another = literal("127.0.0.2");
        restart(ANY_PORT.withAddresses(List.of(another, another)), transport);
        assertThat(server.addresses())
                .extracting(InetSocketAddress::getAddress)
                .contains(literal("127.0.0.1"), another);
        for (InetSocketAddress each : server.addresses()) {
            try (Wire wire = new Wire(each.getAddress(), server.port())) {
                assertThat(wire.send(ALIVE_X).read(2)).isEqualTo("7600");
            }
            assertThat(directory.next()).startsWith("registered x");
            assertThat(directory.next()).isEqualTo("unregistered x");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void start_allOfIpv4_listensOnIpv4AndLoopback6(Transport transport) throws Exception {
        restart(ANY_PORT.withAddresses(List.of(literal("0.0.0.0"))), transport);
        assertThat(server.addresses().getFirst().getAddress()).isEqualTo(literal("0.0.0.0"));
        assertThat(names()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void close_halfARequest_isAnsweredFirst(Transport transport) throws Exception {
        String answer = "";
        // It waits for half a second, in which a busy machine may not get round to the other half.
        for (int tries = 0; answer.isEmpty() && tries < 8; tries++) {
            restart(ANY_PORT, transport);
            answer = finishRequestWhileItCloses();
        }
        assertThat(answer).isEqualTo("7701");
    }

    private String finishRequestWhileItCloses() throws Exception {
        try (Wire client = wire()) {
            client.send("00");
            while (server.statistics().connections() == 0) {
                Thread.onSpinWait();
            }
            Thread closing = Thread.startVirtualThread(server::close);
            while (closing.isAlive() && closing.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            client.sendIfOpen(Golden.hex("02 7a 78"));
            String answer = client.readUntilEnd(64);
            assertThat(closing.join(Duration.ofMinutes(1))).isTrue();
            return answer;
        }
    }

    @Test
    void close_silentClient_isWaitedForAWhileOnly() throws Exception {
        try (Wire silent = wire()) {
            silent.send("00");
            while (server.statistics().connections() == 0) {
                Thread.onSpinWait();
            }
            server.close();
            assertThat(readAllOrReset(silent)).isEmpty();
        }
    }

    @Test
    void close_withLivingNode_tellsNobody() throws Exception {
        try (Wire node = wire()) {
            node.send(ALIVE_X).read(6);
            server.close();
            assertThat(node.readAll()).isEmpty();
        }
        assertThat(directory.events).hasSize(1);
        EpmdServer formerly = server;
        // The port is free again, always: the event loop must not end before its sockets.
        for (int i = 0; i < 20; i++) {
            restart(EpmdSettings.DEFAULTS.withPort(formerly.port()));
        }
    }

    private static InetAddress literal(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw new AssertionError(address, e);
        }
    }
}
