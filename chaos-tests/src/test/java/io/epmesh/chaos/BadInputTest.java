package io.epmesh.chaos;

import static io.epmesh.chaos.Mesh.SETTLED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What people get wrong: one clear sentence, the documented exit code, nobody else harmed.
final class BadInputTest {
    private static final int USAGE = 2;
    private static final int NO_PEER = 3;

    @ParameterizedTest
    @CsvSource({
        "names --bogus, --bogus",
        "start --epmd-port 70000, 70000",
        "start --epmd-port x, x",
        "start --config /nonexistent/epmesh.conf, /nonexistent/epmesh.conf",
        "lookup a@b@c, a@b@c",
        "add-node nohost 8001, nohost",
        "add-node a@b 0, 0",
        "add-node a@b 65536, 65536",
        "start --gossip-address 10.213.77.1, insecure-gossip",
        "frobnicate, frobnicate"
    })
    void commandLine_wrong_saysWhatAndExits2(String arguments, String value) throws Exception {
        checkRefused(onNoHost(arguments.split(" ", -1)), USAGE, value);
    }

    @Test
    void command_noPeer_saysWhereItLookedAndExits3() throws Exception {
        try (Hosts hosts = Hosts.start(1)) {
            checkRefused(hosts.host(1).epmesh("names"), NO_PEER, "4369");
        }
    }

    @Test
    void start_portInUseByEpmd_saysSoAndLeavesItAlone() throws Exception {
        try (Hosts hosts = Hosts.start(1)) {
            Host host = hosts.host(1);
            host.process("epmd").redirectErrorStream(true).start();
            Await.within(SETTLED, () -> host.epmdOf("127.0.0.1").names());

            Finished start = host.epmesh("start", "--data-dir", host.directory() + "/data");

            assertThat(start.exit()).as("%s", start).isNotZero();
            checkOneSentence(start, "4369");
            assertThat(host.epmdOf("127.0.0.1").names()).isEmpty();
            checkRefused(host.epmesh("names"), NO_PEER, "4369");
        }
    }

    @Test
    void garbage_onEveryPort_harmsNobody() throws Exception {
        try (Mesh mesh = Mesh.start(2, "garbage")) {
            mesh.startNode(1, "rabbit", 9101);
            Host attacker = mesh.host(2);
            for (String target :
                    new String[] {"10.213.77.1/4369", "10.213.77.1/4370", "127.0.0.1/4371"}) {
                for (int i = 0; i < 10; i++) {
                    // Whether the other side hangs up in the middle is its own affair.
                    attacker.run(
                            "timeout",
                            "5",
                            "bash",
                            "-c",
                            "head -c 65536 /dev/urandom >/dev/tcp/$0",
                            target);
                }
            }

            Await.within(SETTLED, mesh::checkAllPeersAreUp);
            mesh.checkLookup("rabbit@h1", OptionalInt.of(9101));
            Await.within(SETTLED, mesh::checkAllAreConverged);
        }
    }

    /// Runs `bin/epmesh` in a network of its own where nobody listens, and nothing else can.
    private static Finished onNoHost(String... arguments) {
        Hosts.assumePossible();
        List<String> command = new ArrayList<>(List.of("unshare", "--net", "sh", "-c"));
        command.addAll(List.of("ip link set lo up && exec \"$0\" \"$@\""));
        command.addAll(List.of(Peer.commandLine(arguments)));
        return Commands.run(Peer.withApp(new ProcessBuilder(command)));
    }

    private static void checkRefused(Finished finished, int exit, String value) {
        assertThat(finished.exit()).as("%s", finished).isEqualTo(exit);
        checkOneSentence(finished, value);
    }

    // One line that names the value, and at most one more that says how to get help.
    private static void checkOneSentence(Finished finished, String value) {
        assertThat(finished.err().strip()).as("%s", finished).isNotEmpty().contains(value);
        assertThat(finished.err().strip().lines().toList())
                .as("%s", finished)
                .hasSizeLessThanOrEqualTo(2)
                .noneMatch(line -> line.startsWith("\tat ") || line.contains("Exception"));
    }
}
