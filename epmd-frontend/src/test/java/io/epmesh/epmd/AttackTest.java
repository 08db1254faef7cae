package io.epmesh.epmd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What strangers, and programs of this host, do without being able to harm the host's nodes.
/// `bin/bench attack` measures the same.
@Timeout(240)
class AttackTest {
    private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");
    private static final String FAR = "ip route add local 198.51.100.0/24 dev lo";
    private static final String ALIVE_X = "000e 78 9999 4d 00 0006 0005 0001 78 0000";
    private static final String LOOKUP_X = "0002 7a78";
    private static final String FOUND_X = "770099994d00000600050001780000";

    private static EpmdServer start() {
        StartResult result =
                EpmdServer.start(
                        EpmdSettings.DEFAULTS.withPort(0), new RecordingDirectory(), Map.of());
        assertThat(result).isInstanceOf(StartResult.Started.class);
        return ((StartResult.Started) result).server();
    }

    private static String lookup(int port) throws IOException {
        try (Wire wire = new Wire(HERE, port)) {
            return wire.send(LOOKUP_X).readAll();
        }
    }

    private static void closeAll(List<Wire> wires) throws IOException {
        for (Wire each : wires) {
            each.close();
        }
    }

    @Test
    void strangers_thatStaySilent_haveTheirShareAndNoMore() throws Exception {
        int share = EpmdLimits.DEFAULTS.unidentifiedPerSource();
        Namespace.run(
                FAR,
                () -> {
                    List<Wire> silent = new ArrayList<>();
                    try (EpmdServer server = start();
                            Wire node = new Wire(HERE, server.port())) {
                        node.send(ALIVE_X).read(6);
                        for (int source = 1; source <= 2; source++) {
                            InetAddress from = InetAddress.ofLiteral("198.51.100." + source);
                            for (int i = 0; i < share + 20; i++) {
                                silent.add(new Wire(from, HERE, server.port()));
                            }
                        }
                        assertThat(lookup(server.port())).isEqualTo(FOUND_X);
                        assertThat(server.statistics().turnedAway()).isEqualTo(40);
                        assertThat(node.isQuiet()).isTrue();
                    } finally {
                        closeAll(silent);
                    }
                    return null;
                });
    }

    @Test
    void client_thatEndsItsOutputInAFrame_isClosedOnAtOnce() throws Exception {
        try (EpmdServer server = start()) {
            for (String begun : List.of("0b", "0bf1", "0bf1 78", "")) {
                try (Wire wire = Wire.to(server)) {
                    assertThat(wire.send(begun).endOutput().readAll()).isEmpty();
                }
            }
        }
    }

    /// Each such connection would hold a copy of the list.
    @Test
    void listings_thatNobodyReads_doNotFillTheMemory() throws Exception {
        RecordingDirectory directory = new RecordingDirectory();
        List<NamedPort> names = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            names.add(new NamedPort(new NodeName("\ud834\udd1e".repeat(240) + i), 1));
        }
        directory.added = names;
        StartResult result =
                EpmdServer.start(EpmdSettings.DEFAULTS.withPort(0), directory, Map.of());
        List<Wire> deaf = new ArrayList<>();
        try (EpmdServer server = ((StartResult.Started) result).server();
                Wire node = Wire.to(server)) {
            node.send(ALIVE_X).read(6);
            for (int i = 0; i < 8; i++) { // of 5 MB each
                deaf.add(Wire.to(server).send("0001 6e"));
            }
            assertThat(lookup(server.port())).isEqualTo(FOUND_X);
            assertThat(server.statistics().turnedAway()).isGreaterThan(3);
            assertThat(node.isQuiet()).isTrue();
            // Whoever reads has it all.
            try (Wire reader = Wire.to(server)) {
                assertThat(reader.send("0001 6e").readAll().length()).isGreaterThan(9_000_000);
            }
        } finally {
            closeAll(deaf);
        }
    }

    /// The C program ends when it has no descriptor left, and all registrations with it.
    @Test
    void server_withFewOpenFiles_keepsItsNodesAndAnswers() throws Exception {
        assumeTrue(Files.exists(Path.of("/usr/bin/prlimit")), "skipped: needs prlimit");
        Process process =
                new ProcessBuilder(
                                "prlimit",
                                "--nofile=256",
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                LimitedServer.class.getName())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        List<Wire> silent = new ArrayList<>();
        List<Wire> nodes = new ArrayList<>();
        try (BufferedReader said = process.inputReader()) {
            int port = Integer.parseInt(String.valueOf(said.readLine()));
            for (int i = 0; i < 20; i++) {
                String name = i == 0 ? "78" : "%02x".formatted('A' + i);
                Wire node = new Wire(HERE, port);
                nodes.add(node);
                assertThat(node.send("000e 78 9999 4d 00 0006 0005 0001 " + name + "0000").read(6))
                        .startsWith("7600");
            }
            for (int round = 0; round < 5; round++) {
                for (int i = 0; i < 300; i++) {
                    silent.add(new Wire(HERE, port));
                }
                assertThat(lookup(port)).isEqualTo(FOUND_X);
            }
            for (Wire node : nodes) {
                assertThat(node.isQuiet()).isTrue();
            }
            assertThat(process.isAlive()).isTrue();
        } finally {
            closeAll(silent);
            closeAll(nodes);
            process.destroyForcibly().onExit().join();
        }
    }
}
