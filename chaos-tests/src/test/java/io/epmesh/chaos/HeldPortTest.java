package io.epmesh.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.chaos.ConstantLookups.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// A peer that is killed and started again while a socket unit holds its port, as under systemd.
final class HeldPortTest {
    private static final int CYCLES = 10;
    private static final int EPMD = 4369;

    @Test
    void restart_tenTimes_noLookupFailsAndNothingLeaks() throws Exception {
        try (Hosts hosts = Hosts.start(1);
                SocketUnit unit = Peer.held(hosts.host(1))) {
            Host host = hosts.host(1);
            try {
                restartTenTimes(host, unit);
            } finally {
                Path logs = Files.createDirectories(Path.of("target", "logs", "HeldPortTest"));
                Files.copy(
                        host.directory().resolve("log"),
                        logs.resolve("h1.log"),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static void restartTenTimes(Host host, SocketUnit unit) throws Exception {
        unit.startPeer();
        List<ErlangNode> nodes = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            nodes.add(ErlangNode.start(host, "n" + i, 9100 + i));
        }
        Await.within(Mesh.SETTLED, () -> checkAllAreLive(host, nodes));
        int before = otherDescriptors(unit.peerPid());
        Outcome outcome;
        try (ConstantLookups lookups = ConstantLookups.start(host, targets(nodes))) {
            for (int cycle = 1; cycle <= CYCLES; cycle++) {
                unit.killPeer();
                // As everybody starts one: it would start an epmd, could that have the port.
                ErlangNode fresh =
                        ErlangNode.launch(host, "f" + cycle, 9200 + cycle, "-start_epmd", "true");
                Await.within(Mesh.SETTLED, () -> assertThat(toEpmd(fresh)).isEqualTo(1));
                unit.startPeer();
                fresh.awaitStart();
                nodes.add(fresh);
                for (ErlangNode node : nodes) {
                    Mesh.checkLookup(host, node.name(), OptionalInt.of(node.port()));
                }
            }
            outcome = lookups.stop();
        }
        System.out.printf("restart with the port held, %d times: %s%n", CYCLES, outcome);
        assertThat(outcome.noneFailed()).as("%s", outcome).isTrue();
        // What a program has accepted dies with it: one look-up at a time is under way.
        assertThat(outcome.cutOff()).isLessThanOrEqualTo(CYCLES);

        Await.within(Mesh.SETTLED, () -> checkAllAreLive(host, nodes));
        assertThat(toEpmdOfAll(nodes)).isEqualTo(nodes.size());
        Await.within(
                Mesh.SETTLED,
                () -> assertThat(otherDescriptors(unit.peerPid())).isLessThanOrEqualTo(before));
        assertThat(atEpmdPort(unit.peerPid())).isEqualTo(nodes.size() + 1);
        for (String pid :
                Commands.run("ip", "netns", "pids", "" + host.entry().network().getFileName())
                        .out()
                        .lines()
                        .toList()) {
            Path program = Path.of("/proc", pid, "comm");
            assertThat(program).as("no epmd had the port").content().isNotEqualTo("epmd\n");
        }
    }

    private static List<ConstantLookups.Target> targets(List<ErlangNode> nodes) {
        return nodes.stream()
                .map(node -> new ConstantLookups.Target("127.0.0.1", node.name(), node.port()))
                .toList();
    }

    private static void checkAllAreLive(Host host, List<ErlangNode> nodes) {
        assertThat(host.api("names?scope=local").having("node"))
                .hasSize(nodes.size())
                .allSatisfy(name -> assertThat(name.text("source")).isEqualTo("live"));
    }

    private static int toEpmdOfAll(List<ErlangNode> nodes) throws IOException {
        int all = 0;
        for (ErlangNode node : nodes) {
            all += toEpmd(node);
        }
        return all;
    }

    private static int toEpmd(ErlangNode node) throws IOException {
        return (int) TcpSocket.of(node.pid()).stream().filter(each -> each.leadsTo(EPMD)).count();
    }

    /// The listener and all connections, whatever their state.
    private static int atEpmdPort(long pid) throws IOException {
        return (int) TcpSocket.of(pid).stream().filter(each -> each.localPort() == EPMD).count();
    }

    private static int otherDescriptors(long pid) throws IOException {
        try (var all = Files.list(Path.of("/proc", "" + pid, "fd"))) {
            return (int) all.count() - atEpmdPort(pid);
        }
    }
}
