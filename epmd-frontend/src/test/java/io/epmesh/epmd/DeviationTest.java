package io.epmesh.epmd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.epmd.Exchange.End;
import java.io.IOException;
import java.net.InetAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The rows of the table "where epmesh differs" in `docs/epmd-protocol.md` that bytes can show,
/// each asserted on ours, and on the C program too so that the table stays true. `ClaimsTest`,
/// `LobbyTest` and `ListenPlanTest` have the others.
@Timeout(240)
class DeviationTest {
    private static final String ALIVE_X = "000e 78 9999 4d 00 0006 0005 0001 78 0000";
    private static final String REFUSED = "760100000063";

    private RealEpmd theirs;
    private EpmdServer ours;
    private Contender them;
    private Contender us;

    @BeforeAll
    static void assumeEpmd() {
        RealEpmd.assumeInstalled();
    }

    @BeforeEach
    void start() throws Exception {
        theirs = DifferentialTest.theirs(true);
        ours = DifferentialTest.ours(true);
        them = new Contender("C epmd", theirs.port());
        us = new Contender("epmesh", ours.port());
    }

    @AfterEach
    void end() {
        theirs.close();
        ours.close();
    }

    private static Wire open(Contender contender) throws IOException {
        return contender.connect(Exchange.of(new byte[0]));
    }

    private static String ask(Contender contender, byte[] bytes) throws IOException {
        try (Wire wire = open(contender)) {
            wire.send(bytes);
            return Contender.read(wire, End.HOLD).hex();
        }
    }

    private static String ask(Contender contender, String hex) throws IOException {
        return ask(contender, Golden.hex(hex));
    }

    private static byte[] alive(String name) {
        byte[] bytes = name.getBytes(UTF_8);
        return RandomExchanges.framed(
                RandomExchanges.concat(
                        Golden.hex("78 0001 4d 00 0006 0005 00"),
                        new byte[] {(byte) bytes.length},
                        bytes,
                        Golden.hex("0001 ff")));
    }

    @Test
    void longestName_lookedUp_isFound() throws Exception {
        String longest = "n".repeat(255);
        byte[] lookup = RandomExchanges.framed(("z" + longest).getBytes(UTF_8));
        try (Wire atTheirs = open(them);
                Wire atOurs = open(us)) {
            assertThat(atTheirs.send(alive(longest)).read(6)).startsWith("7600");
            assertThat(atOurs.send(alive(longest)).read(6)).startsWith("7600");
            assertThat(ask(them, lookup)).isEmpty();
            assertThat(ask(us, lookup)).startsWith("77000001");
        }
    }

    @Test
    void emptyAndFullName_areRefused() throws Exception {
        for (String name : new String[] {"", "x@h"}) {
            assertThat(ask(them, alive(name))).startsWith("7600");
            assertThat(ask(us, alive(name))).isEqualTo(REFUSED);
        }
    }

    @Test
    void stopOfUnknownName_isOneWord() throws Exception {
        assertThat(ask(them, "0002 7378")).isEqualTo(Deviation.hex("NOEXISTSTOPPED"));
        assertThat(ask(us, "0002 7378")).isEqualTo(Deviation.hex("NOEXIST"));
    }

    @Test
    void refusedConnection_isClosed() throws Exception {
        try (Wire theirOwner = open(them);
                Wire ourOwner = open(us);
                Wire theirSecond = open(them);
                Wire ourSecond = open(us)) {
            theirOwner.send(ALIVE_X).read(6);
            ourOwner.send(ALIVE_X).read(6);
            assertThat(theirSecond.send(ALIVE_X).read(6)).isEqualTo(REFUSED);
            assertThat(ourSecond.send(ALIVE_X).read(6)).isEqualTo(REFUSED);
            them.settle();
            // Bytes available would be an end too: theirs is neither closed nor answered further.
            assertThat(theirSecond.isQuiet()).isTrue();
            assertThat(ourSecond.readUntilEnd(1)).isEmpty();
        }
    }

    /// The C program then drops the owner's entry, if the reset comes before its reply.
    @Test
    void refusedConnection_reset_leavesTheOwner() throws Exception {
        try (Wire owner = open(us)) {
            owner.send(ALIVE_X).read(6);
            for (int i = 0; i < 50; i++) {
                open(us).send(ALIVE_X).reset();
            }
            us.settle();
            assertThat(us.names()).isEqualTo("name x at port 39321\n");
        }
    }

    @Test
    void forgingName_isListedWithQuestionMarks() throws Exception {
        byte[] forger = alive("x at port 1\nname y");
        try (Wire atTheirs = open(them);
                Wire atOurs = open(us)) {
            atTheirs.send(forger).read(6);
            atOurs.send(forger).read(6);
            assertThat(them.names()).isEqualTo("name x at port 1\nname y at port 1\n");
            assertThat(us.names()).isEqualTo("name x?at?port?1?name?y at port 1\n");
            assertThat(us.dump())
                    .startsWith("active name     <x?at?port?1?name?y> at port 1, fd = ");
        }
    }

    @Test
    void namesHeader_isThePortOfTheClient() throws Exception {
        assertThat(ask(us, "0001 6e")).isEqualTo("%08x".formatted(ours.port()));
    }

    @Test
    void surplus_afterTheLength_isReadAwaySoThatTheReplyArrives() throws Exception {
        for (int i = 0; i < 50; i++) {
            try (Wire wire = open(us)) {
                wire.send("0002");
                us.settle();
                wire.sendIfOpen(RandomExchanges.concat(Golden.hex("7a78"), new byte[30_000]));
                assertThat(wire.readUntilEnd(10)).isEqualTo("7701");
            }
        }
    }

    @Test
    void ownAddress_otherThanTheOneConnectedTo_isLocal() throws Exception {
        InetAddress own = OwnAddress.beyondLoopback();
        Exchange registration = Exchange.of(ALIVE_X).from(own.getHostAddress());
        try (Wire atTheirs = them.connect(registration);
                Wire atOurs = us.connect(registration)) {
            assertThat(atTheirs.send(ALIVE_X).readUntilEnd(1)).isEmpty();
            assertThat(atOurs.send(ALIVE_X).read(2)).isEqualTo("7600");
        }
    }
}
