package io.epmesh.epmd;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Sources that are not this host's, on real sockets: in a namespace whose kernel lets programs use
/// any address of 198.51.100.0/24, though no interface has one.
@Timeout(120)
class AccessTest {
    private static final String FAR = "ip route add local 198.51.100.0/24 dev lo";
    private static final InetAddress ASKS = InetAddress.ofLiteral("198.51.100.1");
    private static final InetAddress REGISTERS = InetAddress.ofLiteral("198.51.100.2");
    private static final InetAddress STRANGER = InetAddress.ofLiteral("198.51.100.3");
    private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");

    private static final String ALIVE_X = "000e 78 9999 4d 00 0006 0005 0001 78 0000";
    private static final String BAD_ALIVE = "000e 78 9999 4d 00 0006 0005 0001 ff 0000";
    private static final String LOOKUP_X = "0002 7a78";
    private static final String FOUND_X = "770099994d00000600050001780000";
    private static final int ECHO = 0xe0;

    private final RecordingDirectory directory = new RecordingDirectory();
    private final BlockingQueue<String> refused = new LinkedBlockingQueue<>();

    private final Access someMay =
            new Access() {
                @Override
                public boolean allows(Wish wish, InetAddress remote) {
                    return remote.equals(REGISTERS) || (remote.equals(ASKS) && wish == Wish.ASK);
                }

                @Override
                public void refused(Wish wish, InetAddress remote) {
                    refused.add(wish + " " + remote.getHostAddress());
                }
            };

    private EpmdServer start(Access access, Transport transport) {
        Extension echo =
                (channel, body, _) -> {
                    ChannelFuture _ = channel.writeAndFlush(body.retain());
                };
        EpmdSettings settings = EpmdSettings.DEFAULTS.withPort(0).withAccess(access);
        StartResult result =
                EpmdServer.start(
                        settings, directory, Map.of(ECHO, echo), transport, ServiceManager.NONE);
        assertThat(result).isInstanceOf(StartResult.Started.class);
        return ((StartResult.Started) result).server();
    }

    private static Wire from(InetAddress source, EpmdServer server) throws IOException {
        return new Wire(source, HERE, server.port());
    }

    private static String ask(InetAddress source, EpmdServer server, String hex)
            throws IOException {
        try (Wire wire = from(source, server)) {
            wire.sendIfOpen(Golden.hex(hex));
            return wire.readUntilEnd(64);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void source_thatMayNotAsk_isClosedOnWithoutAReply(Transport transport) throws Exception {
        Namespace.run(
                FAR,
                () -> {
                    try (EpmdServer server = start(someMay, transport);
                            Wire node = from(HERE, server)) {
                        assertThat(node.send(ALIVE_X).read(2)).isEqualTo("7600");
                        for (String request :
                                List.of(LOOKUP_X, "0001 6e", "0001 64", ALIVE_X, "0002 e055", "")) {
                            assertThat(ask(STRANGER, server, request)).as(request).isEmpty();
                            assertThat(refused.take()).isEqualTo("ASK 198.51.100.3");
                        }
                        assertThat(server.statistics().notAllowed()).isEqualTo(6);
                        assertThat(server.statistics().connections()).isEqualTo(7);
                        for (InetAddress source : List.of(HERE, ASKS, REGISTERS)) {
                            assertThat(ask(source, server, LOOKUP_X)).isEqualTo(FOUND_X);
                        }
                        assertThat(ask(ASKS, server, "0001 6e")).endsWith("0a"); // NAMES
                        assertThat(server.statistics().notAllowed()).isEqualTo(6);
                    }
                    return null;
                });
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void source_thatMayRegister_keepsItsAddress(Transport transport) throws Exception {
        Namespace.run(
                FAR,
                () -> {
                    try (EpmdServer server = start(someMay, transport);
                            Wire node = from(REGISTERS, server)) {
                        assertThat(node.send(ALIVE_X).read(2)).isEqualTo("7600");
                        assertThat(directory.next()).isEqualTo("registered x /198.51.100.2");
                        assertThat(ask(HERE, server, LOOKUP_X)).isEqualTo(FOUND_X);
                        node.hangUp();
                        assertThat(directory.next()).isEqualTo("unregistered x");
                    }
                    return null;
                });
    }

    @Test
    void source_thatMayAskAlone_cannotRegister() throws Exception {
        Namespace.run(
                FAR,
                () -> {
                    try (EpmdServer server = start(someMay, Transport.best())) {
                        for (String request : List.of(ALIVE_X, BAD_ALIVE)) {
                            assertThat(ask(ASKS, server, request)).isEmpty();
                            assertThat(refused.take()).isEqualTo("REGISTER 198.51.100.1");
                        }
                        assertThat(server.statistics().notAllowed()).isEqualTo(2);
                        assertThat(directory.events).isEmpty();
                    }
                    return null;
                });
    }

    /// Whoever may register is no administrator of this host.
    @Test
    void source_thatMayRegister_canNeitherDumpNorKill() throws Exception {
        Namespace.run(
                FAR,
                () -> {
                    try (EpmdServer server = start(someMay, Transport.best())) {
                        assertThat(ask(REGISTERS, server, "0001 64")).isEmpty();
                        assertThat(ask(REGISTERS, server, "0001 6b")).isEmpty();
                        assertThat(ask(HERE, server, "0001 6b")).isEqualTo("4f4b");
                    }
                    return null;
                });
    }

    @Test
    void source_byDefault_mayAskFromAnywhereAndRegisterFromHere() throws Exception {
        Namespace.run(
                FAR,
                () -> {
                    try (EpmdServer server = start(Access.AS_EPMD, Transport.best());
                            Wire node = from(HERE, server)) {
                        assertThat(ask(STRANGER, server, LOOKUP_X)).isEqualTo("7701");
                        assertThat(ask(STRANGER, server, ALIVE_X)).isEmpty();
                        assertThat(node.send(ALIVE_X).read(2)).isEqualTo("7600");
                        assertThat(server.statistics().notAllowed()).isEqualTo(1);
                    }
                    return null;
                });
    }

    /// The other host of such a connection may vanish without a word.
    @Test
    void registration_fromElsewhere_isProbedByTheKernel() throws Exception {
        Namespace.run(
                FAR,
                () -> {
                    try (EpmdServer server = start(someMay, Transport.best());
                            Wire here = from(HERE, server);
                            Wire elsewhere = from(REGISTERS, server)) {
                        here.send(ALIVE_X).read(6);
                        elsewhere.send(ALIVE_X.replace("01 78", "01 79")).read(6);
                        assertThat(probed(server.port()))
                                .singleElement()
                                .asString()
                                .contains("026433C6"); // 198.51.100.2
                    }
                    return null;
                });
    }

    /// Connections of the server's port whose timer is that of keep-alive, with less than 15 s
    /// left.
    private static List<String> probed(int port) throws IOException {
        Path table = Path.of("/proc/thread-self/net/tcp6");
        return Files.readAllLines(table).stream()
                .map(line -> line.strip().split("\\s+", -1))
                .filter(columns -> columns[1].endsWith(":%04X".formatted(port)))
                .filter(columns -> columns[5].matches("02:00000[0-5].."))
                .map(columns -> columns[2])
                .toList();
    }
}
