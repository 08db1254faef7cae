package io.epmesh.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.epmesh.epmd.EpmdClient;
import io.epmesh.epmd.EpmdResult;
import io.epmesh.epmd.NodeName;
import io.epmesh.epmd.PortInfo;
import io.epmesh.node.adoption.RegistrationLog;
import io.epmesh.node.config.Configuration;
import io.epmesh.node.config.HostFacts;
import io.epmesh.node.config.Key;
import io.epmesh.node.config.Sources;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class EpmdImportTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    @TempDir private Path directory;

    @Test
    void run_epmdWithNodes_takesThemDownAndLeavesIt() throws Exception {
        try (ServerSocket node = new ServerSocket(0, 1, LOOPBACK)) {
            int port = freePort();
            Process epmd = startEpmd(port);
            try {
                EpmdClient client = client(port);
                Await.until("epmd answers", () -> client.names() instanceof EpmdResult.Listed);
                var _ = client.alive(new NodeName("a"), PortInfo.ofErlangNode(node.getLocalPort()));

                assertThat(run(port)).isZero();
                assertThat(epmd.isAlive()).isTrue();
            } finally {
                epmd.destroyForcibly();
            }
            try (RegistrationLog log = Adoption.log(directory)) {
                assertThat(log.nodes())
                        .singleElement()
                        .satisfies(recorded -> {
                            assertThat(recorded.name().value()).isEqualTo("a");
                            assertThat(recorded.info().port()).isEqualTo(node.getLocalPort());
                            assertThat(recorded.socket()).isPresent();
                        });
            }
        }
    }

    @Test
    void run_takeover_endsTheEpmd() throws Exception {
        int port = freePort();
        Process epmd = startEpmd(port);
        try {
            Await.until("epmd answers", () -> client(port).names() instanceof EpmdResult.Listed);
            assertThat(run(port, Map.of(Key.TAKEOVER, "true"))).isZero();
            assertThat(epmd.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            epmd.destroyForcibly();
        }
    }

    @Test
    void run_noEpmd_isWell() throws Exception {
        assertThat(run(freePort())).isZero();
    }

    @Test
    void run_directoryOfARunningPeer_isRefused() throws Exception {
        int port = freePort();
        Process epmd = startEpmd(port);
        try (FileChannel _ = DataDirectory.lock(directory)) {
            Await.until("epmd answers", () -> client(port).names() instanceof EpmdResult.Listed);
            assertThat(run(port)).isEqualTo(1);
        } finally {
            epmd.destroyForcibly();
        }
    }

    @Test
    void run_portZero_isRefused() throws Exception {
        assertThat(run(0)).isEqualTo(1);
    }

    private int run(int port) throws Exception {
        return run(port, Map.of());
    }

    private int run(int port, Map<Key, String> more) throws Exception {
        Map<Key, String> flags = new EnumMap<>(Key.class);
        flags.putAll(more);
        flags.put(Key.EPMD_PORT, Integer.toString(port));
        flags.put(Key.DATA_DIR, directory.toString());
        return EpmdImport.run(
                Configuration.of(
                        Sources.read(flags, Optional.empty(), Map.of()), HostFacts.read(Map.of())));
    }

    private static EpmdClient client(int port) {
        return new EpmdClient(new InetSocketAddress(LOOPBACK, port), Duration.ofMinutes(1));
    }

    private static Process startEpmd(int port) throws IOException {
        assumeTrue(
                List.of(System.getenv("PATH").split(":", -1)).stream()
                        .anyMatch(directory -> new File(directory, "epmd").canExecute()),
                "epmd is not installed");
        return new ProcessBuilder("epmd", "-port", Integer.toString(port)).start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
            return socket.getLocalPort();
        }
    }
}
