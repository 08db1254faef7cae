package io.epmesh.epmd;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.epmd.Adoptions.Holder;
import io.epmesh.epmd.EpmdRequest.Alive2;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AdoptedOwnerTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final Alive2 A = new Alive2(new NodeName("a"), PortInfo.ofErlangNode(1));
    private static final Registration ADOPTED =
            new Registration(7, A.name(), A.info(), 1_000, Instant.EPOCH, HERE);

    private final EmbeddedChannel time = new EmbeddedChannel();
    private final RecordingDirectory directory = new RecordingDirectory();
    private final Registrations registrations = Tables.local(new ManualClock(1), 10, 0);
    private final Claims claims =
            new Claims(
                    registrations,
                    directory,
                    time.eventLoop(),
                    Duration.ofMillis(200),
                    HalfOpen.ofThisSystem(time.eventLoop()));
    private final Verdicts verdicts = new Verdicts();
    private final RecordingOwner newcomer = new RecordingOwner();

    AdoptedOwnerTest() {
        time.freezeTime();
        registrations.adopt(ADOPTED, new AdoptedOwner(ADOPTED, verdicts, claims, time.eventLoop()));
    }

    /// Answers what a test says, when it says it.
    private static final class Verdicts implements Adoptions {
        final List<CompletableFuture<Holder>> asked = new ArrayList<>();
        final List<String> handed = new ArrayList<>();

        @Override
        public List<Registration> registrations() {
            return List.of(ADOPTED);
        }

        @Override
        public CompletionStage<Holder> contested(
                Registration holder, PortInfo newcomer, InetAddress source) {
            CompletableFuture<Holder> verdict = new CompletableFuture<>();
            asked.add(verdict);
            return verdict;
        }

        @Override
        public void handedOver(Registration holder, Registration successor) {
            handed.add(holder.id() + " to " + successor.id());
        }
    }

    private void claim(RecordingOwner owner) {
        claims.claim(A, HERE, owner);
    }

    private void say(int which, Holder verdict) {
        verdicts.asked.get(which).complete(verdict);
        time.runPendingTasks();
    }

    private void pass(long millis) {
        time.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        time.runScheduledPendingTasks();
    }

    @Test
    void adopted_isFound() {
        assertThat(registrations.find(A.name())).contains(ADOPTED);
        assertThat(registrations.active()).containsExactly(ADOPTED);
    }

    private static Registration late(long id) {
        return new Registration(id, new NodeName("b"), A.info(), 1_000, Instant.EPOCH, HERE);
    }

    @Test
    void adopt_late_isHandedOverLikeTheOthers() {
        List<Registration> told = new ArrayList<>();
        claims.adopt(AdoptedOwnerTest::late, verdicts, each -> told.add(each.orElseThrow()));
        assertThat(told).containsExactly(late(8));
        assertThat(registrations.find(late(8).name())).contains(late(8));

        claims.claim(new Alive2(late(8).name(), A.info()), HERE, newcomer);
        say(0, Holder.SAME_NODE);

        assertThat(newcomer.granted).hasSize(1);
        assertThat(verdicts.handed).containsExactly("8 to 9");
        assertThat(directory.events).isEmpty();
    }

    @Test
    void adopt_lateAndClosed_isNeitherAdoptedNorGivenUp() {
        List<Optional<Registration>> told = new ArrayList<>();
        claims.close();
        claims.adopt(AdoptedOwnerTest::late, verdicts, told::add);
        assertThat(told).isEmpty();
        assertThat(registrations.find(late(8).name())).isEmpty();
    }

    @Test
    void claim_ofTheSameNode_isHandedOverWithoutAnEnd() {
        claim(newcomer);
        say(0, Holder.SAME_NODE);
        assertThat(newcomer.granted)
                .singleElement()
                .satisfies(granted -> {
                    assertThat(granted.id()).isEqualTo(8);
                    assertThat(granted.creation()).isEqualTo(1_001);
                });
        assertThat(verdicts.handed).containsExactly("7 to 8");
        assertThat(directory.events).isEmpty();
        pass(1_000);
        assertThat(newcomer.refusals).isEmpty();
    }

    /// A node waits ten seconds for an answer: a claim from the time in which nobody listened may
    /// have its end right behind it.
    @Test
    void claim_ofTheSameNodeThatHasGivenUp_isNotHandedOver() {
        newcomer.hungUp = true;
        claim(newcomer);
        say(0, Holder.SAME_NODE);
        assertThat(newcomer.granted).isEmpty();
        assertThat(registrations.find(A.name())).contains(ADOPTED);

        RecordingOwner again = new RecordingOwner();
        claim(again);
        say(1, Holder.SAME_NODE);
        assertThat(again.granted).hasSize(1);
    }

    @Test
    void claim_sameNodeBehindAnother_onlyTheSameNodeIsGranted() {
        RecordingOwner same = new RecordingOwner();
        claim(newcomer);
        claim(same);
        say(1, Holder.SAME_NODE);
        say(0, Holder.LIVES);
        assertThat(same.granted).hasSize(1);
        pass(200);
        assertThat(newcomer.granted).isEmpty();
        assertThat(newcomer.refusals).containsExactly("taken");
    }

    @Test
    void claim_holderLives_isRefusedAfterTheGrace() {
        claim(newcomer);
        say(0, Holder.LIVES);
        pass(200);
        assertThat(newcomer.refusals).containsExactly("taken");
        assertThat(registrations.find(A.name())).contains(ADOPTED);
    }

    @Test
    void claim_holderIsGone_getsTheNameAsAnotherNode() {
        claim(newcomer);
        say(0, Holder.GONE);
        assertThat(newcomer.granted).hasSize(1);
        assertThat(directory.events)
                .containsExactly("unregistered a", "registered a localhost/127.0.0.1");
        assertThat(verdicts.handed).isEmpty();
    }

    @Test
    void claim_verdictAfterTheGrace_changesNothingForIt() {
        claim(newcomer);
        pass(200);
        say(0, Holder.SAME_NODE);
        assertThat(newcomer.granted).isEmpty();
        assertThat(newcomer.refusals).containsExactly("taken");
        assertThat(registrations.find(A.name())).contains(ADOPTED);
    }

    @Test
    void claim_noVerdict_leavesTheHolder() {
        claim(newcomer);
        verdicts.asked.getFirst().completeExceptionally(new IllegalStateException("bug"));
        time.runPendingTasks();
        pass(200);
        assertThat(newcomer.refusals).containsExactly("taken");
        assertThat(registrations.find(A.name())).contains(ADOPTED);
    }

    @Test
    void release_afterHandOver_leavesTheSuccessor() {
        claim(newcomer);
        say(0, Holder.SAME_NODE);
        claims.release(ADOPTED);
        assertThat(registrations.find(A.name())).contains(newcomer.granted.getFirst());
    }

    @Test
    void stopped_endsIt() {
        registrations.owner(A.name()).orElseThrow().stopped();
        assertThat(registrations.isEmpty()).isTrue();
        assertThat(directory.events).containsExactly("unregistered a");
    }

    @Test
    void adopt_oldVersion_nextCreationDiffers() {
        PortInfo old = new PortInfo(1, 77, 0, 5, 5, Extra.NONE);
        for (long creation = 1; creation <= 3; creation++) {
            Registrations table = Tables.local(new ManualClock(1), 10, 0);
            Registration before = new Registration(1, A.name(), old, creation, Instant.EPOCH, HERE);
            table.adopt(before, newcomer);
            table.release(before);
            Registration after =
                    table.claimFreed(new Alive2(A.name(), old), HERE, new RecordingOwner());
            assertThat(after.creation()).isEqualTo(creation % 3 + 1);
        }
    }
}
