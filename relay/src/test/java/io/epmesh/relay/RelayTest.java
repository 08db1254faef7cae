package io.epmesh.relay;

import static io.epmesh.relay.Nodes.LOOPBACK;
import static io.epmesh.relay.Nodes.accept;
import static io.epmesh.relay.Nodes.address;
import static io.epmesh.relay.Nodes.assertSilent;
import static io.epmesh.relay.Nodes.await;
import static io.epmesh.relay.Nodes.connect;
import static io.epmesh.relay.Nodes.get;
import static io.epmesh.relay.Nodes.greeting;
import static io.epmesh.relay.Nodes.read;
import static io.epmesh.relay.Nodes.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Cables of one relay, between real sockets.
class RelayTest {
    private static final Passage OPEN = new Passage.Open();
    private static final Passage STALLED = new Passage.Stalled();
    private static final Treatment CUT = new Treatment.Carry(STALLED, STALLED);
    private static final RelayLimits LIMITS =
            new RelayLimits(
                    4, 2, Duration.ofSeconds(30), Duration.ofSeconds(15), Duration.ofSeconds(5));

    private Relay relay;

    /// Of the pairs: the collector would close those that a test does not look at.
    private final List<Socket> sockets = new ArrayList<>();

    private ServerSocket target;

    @BeforeEach
    void start() throws IOException {
        relay = Relay.start(Optional.empty(), LIMITS, SourceFinder.NONE);
        target = Nodes.listening();
    }

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        relay.close();
        target.close();
    }

    @Test
    void cable_openBothWays_carriesBytesAndEnds() throws Exception {
        Pair pair = join();
        send(pair.source(), "ping");
        assertThat(read(pair.target(), 4)).isEqualTo("ping");
        send(pair.target(), "pong!");
        assertThat(read(pair.source(), 5)).isEqualTo("pong!");

        pair.source().shutdownOutput();
        assertThat(pair.target().getInputStream().read()).isEqualTo(-1);
        send(pair.target(), "late");
        assertThat(read(pair.source(), 4)).isEqualTo("late");
        pair.target().close();
        assertThat(pair.source().getInputStream().read()).isEqualTo(-1);
        await("no cable", () -> cables().isEmpty());
    }

    @Test
    void cable_ofMegabytesBothWays_arrivesWhole() throws Exception {
        Pair pair = join();
        int bytes = 16 << 20;
        Thread there = Thread.startVirtualThread(() -> flood(pair.source(), bytes));
        Thread back = Thread.startVirtualThread(() -> flood(pair.target(), bytes));
        Thread reader = Thread.startVirtualThread(() -> checkFlood(pair.source(), bytes));
        checkFlood(pair.target(), bytes);
        reader.join();
        there.join();
        back.join();
        await(
                "all counted",
                () ->
                        cables().getFirst().bytesToSource() == bytes
                                && cables().getFirst().bytesToTarget()
                                        == bytes + greeting("a@h1").length);
    }

    @Test
    void cable_toOneThatDoesNotRead_holdsBackTheSender() throws Exception {
        Pair pair = join();
        pair.source().setSendBufferSize(64 << 10);
        Thread sender = Thread.startVirtualThread(() -> flood(pair.source(), 64 << 20));
        long[] last = {-1};
        await(
                "nothing more passes",
                () -> {
                    long now = cables().getFirst().bytesToTarget();
                    boolean same = now == last[0] && now > 64 << 10;
                    last[0] = now;
                    return same && !sender.join(Duration.ofMillis(200));
                });
        assertThat(last[0]).isLessThan(32 << 20);
        checkFlood(pair.target(), 64 << 20);
        sender.join();
    }

    @Test
    void reset_ofOneEnd_resetsTheOther() throws Exception {
        Pair pair = join();
        pair.source().setSoLinger(true, 0);
        pair.source().close();
        assertThatThrownBy(() -> pair.target().getInputStream().read())
                .isInstanceOf(SocketException.class);
        await("no cable", () -> cables().isEmpty());
    }

    @Test
    void cut_ofAnOpenCable_withholdsBytesUntilTheFix() throws Exception {
        Pair pair = join();
        govern(CUT);
        send(pair.source(), "withheld");
        send(pair.target(), "as well");
        assertSilent(pair.target());
        assertSilent(pair.source());
        govern(Treatment.OPEN);
        assertThat(read(pair.target(), 8)).isEqualTo("withheld");
        assertThat(read(pair.source(), 7)).isEqualTo("as well");
    }

    @Test
    void cut_andOneEndCloses_resetsTheOtherAtTheFixAndReplaysNothing() throws Exception {
        Pair pair = join();
        govern(CUT);
        send(pair.source(), "never");
        pair.source().close();
        await("seen", () -> cables().getFirst().state() == CableView.State.BROKEN);
        assertSilent(pair.target());
        govern(Treatment.OPEN);
        assertThatThrownBy(() -> pair.target().getInputStream().read())
                .isInstanceOf(SocketException.class);
        await("no cable", () -> cables().isEmpty());
    }

    @Test
    void cut_andOneEndIsReset_hidesItUntilTheFix() throws Exception {
        Pair pair = join();
        govern(CUT);
        pair.target().setSoLinger(true, 0);
        pair.target().close();
        await("seen", () -> cables().getFirst().state() == CableView.State.BROKEN);
        assertSilent(pair.source());
        govern(Treatment.OPEN);
        assertThatThrownBy(() -> pair.source().getInputStream().read())
                .isInstanceOf(SocketException.class);
    }

    @Test
    void cutOneWay_carriesTheOther() throws Exception {
        Pair pair = join();
        govern(new Treatment.Carry(STALLED, OPEN));
        send(pair.source(), "no");
        send(pair.target(), "yes");
        assertThat(read(pair.source(), 3)).isEqualTo("yes");
        assertSilent(pair.target());
        pair.target().close(); // as a node whose tick has timed out
        assertThat(pair.source().getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void cut_beforeThereIsACable_holdsAcceptedOnesUntilTheFix() throws Exception {
        govern(CUT);
        try (Socket source = connect(open("b@h1"))) {
            send(source, greeting("a@h1"));
            await("waits", () -> state().equals(List.of(CableView.State.WAITING)));
            assertSilent(target);
            govern(Treatment.OPEN);
            try (Socket reached = accept(target)) {
                assertThat(reached.getInputStream().readNBytes(greeting("a@h1").length))
                        .isEqualTo(greeting("a@h1"));
            }
        }
    }

    @Test
    void cut_andAWaitingSourceGivesUp_leavesNothing() throws Exception {
        govern(CUT);
        try (Socket source = connect(open("b@h1"))) {
            send(source, greeting("a@h1"));
            await("waits", () -> state().equals(List.of(CableView.State.WAITING)));
        }
        await("no cable", () -> cables().isEmpty());
    }

    @Test
    void policyOfReset_resetsOldAndNewCables() throws Exception {
        Pair pair = join();
        govern(new Treatment.Reset());
        assertThatThrownBy(() -> pair.target().getInputStream().read())
                .isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> pair.source().getInputStream().read())
                .isInstanceOf(SocketException.class);
        try (Socket source = connect(open("b@h1"))) {
            send(source, greeting("a@h1"));
            assertThatThrownBy(() -> source.getInputStream().read())
                    .isInstanceOf(SocketException.class);
        }
    }

    @Test
    void policy_ofOnePair_leavesOthersAlone() throws Exception {
        Pair one = join("a@h1", "b@h1");
        Pair other = join("c@h1", "b@h1");
        get(relay.govern((source, _) -> source.equals("a@h1") ? CUT : Treatment.OPEN));
        send(one.source(), "no");
        send(other.source(), "yes");
        assertThat(read(other.target(), 3)).isEqualTo("yes");
        assertSilent(one.target());
    }

    @Test
    void delay_ofOneWay_keepsOrderAndTakesItsTime() throws Exception {
        Pair pair = join();
        govern(
                new Treatment.Carry(
                        new Passage.Delayed(Duration.ofMillis(80), Duration.ofMillis(40)), OPEN));
        long start = System.nanoTime();
        StringBuilder sent = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            send(pair.source(), i + ",");
            sent.append(i).append(',');
        }
        pair.source().shutdownOutput();
        assertThat(read(pair.target(), 1 << 20)).isEqualTo(sent.toString());
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isGreaterThanOrEqualTo(Duration.ofMillis(80));
    }

    @Test
    void delay_lifted_passesWhatWaits() throws Exception {
        Pair pair = join();
        govern(
                new Treatment.Carry(
                        new Passage.Delayed(Duration.ofMinutes(1), Duration.ZERO), OPEN));
        send(pair.source(), "soon");
        assertSilent(pair.target());
        govern(Treatment.OPEN);
        assertThat(read(pair.target(), 4)).isEqualTo("soon");
    }

    @Test
    void target_thatRefuses_resetsTheSource() throws Exception {
        int port = open("b@h1");
        target.close();
        try (Socket source = connect(port)) {
            send(source, greeting("a@h1"));
            assertThatThrownBy(() -> source.getInputStream().read())
                    .isInstanceOf(SocketException.class);
        }
        await("no cable", () -> cables().isEmpty());
    }

    @Test
    void cables_beyondTheLimit_areReset() throws Exception {
        for (int i = 0; i < LIMITS.cables(); i++) {
            join("a" + i + "@h1", "b@h1");
        }
        try (Socket source = connect(open("b@h1"))) {
            assertThatThrownBy(() -> source.getInputStream().read())
                    .isInstanceOf(SocketException.class);
        }
        assertThat(cables()).hasSize(LIMITS.cables());
    }

    @Test
    void open_ofEqualRoutes_sharesAListenerAndIsBounded() throws Exception {
        int port = open("b@h1");
        assertThat(open("b@h1")).isEqualTo(port);
        assertThat(open("c@h1")).isNotEqualTo(port);
        assertThat(result("d@h1"))
                .isEqualTo(new OpenResult.Refused("2 listeners, which is as many as there may be"));
    }

    @Test
    void open_notAskedForAgain_closesTheListenerAndKeepsCables() throws Exception {
        relay.close();
        relay =
                Relay.start(
                        Optional.empty(),
                        new RelayLimits(
                                4,
                                2,
                                Duration.ofSeconds(2), // in which a source connects
                                Duration.ofSeconds(15),
                                Duration.ofSeconds(5)),
                        SourceFinder.NONE);
        Pair pair = join();
        int port = pair.source().getPort();
        await(
                "listener closed",
                () -> {
                    try (Socket probe = new Socket()) {
                        probe.connect(new InetSocketAddress(LOOPBACK, port), 1_000);
                        return false;
                    } catch (SocketTimeoutException busy) {
                        return false;
                    } catch (SocketException refused) {
                        return true;
                    }
                });
        send(pair.source(), "still");
        assertThat(read(pair.target(), 5)).isEqualTo("still");
    }

    @Test
    void source_thatSaysNothing_isClosed() throws Exception {
        relay.close();
        relay =
                Relay.start(
                        Optional.empty(),
                        new RelayLimits(
                                4,
                                2,
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(1), // in which it says its byte
                                Duration.ofSeconds(5)),
                        SourceFinder.NONE);
        try (Socket source = connect(open("b@h1"))) {
            send(source, new byte[] {0});
            assertThat(source.getInputStream().read()).isEqualTo(-1);
        }
    }

    private record Pair(Socket source, Socket target) {}

    private Pair join() throws Exception {
        return join("a@h1", "b@h1");
    }

    private Pair join(String sourceName, String targetName) throws Exception {
        Socket source = connect(open(targetName));
        byte[] greeting = greeting(sourceName);
        send(source, greeting);
        Socket reached = accept(target);
        sockets.addAll(List.of(source, reached));
        assertThat(reached.getInputStream().readNBytes(greeting.length)).isEqualTo(greeting);
        return new Pair(source, reached);
    }

    private int open(String name) throws Exception {
        return ((OpenResult.Opened) result(name)).port();
    }

    private OpenResult result(String name) throws Exception {
        Route route =
                new Route(
                        LOOPBACK,
                        name,
                        new Place.Near(List.of(address(target))),
                        Optional.empty(),
                        "unknown@h1");
        return get(relay.open(route));
    }

    private void govern(Treatment treatment) throws Exception {
        get(relay.govern((_, _) -> treatment));
    }

    private List<CableView> cables() throws Exception {
        return get(relay.cables());
    }

    private List<CableView.State> state() throws Exception {
        return cables().stream().map(CableView::state).toList();
    }

    private static void flood(Socket socket, int bytes) {
        byte[] block = new byte[64 << 10];
        try {
            for (int sent = 0; sent < bytes; sent += block.length) {
                for (int i = 0; i < block.length; i++) {
                    block[i] = (byte) (((sent + i) * 31) >> 3);
                }
                socket.getOutputStream().write(block);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void checkFlood(Socket socket, int bytes) {
        try {
            byte[] block = new byte[64 << 10];
            for (int read = 0; read < bytes; read += block.length) {
                socket.getInputStream().readNBytes(block, 0, block.length);
                for (int i = 0; i < block.length; i++) {
                    if (block[i] != (byte) (((read + i) * 31) >> 3)) {
                        throw new AssertionError("byte " + (read + i) + " is another");
                    }
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
