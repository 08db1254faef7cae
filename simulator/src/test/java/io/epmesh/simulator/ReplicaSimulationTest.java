package io.epmesh.simulator;

import static io.epmesh.simulator.SimulatedMesh.MILLI;
import static io.epmesh.simulator.SimulatedMesh.SECOND;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.Bytes;
import io.epmesh.gossip.Finding;
import io.epmesh.gossip.Key;
import io.epmesh.gossip.Snapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.pcollections.HashTreePMap;

/// The production core under every fault that the simulated mesh knows; a failure names its seed.
class ReplicaSimulationTest {
    private static final int SEEDS = Integer.getInteger("epmesh.seeds", 60);

    /// After the heal: views follow within 3 s, an orphan is one after 4, a round or two of
    /// summaries.
    private static final long BOUND = 20 * SECOND;

    private static final int FIRST = Integer.getInteger("epmesh.firstSeed", 1);

    @Test
    void mesh_underRandomFaults_convergesWithNothingLostAndNothingBack() {
        for (int seed = FIRST; seed < FIRST + SEEDS; seed++) {
            try {
                run(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "seed " + seed + " (-Depmesh.firstSeed, -Depmesh.seeds=1)", e);
            }
        }
    }

    @Test
    void mesh_runTwiceWithOneSeed_deliversTheSame() {
        SimulatedMesh once = chaos(7);
        SimulatedMesh again = chaos(7);
        assertThat(again.delivered).isEqualTo(once.delivered);
        assertThat(again.peers.getFirst().dump()).isEqualTo(once.peers.getFirst().dump());
    }

    private static void run(int seed) {
        SimulatedMesh mesh = chaos(seed);
        mesh.heal();
        mesh.peers.forEach(mesh::thaw);
        List<SimulatedPeer> down = mesh.peers.stream().filter(peer -> !peer.isRunning()).toList();
        if (seed % 2 == 0) {
            down.forEach(mesh::start);
        }
        long healed = mesh.now();
        mesh.run(6 * SECOND); // whoever crashed last is an orphan by now
        while (!mesh.isConverged() && mesh.now() - healed < BOUND) {
            mesh.run(SECOND / 4);
        }
        assertThat(mesh.peers.stream().filter(SimulatedPeer::isRunning).map(SimulatedPeer::dump))
                .as("dumps after %d s", (mesh.now() - healed) / SECOND)
                .allSatisfy(dump ->
                        assertThat(dump)
                                .isEqualTo(
                                        mesh.peers.stream()
                                                .filter(SimulatedPeer::isRunning)
                                                .findFirst()
                                                .orElseThrow()
                                                .dump()));
        for (SimulatedPeer peer : mesh.peers) {
            if (!peer.isRunning()) {
                continue;
            }
            peer.checkIndexes();
            for (SimulatedPeer owner : mesh.peers) {
                Snapshot.OwnerView view = peer.shown.owners().get(owner.id);
                if (owner.isRunning()) {
                    requireNonNull(view);
                    assertThat(view.phase()).isEqualTo(Snapshot.Phase.LIVING);
                    assertThat(new HashMap<>(view.entries())).isEqualTo(new HashMap<>(owner.own));
                } else if (view != null) {
                    assertThat(view.phase()).isEqualTo(Snapshot.Phase.ORPHANED);
                }
            }
            if (down.isEmpty() || seed % 2 == 0) {
                mesh.oracle.check(peer.liveDots());
            }
        }
    }

    private static SimulatedMesh chaos(int seed) {
        SplittableRandom random = new SplittableRandom(seed * 31L + 7);
        SimulatedMesh mesh = new SimulatedMesh(seed, 3 + random.nextInt(4));
        mesh.run(3 * SECOND);
        mesh.loss = random.nextBoolean() ? random.nextDouble() * 0.5 : 0;
        mesh.duplication = random.nextBoolean() ? random.nextDouble() * 0.3 : 0;
        for (int i = 0; i < 120; i++) {
            SimulatedPeer peer = mesh.peers.get(random.nextInt(mesh.peers.size()));
            SimulatedPeer other = mesh.peers.get(random.nextInt(mesh.peers.size()));
            act(mesh, random, peer, other, seed + "-" + i);
            mesh.run(random.nextLong(random.nextInt(3) == 0 ? 10 * MILLI : 600 * MILLI));
        }
        return mesh;
    }

    private static void act(
            SimulatedMesh mesh,
            SplittableRandom random,
            SimulatedPeer peer,
            SimulatedPeer other,
            String tag) {
        Key key = new Key(3, Bytes.utf8("node" + random.nextInt(5)));
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3 -> mesh.write(peer, key, Optional.of(Bytes.utf8(tag)));
            case 4, 5 -> mesh.write(peer, key, Optional.empty());
            case 6, 7, 8 ->
                    mesh.own(
                            peer,
                            peer.own.plus(
                                    new Key(1, Bytes.utf8("n" + random.nextInt(6))),
                                    Bytes.utf8(tag)));
            case 9 ->
                    mesh.own(peer, peer.own.minus(new Key(1, Bytes.utf8("n" + random.nextInt(6)))));
            case 10 -> {
                if (peer.isRunning()) {
                    mesh.crash(peer);
                } else {
                    mesh.start(peer);
                }
            }
            case 11 -> {
                if (peer.frozen) {
                    mesh.thaw(peer);
                } else if (peer.isRunning() && random.nextBoolean()) {
                    mesh.freeze(peer);
                }
            }
            case 12 -> mesh.suspect(peer, other);
            case 13 -> {
                mesh.block(peer, other);
                if (random.nextBoolean()) {
                    mesh.block(other, peer);
                }
            }
            case 14 -> {
                double loss = mesh.loss;
                double duplication = mesh.duplication;
                mesh.heal();
                mesh.loss = loss;
                mesh.duplication = duplication;
            }
            case 15 -> judge(mesh, peer);
            default -> throw new AssertionError();
        }
        peer.wallSkewMillis += random.nextInt(20) == 0 ? random.nextInt(-100_000, 100_000) : 0;
    }

    private static void judge(SimulatedMesh mesh, SimulatedPeer judge) {
        for (Snapshot.OwnerView view : judge.shown.owners().values()) {
            if (view.phase() == Snapshot.Phase.ORPHANED) {
                Map<Key, Finding> findings = new HashMap<>();
                view.entries().keySet().forEach(key -> findings.put(key, Finding.GONE));
                mesh.judge(judge, view.id(), view.beat(), HashTreePMap.from(findings));
            }
        }
    }
}
