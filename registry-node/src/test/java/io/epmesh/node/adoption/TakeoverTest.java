package io.epmesh.node.adoption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.epmesh.epmd.Adoptions;
import io.epmesh.epmd.Directory;
import io.epmesh.epmd.EpmdClient;
import io.epmesh.epmd.EpmdResult;
import io.epmesh.epmd.EpmdServer;
import io.epmesh.epmd.EpmdSettings;
import io.epmesh.epmd.NamedPort;
import io.epmesh.epmd.NodeName;
import io.epmesh.epmd.PortInfo;
import io.epmesh.epmd.Registration;
import io.epmesh.epmd.StartResult;
import io.epmesh.node.handshake.DistributionHandshake;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class TakeoverTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final DistributionHandshake handshake =
            new DistributionHandshake(Duration.ofMillis(300));

    @AfterEach
    void close() {
        handshake.close();
    }

    private Takeover takeover(int port) {
        return new Takeover(port, ListeningSockets::read, handshake);
    }

    private static EpmdClient client(int port) {
        return new EpmdClient(new InetSocketAddress(ListeningNode.LOOPBACK, port), PATIENCE);
    }

    private static int freePort() throws IOException {
        try (ListeningNode node = ListeningNode.silent()) {
            return node.port();
        }
    }

    private static Process startEpmd(int port, String... flags) throws IOException {
        assumeTrue(
                List.of(System.getenv("PATH").split(":", -1)).stream()
                        .anyMatch(directory -> new File(directory, "epmd").canExecute()),
                "epmd is not installed");
        ProcessBuilder command = new ProcessBuilder("epmd", "-port", "" + port);
        command.command().addAll(List.of(flags));
        command.environment().remove("ERL_EPMD_RELAXED_COMMAND_CHECK");
        Process epmd = command.start();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!(client(port).names() instanceof EpmdResult.Listed) && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        return epmd;
    }

    @Test
    void look_nothingListens_isNothing() throws Exception {
        assertThat(takeover(freePort()).look()).isEqualTo(new Takeover.Found.Nothing());
    }

    @Test
    void end_epmdWithNodes_isSignalledOnceItsNamesAreTaken() throws Exception {
        int port = freePort();
        Process epmd = startEpmd(port);
        try (ListeningNode node = ListeningNode.silent()) {
            var _ = client(port).alive(new NodeName("old"), PortInfo.ofErlangNode(0));
            var _ = client(port).alive(new NodeName("a"), PortInfo.ofErlangNode(node.port()));

            Takeover takeover = takeover(port);
            assertThat(takeover.look())
                    .isInstanceOfSatisfying(
                            Takeover.Found.Epmd.class,
                            found -> {
                                assertThat(found.nodes())
                                        .extracting(each -> each.name().value())
                                        .containsExactly("old", "a");
                                assertThat(found.nodes().get(0).socket())
                                        .isEqualTo(OptionalLong.empty());
                                assertThat(found.nodes().get(1).info())
                                        .isEqualTo(PortInfo.ofErlangNode(node.port()));
                                assertThat(found.nodes().get(1).socket()).isPresent();
                            });
            assertThat(epmd.isAlive()).isTrue();
            assertThat(takeover.end()).isEmpty();
            assertThat(epmd.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(takeover.look()).isEqualTo(new Takeover.Found.Nothing());
        } finally {
            epmd.destroyForcibly();
        }
    }

    @Test
    void shareSockets_servedBesideTheEpmd_noClientIsRefusedWhenItEnds() throws Exception {
        int port = freePort();
        Process epmd = startEpmd(port);
        try {
            Takeover takeover = takeover(port);
            assertThat(takeover.shareSockets(List.of(ListeningNode.LOOPBACK))).isEmpty();
            List<Integer> sockets = takeover.shareSockets(List.of());
            assumeTrue(!sockets.isEmpty(), "no socket of another process may be had here");
            StartResult started =
                    EpmdServer.start(
                            EpmdSettings.DEFAULTS.withPort(port),
                            new NobodyKnown(),
                            Map.of(),
                            Adoptions.NONE,
                            sockets);
            try (EpmdServer server = ((StartResult.Started) started).server()) {
                assertThat(server.port()).isEqualTo(port);
                assertThat(epmd.isAlive()).isTrue();
                assertThat(takeover.end()).isEmpty();
                assertThat(epmd.waitFor(60, TimeUnit.SECONDS)).isTrue();
                var _ = client(port).alive(new NodeName("a"), PortInfo.ofErlangNode(0));
                assertThat(client(port).names()).isInstanceOf(EpmdResult.Listed.class);
                assertThat(server.registrations().get()).hasSize(1);
            }
        } finally {
            epmd.destroyForcibly();
        }
    }

    @Test
    void shareSockets_ofAnotherProgram_areNotTouched() throws Exception {
        try (ListeningNode node = ListeningNode.silent()) {
            assertThat(takeover(node.port()).shareSockets(List.of())).isEmpty();
        }
    }

    @Test
    void end_epmdThatGrantsKill_endsByItself() throws Exception {
        int port = freePort();
        Process epmd = startEpmd(port, "-relaxed_command_check");
        try {
            var _ = client(port).alive(new NodeName("a"), PortInfo.ofErlangNode(0));
            assertThat(takeover(port).end()).isEmpty();
            assertThat(epmd.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(epmd.exitValue()).isZero();
        } finally {
            epmd.destroyForcibly();
        }
    }

    @Test
    void look_whatIsNoEpmd_isNotTakenForOne() throws Exception {
        try (ListeningNode node = ListeningNode.saying(new SelfDescription("a", "h", 1))) {
            Takeover takeover = // not known as our own
                    new Takeover(node.port(), Optional::empty, handshake, Duration.ofMillis(300));
            assertThat(takeover.look()).isNotInstanceOf(Takeover.Found.Epmd.class);
        }
    }

    @Test
    void look_socketOfThisProcess_isNothingToTakeOver() throws Exception {
        try (ListeningNode node = ListeningNode.silent()) {
            assertThat(takeover(node.port()).look()).isEqualTo(new Takeover.Found.Nothing());
        }
    }

    @Test
    void end_holderIsNotCalledEpmd_isLeftAlone() throws Exception {
        EpmdSettings settings =
                EpmdSettings.DEFAULTS.withPort(0).withAddresses(List.of(ListeningNode.LOOPBACK));
        try (EpmdServer server =
                ((StartResult.Started) EpmdServer.start(settings, new NobodyKnown(), Map.of()))
                        .server()) {
            var _ = client(server.port()).alive(new NodeName("a"), PortInfo.ofErlangNode(0));
            assertThat(takeover(server.port()).end().orElse(""))
                    .contains("java (pid " + ProcessHandle.current().pid() + ")");
            assertThat(client(server.port()).names()).isInstanceOf(EpmdResult.Listed.class);
        }
    }

    private static final class NobodyKnown implements Directory {
        @Override
        public boolean registered(Registration registration) {
            return true;
        }

        @Override
        public void unregistered(Registration registration) {}

        @Override
        public Optional<PortInfo> lookup(NodeName name, InetAddress remote, InetAddress local) {
            return Optional.empty();
        }

        @Override
        public List<NamedPort> names() {
            return List.of();
        }

        @Override
        public void stopRequested() {
            throw new AssertionError("it must not be asked to end");
        }
    }
}
