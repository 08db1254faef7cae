package io.epmesh.epmd;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.epmd.EpmdRequest.Alive2;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ClaimsTest {
    private static final Alive2 A = new Alive2(new NodeName("a"), PortInfo.ofErlangNode(1));

    private final EmbeddedChannel time = new EmbeddedChannel();
    private final RecordingDirectory directory = new RecordingDirectory();
    private final Claims claims =
            new Claims(
                    new Registrations(new ManualClock(1), 10, 0),
                    directory,
                    time.eventLoop(),
                    Duration.ofMillis(200));
    private final RecordingOwner holder = new RecordingOwner();
    private final RecordingOwner newcomer = new RecordingOwner();

    ClaimsTest() {
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
