package io.epmesh.chaos;

import static io.epmesh.chaos.Mesh.PROMPT;
import static io.epmesh.chaos.Mesh.SETTLED;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Peers that die and networks that are half broken, under nodes that live on.
final class MeshFaultsTest {
    /// Twice what a suspicion, or a silent host, takes to become a verdict.
    private static final Duration FAULT = Duration.ofSeconds(10);

    @RegisterExtension static final SharedMesh SHARED = new SharedMesh(3);

    private static Mesh mesh() {
        return SHARED.get();
    }

    @Test
    void kill_ofAPeer_keepsItsLivingNodesAndWithdrawsItsDeadOnes() throws Exception {
        mesh().startNode(2, "rabbit", 9102);
        ErlangNode mortal = mesh().startNode(2, "mortal", 9103);
        Await.within(SETTLED, () -> mesh().checkLookup("rabbit@h2", OptionalInt.of(9102)));
        Await.within(SETTLED, () -> mesh().checkLookup("mortal@h2", OptionalInt.of(9103)));

        mesh().peer(2).kill();
        for (int number : new int[] {1, 3}) {
            Host host = mesh().host(number);
            Await.within(PROMPT, () -> checkPeerOfH2(host, "orphaned"));
            Mesh.checkLookup(host, "rabbit@h2", OptionalInt.of(9102));
            Mesh.checkState(host, "rabbit@h2", "orphaned");
        }

        mortal.kill();
        for (int number : new int[] {1, 3}) {
            Host host = mesh().host(number);
            Await.within(SETTLED, () -> Mesh.checkLookup(host, "mortal@h2", OptionalInt.empty()));
            Mesh.checkLookup(host, "rabbit@h2", OptionalInt.of(9102));
        }

        mesh().restartPeers();
        for (Host host : mesh().hosts().all()) {
            Await.within(SETTLED, () -> Mesh.checkState(host, "rabbit@h2", "up"));
            Await.within(PROMPT, () -> Mesh.checkLookup(host, "mortal@h2", OptionalInt.empty()));
        }
        Await.within(SETTLED, mesh()::checkAllAreConverged);
    }

    @Test
    void freeze_ofAPeer_orphansItsNodesUntilItGoesOn() throws Exception {
        mesh().startNode(2, "rabbit", 9102);
        Await.within(SETTLED, () -> mesh().checkLookup("rabbit@h2", OptionalInt.of(9102)));

        mesh().peer(2).freeze();
        for (int number : new int[] {1, 3}) {
            Host host = mesh().host(number);
            Await.within(SETTLED, () -> checkPeerOfH2(host, "orphaned"));
            Mesh.checkLookup(host, "rabbit@h2", OptionalInt.of(9102));
        }

        mesh().peer(2).thaw();
        checkNoTraceIsLeft();
        mesh().hosts().all().forEach(host -> Mesh.checkState(host, "rabbit@h2", "up"));
    }

    @Test
    void bridgeFault_hidesNothingAndEndsWithoutATrace() throws Exception {
        checkFaultIsHarmless(
                () -> mesh().hosts().cut(mesh().host(1), mesh().host(3)), "bridge@elsewhere");
    }

    @Test
    void oneWayFault_hidesNothingAndEndsWithoutATrace() throws Exception {
        checkFaultIsHarmless(() -> mesh().host(3).dropFrom(mesh().host(1)), "oneway@elsewhere");
    }

    // A fault between h1 and h3 while both of them reach h2.
    private void checkFaultIsHarmless(Runnable fault, String mapping) throws Exception {
        mesh().startNode(1, "rabbit", 9101);
        mesh().startNode(2, "rabbit", 9102);
        mesh().startNode(3, "rabbit", 9103);
        Await.within(SETTLED, this::checkAllNames);

        fault.run();
        Await.throughout(FAULT, this::checkAllNames);
        mesh().host(1).epmesh("add-node", mapping, "10.0.0.9:8001").orFail();
        Await.within(SETTLED, () -> mesh().checkLookup(mapping, OptionalInt.of(8001)));

        mesh().hosts().heal();
        checkNoTraceIsLeft();
        checkAllNames();
    }

    private void checkNoTraceIsLeft() {
        Await.within(SETTLED, mesh()::checkAllPeersAreUp);
        Await.within(SETTLED, mesh()::checkAllAreConverged);
    }

    private void checkAllNames() {
        for (int number = 1; number <= 3; number++) {
            String name = "rabbit@h" + number;
            mesh().checkLookup(name, OptionalInt.of(9100 + number));
            mesh().hosts().all().forEach(host -> Mesh.checkState(host, name, "up"));
        }
    }

    private static void checkPeerOfH2(Host host, String state) {
        assertThat(host.api("peers").having("id"))
                .as("peers on %s", host)
                .filteredOn(peer -> !peer.text("state").equals("up"))
                .singleElement()
                .satisfies(peer -> {
                    assertThat(peer.toString()).contains("h2");
                    assertThat(peer.text("state")).isEqualTo(state);
                });
    }
}
