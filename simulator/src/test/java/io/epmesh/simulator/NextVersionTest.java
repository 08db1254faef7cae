package io.epmesh.simulator;

import static io.epmesh.simulator.VirtualTime.SECOND;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.Bytes;
import io.epmesh.gossip.Key;
import io.epmesh.gossip.Replica;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Peers of this version beside peers of the next one, and peers that are upgraded one by one.
class NextVersionTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void mesh_ofTwoVersions_convergesAndSkipsWhatItDoesNotKnow(int seed) {
        SimulatedMesh mesh = new SimulatedMesh(seed, 4);
        mesh.peers.get(0).dialect = new NextVersion();
        mesh.peers.get(2).dialect = new NextVersion();
        mesh.run(5 * SECOND);
        work(mesh, new SplittableRandom(seed), 60);
        assertAgreed(mesh);
        for (SimulatedPeer peer : mesh.peers) {
            Replica replica = peer.running().orElseThrow();
            assertThat(replica.malformedCount()).as("malformed").isZero();
            assertThat(replica.unknownCount()).as("of unknown types").isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 12, 13, 14})
    void mesh_upgradedPeerByPeer_losesNothing(int seed) {
        SimulatedMesh mesh = new SimulatedMesh(seed, 4);
        SplittableRandom random = new SplittableRandom(seed);
        mesh.run(5 * SECOND);
        for (SimulatedPeer peer : List.copyOf(mesh.peers)) {
            work(mesh, random, 15);
            mesh.crash(peer);
            mesh.run(SECOND);
            peer.dialect = new NextVersion();
            mesh.start(peer);
            mesh.run(3 * SECOND);
        }
        work(mesh, random, 15);
        assertAgreed(mesh);
    }

    private static void work(SimulatedMesh mesh, SplittableRandom random, int steps) {
        for (int i = 0; i < steps; i++) {
            SimulatedPeer peer = mesh.peers.get(random.nextInt(mesh.peers.size()));
            Key key = new Key(3, Bytes.utf8("m" + random.nextInt(4)));
            Key name = new Key(1, Bytes.utf8("n" + random.nextInt(4)));
            Bytes value = Bytes.utf8("v" + i);
            switch (random.nextInt(6)) {
                case 0, 1 -> mesh.write(peer, key, Optional.of(value));
                case 2 -> mesh.write(peer, key, Optional.empty());
                case 3 -> mesh.own(peer, peer.own.plus(name, value));
                case 4 -> mesh.own(peer, peer.own.minus(name));
                default -> mesh.block(peer, mesh.peers.get(random.nextInt(mesh.peers.size())));
            }
            mesh.run(random.nextLong(SECOND));
            if (random.nextInt(8) == 0) {
                mesh.heal();
            }
        }
        mesh.heal();
    }

    private static void assertAgreed(SimulatedMesh mesh) {
        mesh.run(20 * SECOND);
        String dump = mesh.peers.getFirst().dump();
        assertThat(mesh.peers).allSatisfy(peer -> assertThat(peer.dump()).isEqualTo(dump));
        for (SimulatedPeer peer : mesh.peers) {
            mesh.writes.checkKnown(peer.running().orElseThrow().mappings(), peer);
            assertThat(requireNonNull(peer.shown().owners().get(peer.id())).entries())
                    .isEqualTo(peer.own);
        }
    }
}
