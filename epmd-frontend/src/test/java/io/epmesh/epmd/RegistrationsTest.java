package io.epmesh.epmd;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.epmd.EpmdRequest.Alive2;
import io.epmesh.epmd.Registrations.Claim;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RegistrationsTest {
    private static final long NOW = 1_800_000_000;

    private final ManualClock clock = new ManualClock(NOW);
    private final Registrations registrations = Tables.local(clock, 10_000, 0);

    private static Claim claim(Registrations table, String name, int highestVersion) {
        PortInfo info = new PortInfo(1, 77, 0, highestVersion, 5, Extra.NONE);
        return table.claim(
                new Alive2(new NodeName(name), info),
                InetAddress.getLoopbackAddress(),
                new RecordingOwner());
    }

    private static Registration granted(Registrations table, String name, int highestVersion) {
        return switch (claim(table, name, highestVersion)) {
            case Claim.Granted(Registration registration) -> registration;
            case Claim.Taken(), Claim.Full(), Claim.OverShare() ->
                    throw new AssertionError("not granted: " + name);
        };
    }

    private Registration granted(String name) {
        return granted(registrations, name, 6);
    }

    @Test
    void claim_newName_startsAboveTheClock() {
        assertThat(granted("a").creation()).isEqualTo(NOW + 1);
    }

    @Test
    void claim_again_risesByOneWhateverTheClockSays() {
        registrations.release(granted("a"));
        clock.advance(Duration.ofDays(-365));
        assertThat(granted("a").creation()).isEqualTo(NOW + 2);
    }

    @Test
    void claim_nodeWithACreationOfItsOwn_keepsItAndTheCounterKnowsNothingOfIt() {
        RecordingOwner owner = new RecordingOwner();
        owner.creation = OptionalLong.of(0xFFFF_FFFFL);
        owner.host = Optional.of("h1");
        Alive2 request = new Alive2(new NodeName("a"), PortInfo.ofErlangNode(1));
        Registration registration =
                registrations.claimFreed(request, InetAddress.getLoopbackAddress(), owner);
        assertThat(registration.ownCreation()).hasValue(0xFFFF_FFFFL);
        assertThat(registration.host()).contains("h1");
        assertThat(registration.creation()).isEqualTo(NOW + 1);
        registrations.release(registration);
        assertThat(granted("a").creation()).isEqualTo(NOW + 2);
    }

    @Test
    void claim_floorAboveTheClock_startsAboveTheFloor() {
        Registrations table = Tables.local(clock, 10, NOW + 500);
        assertThat(granted(table, "a", 6).creation()).isEqualTo(NOW + 501);
    }

    @Test
    void claim_counterAtItsEnd_wrapsToFour() {
        Registrations table = Tables.local(clock, 10, 0xFFFF_FFFFL);
        assertThat(granted(table, "a", 6).creation()).isEqualTo(4);
    }

    @Test
    void claim_versionFive_cyclesThroughOneToThree() {
        for (int i = 0; i < 6; i++) {
            Registration registration = granted(registrations, "a", 5);
            assertThat(registration.creation()).isEqualTo((NOW + 1 + i) % 3 + 1);
            registrations.release(registration);
        }
    }

    @Test
    void claim_nameForgottenLongAgo_neverRepeatsACreation() {
        Registrations table = Tables.local(clock, 10_000, 0);
        Registration last = granted(table, "hot", 6);
        for (int i = 0; i < 50; i++) {
            table.release(last);
            last = granted(table, "hot", 6);
        }
        table.release(last);
        for (int i = 0; i < 20_000; i++) {
            table.release(granted(table, "n" + i, 6));
        }
        assertThat(table.unused()).hasSizeBetween(1_001, 5_000);
        assertThat(granted(table, "hot", 6).creation()).isGreaterThan(last.creation());
    }

    @Test
    void claim_takenName_isTaken() {
        granted("a");
        assertThat(claim(registrations, "a", 6)).isEqualTo(new Claim.Taken());
    }

    @Test
    void claim_beyondCapacity_isFull() {
        Registrations table = Tables.local(clock, 1, 0);
        granted(table, "a", 6);
        assertThat(claim(table, "b", 6)).isEqualTo(new Claim.Full());
    }

    @Test
    void release_byFormerOwner_leavesTheNewRegistration() {
        Registration former = granted("a");
        assertThat(registrations.release(former)).isTrue();
        Registration current = granted("a");
        assertThat(registrations.release(former)).isFalse();
        assertThat(registrations.find(current.name())).contains(current);
    }

    @Test
    void active_afterReregistration_isNewestFirst() {
        Registration a = granted("a");
        Registration b = granted("b");
        assertThat(registrations.active()).containsExactly(b, a);
        registrations.release(a);
        assertThat(registrations.unused()).extracting(FreedName::name).containsExactly(a.name());
        Registration again = granted("a");
        assertThat(registrations.active()).containsExactly(again, b);
        assertThat(registrations.unused()).isEmpty();
    }

    private static Claim claimFrom(Registrations table, String name, String source) {
        return table.claim(
                new Alive2(new NodeName(name), PortInfo.ofErlangNode(1)),
                InetAddress.ofLiteral(source),
                new RecordingOwner());
    }

    @Test
    void claim_oneSourceBeyondItsShare_isRefusedUntilItReleasesOne() {
        Registrations table =
                new Registrations(
                        clock, 10, 0, new SourceShares(3, 2), a -> !a.isLoopbackAddress());
        Claim first = claimFrom(table, "a", "192.0.2.1");
        assertThat(claimFrom(table, "b", "192.0.2.1")).isInstanceOf(Claim.Granted.class);
        assertThat(claimFrom(table, "c", "192.0.2.1")).isInstanceOf(Claim.OverShare.class);

        assertThat(table.release(((Claim.Granted) first).registration())).isTrue();
        assertThat(claimFrom(table, "c", "192.0.2.1")).isInstanceOf(Claim.Granted.class);
    }

    @Test
    void claim_sourcesBeyondTheirShareInAll_leaveRoomForThisHost() {
        Registrations table =
                new Registrations(
                        clock, 10, 0, new SourceShares(2, 2), a -> !a.isLoopbackAddress());
        assertThat(claimFrom(table, "a", "192.0.2.1")).isInstanceOf(Claim.Granted.class);
        assertThat(claimFrom(table, "b", "192.0.2.2")).isInstanceOf(Claim.Granted.class);
        assertThat(claimFrom(table, "c", "192.0.2.3")).isInstanceOf(Claim.OverShare.class);
        assertThat(claimFrom(table, "c", "127.0.0.1")).isInstanceOf(Claim.Granted.class);
    }

    private static Registration former(long id, String name, String source) {
        return new Registration(
                id,
                new NodeName(name),
                PortInfo.ofErlangNode(1),
                NOW,
                Instant.EPOCH,
                InetAddress.ofLiteral(source));
    }

    private static Optional<Registration> adoptLate(
            Registrations table, String name, String source) {
        return table.adoptLate(id -> former(id, name, source), _ -> new RecordingOwner());
    }

    @Test
    void adoptLate_freeName_getsTheNextIdAndKeepsItsCreation() {
        Registration other = granted("b");
        assertThat(adoptLate(registrations, "a", "127.0.0.1"))
                .contains(former(other.id() + 1, "a", "127.0.0.1"));
        assertThat(registrations.find(new NodeName("a")).orElseThrow().creation()).isEqualTo(NOW);
        registrations.release(former(other.id() + 1, "a", "127.0.0.1"));
        assertThat(granted("a").creation()).isEqualTo(NOW + 1);
    }

    @Test
    void adoptLate_nameThatWasClaimedSince_isNotAdopted() {
        Registration later = granted("a");
        assertThat(adoptLate(registrations, "a", "127.0.0.1")).isEmpty();
        assertThat(registrations.find(later.name())).contains(later);
        registrations.release(later);
        assertThat(adoptLate(registrations, "a", "127.0.0.1")).isEmpty();
        assertThat(registrations.isEmpty()).isTrue();
    }

    @Test
    void adoptLate_noRoom_isNotAdopted() {
        Registrations full = Tables.local(clock, 1, 0);
        granted(full, "b", 6);
        assertThat(adoptLate(full, "a", "127.0.0.1")).isEmpty();
        Registrations shared =
                new Registrations(
                        clock, 10, 0, new SourceShares(1, 1), a -> !a.isLoopbackAddress());
        assertThat(adoptLate(shared, "a", "192.0.2.1")).isPresent();
        assertThat(adoptLate(shared, "b", "192.0.2.1")).isEmpty();
    }

    @Test
    void adoptLate_nameForgottenSince_neverRepeatsACreation() {
        Map<NodeName, Long> forgotten = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            Registration since = granted("n" + i);
            registrations.release(since);
            forgotten.put(since.name(), since.creation());
        }
        registrations.unused().forEach(freed -> forgotten.remove(freed.name()));
        NodeName any = forgotten.keySet().iterator().next();
        String name = any.value();
        registrations.release(adoptLate(registrations, name, "127.0.0.1").orElseThrow());
        assertThat(granted(name).creation()).isGreaterThan(forgotten.get(any));
    }

    @Test
    void adopt_ofAnotherHost_countsAmongItsShare() {
        Registrations table =
                new Registrations(
                        clock, 10, 0, new SourceShares(1, 1), a -> !a.isLoopbackAddress());
        Claim claim = claimFrom(registrations, "a", "192.0.2.1");
        table.adopt(((Claim.Granted) claim).registration(), new RecordingOwner());

        assertThat(claimFrom(table, "b", "192.0.2.1")).isInstanceOf(Claim.OverShare.class);
    }
}
