package io.epmesh.node.naming;

import static io.epmesh.node.naming.MeshState.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.Bytes;
import io.epmesh.gossip.Finding;
import io.epmesh.gossip.Snapshot.Phase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A table that has followed every change equals one made from the last state alone, and all peers
/// answer full names alike, whatever the changes were.
class NameTableSequenceTest {
    private static final int PEERS = 4;
    private static final int STEPS = 300;
    private static final List<String> NAMES = List.of("a", "b", "c", "ö", "a@b", "");
    private static final List<String> HOSTS =
            List.of("h1", "h2", "h3", "h4", "shared", "localhost", "127.0.0.1");

    private final MeshState mesh = new MeshState();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void followed_equalsMadeAnew(long seed) {
        Random random = new Random(seed);
        for (int peer = 1; peer <= PEERS; peer++) {
            mesh.describe(peer, "10.0.0." + peer, "h" + peer, "shared");
        }
        NameTable followed = mesh.publish(NameTable.empty(id(1)), 1);
        for (int step = 0; step < STEPS; step++) {
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                change(random);
            }
            followed = mesh.publish(followed, 1);
            assertSame(followed, mesh.table(1), "seed %d, step %d".formatted(seed, step));
        }
        assertAllPeersAgree();
    }

    private void change(Random random) {
        int peer = 1 + random.nextInt(PEERS);
        String name = NAMES.get(random.nextInt(NAMES.size()));
        String host = HOSTS.get(random.nextInt(HOSTS.size()));
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> mesh.register(peer, registration(name, host, random));
            case 3 -> mesh.unregister(peer, name);
            case 4 -> mesh.map("x" + name.replace("@", "") + "@" + host, "10.0.0.9", 8001, "h1");
            case 5 -> mesh.unmap("x" + name.replace("@", "") + "@" + host);
            case 6 -> mesh.describe(peer, "10.0.1." + random.nextInt(9), hosts(peer, random));
            case 7 -> mesh.phase(peer, phase(peer, random));
            case 8 -> mesh.judge(peer, findings(random));
            default -> mesh.write(peer, PeerDescription.KEY, Bytes.utf8("not of this version"));
        }
    }

    private static NodeRegistration registration(String name, String host, Random random) {
        NodeRegistration node =
                MeshState.since(name, host, 9000 + random.nextInt(9), random.nextInt(3));
        return random.nextBoolean() ? node : node.verified(host, Optional.of(3L));
    }

    private static String[] hosts(int peer, Random random) {
        String other = HOSTS.get(random.nextInt(HOSTS.size()));
        return new String[] {"h" + peer, other};
    }

    /// This peer itself is always living.
    private static Phase phase(int peer, Random random) {
        List<Phase> phases = List.of(Phase.values());
        return peer == 1 ? Phase.LIVING : phases.get(random.nextInt(phases.size()));
    }

    private static Map<String, Finding> findings(Random random) {
        Map<String, Finding> findings = new HashMap<>();
        for (String name : NAMES) {
            if (random.nextBoolean()) {
                List<Finding> all = List.of(Finding.values());
                findings.put(name, all.get(random.nextInt(all.size())));
            }
        }
        return findings;
    }

    private static void assertSame(NameTable actual, NameTable expected, String when) {
        assertThat(actual.entries()).as(when).isEqualTo(expected.entries());
        assertThat(actual.entriesHere()).as(when).isEqualTo(expected.entriesHere());
        assertThat(actual.mappingsHere()).as(when).isEqualTo(expected.mappingsHere());
        assertThat(actual.hostsHere()).as(when).isEqualTo(expected.hostsHere());
        for (String host : HOSTS) {
            assertThat(actual.peerOfHost(host)).as(when).isEqualTo(expected.peerOfHost(host));
            for (String name : List.of("a", "b", "c", "ö", "xa", "xb")) {
                NodeName node = new NodeName(name, host);
                assertThat(actual.lookup(node)).as(when).isEqualTo(expected.lookup(node));
            }
        }
        for (String name : NAMES) {
            assertThat(actual.lookupHere(name)).as(when).isEqualTo(expected.lookupHere(name));
        }
    }

    private void assertAllPeersAgree() {
        NameTable first = mesh.table(1);
        for (int peer = 2; peer <= PEERS; peer++) {
            NameTable other = mesh.table(peer);
            for (NodeEntry entry : first.entries()) {
                if (!entry.node().isOfSpeaker()) {
                    assertThat(other.lookup(entry.node())).isEqualTo(first.lookup(entry.node()));
                }
            }
        }
    }
}
