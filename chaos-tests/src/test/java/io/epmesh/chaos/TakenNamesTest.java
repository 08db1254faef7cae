package io.epmesh.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Who gets a name that is taken: whoever comes once its owner has ended, even if the news of that
/// end are lost; nobody while the owner lives, whatever its port looks like. The C epmd stands
/// beside the peer for comparison.
final class TakenNamesTest {
    private static final int EPMESH = 4369;
    private static final int C_EPMD = 14369;
    private static final int CYCLES = Integer.getInteger("epmesh.taken.cycles", 2_000);
    private static final int WITHHELD = Integer.getInteger("epmesh.taken.withheld", 30);

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Hosts hosts;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Host host;

    @BeforeAll
    static void start() throws Exception {
        hosts = Hosts.start(1);
        host = hosts.host(1);
        host.process("epmd", "-port", "" + C_EPMD)
                .redirectError(ProcessBuilder.Redirect.DISCARD) // a line for each refusal
                .start();
        Peer.first(host).awaitEpmd();
        String connect = "exec 3<>/dev/tcp/127.0.0.1/" + C_EPMD;
        Await.within(Mesh.SETTLED, () -> host.run("bash", "-c", connect).orFail());
    }

    @AfterEach
    void heal() {
        hosts.heal();
    }

    @AfterAll
    static void close() throws Exception {
        if (hosts != null) {
            Path logs = Files.createDirectories(Path.of("target", "logs", "TakenNamesTest"));
            Files.copy(
                    host.directory().resolve("log"),
                    logs.resolve("h1.log"),
                    StandardCopyOption.REPLACE_EXISTING);
            hosts.close();
        }
    }

    @Test
    void name_closedThenRegistered_isNeverRefused() {
        int byEpmd = refusedCycles(C_EPMD);
        int byEpmesh = refusedCycles(EPMESH);
        System.out.printf(
                "taken names, %d cycles of close and register: refused by epmd %d, by epmesh %d%n",
                CYCLES, byEpmd, byEpmesh);
        assertThat(byEpmesh).isZero();
    }

    private static int refusedCycles(int epmdPort) {
        List<String> command = new ArrayList<>(ConstantLookups.inJava(RawCycles.class));
        command.addAll(List.of("" + epmdPort, "" + CYCLES));
        String refused = host.run(command.toArray(String[]::new)).orFail().out().strip();
        return Integer.parseInt(refused);
    }

    @Test
    void name_ofAKilledOwnerWhoseEndIsWithheld_isNeverRefused() throws Exception {
        int byEpmd = refusedWithheld(C_EPMD);
        int byEpmesh = refusedWithheld(EPMESH);
        System.out.printf(
                "taken names, %d with the end withheld: refused by epmd %d, by epmesh %d%n",
                WITHHELD, byEpmd, byEpmesh);
        assertThat(byEpmesh).isZero();
        // Else nothing was withheld.
        assertThat(byEpmd).isEqualTo(WITHHELD);
    }

    private static int refusedWithheld(int epmdPort) throws Exception {
        int refused = 0;
        for (int i = 0; i < WITHHELD; i++) {
            String name = "withheld" + i;
            Claimant owner = Claimant.register(host, epmdPort, name, 4711);
            assertThat(owner.granted()).isTrue();
            owner.dropPackets(host);
            owner.kill();
            try (Claimant newcomer = Claimant.register(host, epmdPort, name, 4712)) {
                refused += newcomer.granted() ? 0 : 1;
            }
        }
        return refused;
    }

    @Test
    void name_ofAnOwnerWhosePacketsAreDropped_isItsOwnWhileItLives() throws Exception {
        try (Claimant owner = Claimant.register(host, EPMESH, "cutoff", 4711)) {
            owner.dropPackets(host);
            checkNotRobbed("cutoff", 4711);
        }
    }

    @Test
    void name_ofAnOwnerWithPort0_isItsOwn() throws Exception {
        try (Claimant owner = Claimant.register(host, EPMESH, "zero", 0)) {
            assertThat(owner.granted()).isTrue();
            checkNotRobbed("zero", 0);
        }
    }

    @Test
    void name_ofAStoppedOwner_isItsOwn() throws Exception {
        try (Claimant owner = Claimant.register(host, EPMESH, "stopped", 4711)) {
            owner.signal("STOP");
            checkNotRobbed("stopped", 4711);
        }
    }

    @Test
    void name_ofANodeThatListensOnAnotherAddress_isItsOwn() throws Exception {
        String address = "{" + host.address().replace('.', ',') + "}";
        try (ErlangNode node =
                ErlangNode.start(
                        host, "aside", 9101, "-kernel", "inet_dist_use_interface", address)) {
            checkNotRobbed("aside", 9101);
            Commands.run("kill", "-STOP", "" + node.pid()).orFail();
            checkNotRobbed("aside", 9101);
        }
    }

    private static void checkNotRobbed(String name, int port) throws Exception {
        try (Claimant newcomer = Claimant.register(host, EPMESH, name, 4712)) {
            assertThat(newcomer.granted()).isFalse();
        }
        Mesh.checkLookup(host, name, OptionalInt.of(port));
    }
}
