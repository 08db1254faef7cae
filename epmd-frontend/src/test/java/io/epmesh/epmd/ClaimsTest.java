package io.epmesh.epmd;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.epmd.EpmdRequest.Alive2;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaimsTest {
    private static final Alive2 A = new Alive2(new NodeName("a"), PortInfo.ofErlangNode(1));

    private final EmbeddedChannel time = new EmbeddedChannel();
    private final RecordingDirectory directory = new RecordingDirectory();
    private final RecordingOwner holder = new RecordingOwner();
    private final RecordingOwner newcomer = new RecordingOwner();
    private final Claims claims;

    /// The system's table of sockets.
    private final Path sockets;

    /// What reads it, once a test lets it.
    private final Queue<Runnable> readings = new ArrayDeque<>();

    ClaimsTest(@TempDir Path tables) {
        sockets = tables.resolve("tcp");
        claims =
                new Claims(
                        Tables.local(new ManualClock(1), 10, 0),
                        directory,
                        time.eventLoop(),
                        Duration.ofMillis(200),
                        new HalfOpen(Runnable::run, readings::add, tables));
        time.freezeTime();
        claim(holder);
    }

    private void claim(RecordingOwner owner) {
        claims.claim(A, InetAddress.getLoopbackAddress(), owner);
    }

    private void pass(long millis) {
        time.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        time.runScheduledPendingTasks();
    }

    @Test
    void claim_takenForTheWholeGrace_isRefusedThen() {
        claim(newcomer);
        pass(199);
        assertThat(newcomer.refusals).isEmpty();
        pass(1);
        assertThat(newcomer.refusals).containsExactly("taken");
        assertThat(newcomer.granted).isEmpty();
    }

    @Test
    void claim_holderEndsWithinGrace_isGrantedAtOnce() {
        claim(newcomer);
        claims.release(holder.granted.getFirst());
        assertThat(newcomer.granted).hasSize(1);
        pass(1000);
        assertThat(newcomer.refusals).isEmpty();
        assertThat(directory.events)
                .containsExactly(
                        "registered a localhost/127.0.0.1",
                        "unregistered a",
                        "registered a localhost/127.0.0.1");
    }

    private void holderIsConnection(String stateOfItsClient) throws IOException {
        holder.connection =
                Optional.of(
                        new Owner.Connection(
                                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 50_000),
                                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 4369)));
        Files.writeString(
                sockets, " 0: 0100007F:C350 0100007F:1111 " + stateOfItsClient + " 0 0 0 0 0 1\n");
    }

    @Test
    void claim_holdersClientHasClosedUnheard_isGrantedAfterTheGrace() throws Exception {
        holderIsConnection("04");
        holder.atEnd = () -> claims.release(holder.granted.getFirst());
        claim(newcomer);
        pass(199);
        assertThat(readings).isEmpty();
        pass(1);
        readings.remove().run();
        assertThat(newcomer.granted).hasSize(1);
        assertThat(newcomer.refusals).isEmpty();
    }

    @Test
    void claim_holdersClientIsConnected_isRefused() throws Exception {
        holderIsConnection("01");
        claim(newcomer);
        pass(200);
        readings.remove().run();
        assertThat(newcomer.refusals).containsExactly("taken");
        assertThat(newcomer.granted).isEmpty();
    }

    @Test
    void claim_holderEndsWhileTheSystemIsAsked_isGrantedOnce() throws Exception {
        holderIsConnection("01");
        claim(newcomer);
        pass(200);
        claims.release(holder.granted.getFirst());
        readings.remove().run();
        assertThat(newcomer.granted).hasSize(1);
        assertThat(newcomer.refusals).isEmpty();
    }

    @Test
    void claim_newcomerGoesAwayWhileTheSystemIsAsked_isToldNothing() throws Exception {
        holderIsConnection("01");
        claim(newcomer);
        pass(200);
        claims.withdraw(A.name(), newcomer);
        readings.remove().run();
        assertThat(newcomer.granted).isEmpty();
        assertThat(newcomer.refusals).isEmpty();
    }

    @Test
    void claim_twoWait_firstComeIsFirstServed() {
        RecordingOwner last = new RecordingOwner();
        claim(newcomer);
        claim(last);
        claims.release(holder.granted.getFirst());
        assertThat(newcomer.granted).hasSize(1);
        assertThat(last.granted).isEmpty();
        pass(200);
        assertThat(last.refusals).containsExactly("taken");
    }

    @Test
    void withdraw_whileWaiting_isNeverGranted() {
        claim(newcomer);
        claims.withdraw(A.name(), newcomer);
        claims.release(holder.granted.getFirst());
        pass(1000);
        assertThat(newcomer.granted).isEmpty();
        assertThat(newcomer.refusals).isEmpty();
    }

    @Test
    void release_twice_tellsOnce() {
        claims.release(holder.granted.getFirst());
        claims.release(holder.granted.getFirst());
        assertThat(directory.events).filteredOn("unregistered a"::equals).hasSize(1);
    }

    @Test
    void release_afterClose_tellsNothing() {
        claims.close();
        claims.release(holder.granted.getFirst());
        assertThat(directory.events).doesNotContain("unregistered a");
    }
}
