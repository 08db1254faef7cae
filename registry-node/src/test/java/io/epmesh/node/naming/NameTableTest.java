package io.epmesh.node.naming;

import static io.epmesh.node.naming.MeshState.assumed;
import static io.epmesh.node.naming.MeshState.id;
import static io.epmesh.node.naming.MeshState.since;
import static io.epmesh.node.naming.MeshState.verified;
import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.Bytes;
import io.epmesh.gossip.Finding;
import io.epmesh.gossip.Key;
import io.epmesh.gossip.Snapshot.Phase;
import io.epmesh.node.naming.NodeEntry.Source;
import io.epmesh.node.naming.NodeEntry.Standing;
import io.epmesh.node.naming.NodeEntry.State;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Three peers: h1 (10.0.0.1) looks, h2 and h3 beside it.
class NameTableTest {
    private final MeshState mesh = new MeshState();

    @BeforeEach
    void describe() {
        mesh.describe(1, "10.0.0.1", "h1", "h1.test", "10.0.0.1");
        mesh.describe(2, "10.0.0.2", "h2", "h2.test");
        mesh.describe(3, "10.0.0.3", "h3");
    }

    @Test
    void lookup_ofAnotherHostsNode_hasThatHostsAddress() {
        mesh.register(2, verified("a@h2", 9002));

        assertThat(lookup(1, "a@h2"))
                .hasValueSatisfying(entry -> {
                    assertThat(entry.address()).isEqualTo("10.0.0.2");
                    assertThat(entry.port()).isEqualTo(9002);
                    assertThat(entry.peer()).hasValue(id(2).toString());
                    assertThat(entry.standing()).isEqualTo(Standing.SOLE);
                });
        assertThat(lookup(1, "b@h2")).isEmpty();
    }

    @Test
    void lookup_underAnotherHostName_findsAssumedNodesOnly() {
        mesh.register(2, assumed("a@h2", 9002));
        mesh.register(2, verified("b@h2", 9003));

        assertThat(port(1, "a@h2.test")).hasValue(9002);
        assertThat(lookup(1, "b@h2.test")).isEmpty();
        assertThat(lookup(1, "a@h3")).isEmpty();
    }

    @Test
    void lookup_underANameOfTwoOwners_prefersTheLivingOne() {
        // The host lost its data directory: its peer has a new id, the old one is orphaned.
        for (int lost = 4; lost < 12; lost++) {
            mesh.describe(lost, "10.0.0.4", "h4", "h4.test");
            mesh.register(lost, since("a", "h4", 8000 + lost, 10));
            mesh.phase(lost, Phase.ORPHANED);
        }
        mesh.describe(12, "10.0.0.4", "h4", "h4.test");
        mesh.register(12, since("a", "h4", 9012, 20));

        assertThat(port(1, "a@h4.test")).hasValue(9012);
        assertThat(port(1, "a@h4")).hasValue(9012);
    }

    @Test
    void conflict_livingBeforeOrphaned() {
        mesh.register(2, verified("a@x", 1));
        mesh.register(3, verified("a@x", 2));
        mesh.phase(2, Phase.ORPHANED);

        assertRanking("a@x", 2, 1);
    }

    @Test
    void conflict_registrationBeforeMapping() {
        mesh.map("a@x", "10.9.9.9", 1); // older than the registration
        mesh.register(3, verified("a@x", 2));

        assertRanking("a@x", 2, 1);
    }

    @Test
    void conflict_mappingBeforeOrphanedRegistration() {
        mesh.map("a@x", "10.9.9.9", 1);
        mesh.register(3, verified("a@x", 2));
        mesh.phase(3, Phase.ORPHANED);

        assertRanking("a@x", 1, 2);
    }

    @Test
    void conflict_olderBeforeYounger() {
        mesh.register(2, since("a", "x", 1, 2_000));
        mesh.register(3, since("a", "x", 2, 1_999));

        assertRanking("a@x", 2, 1);
    }

    @Test
    void conflict_sameAge_lowerIdFirst() {
        mesh.register(3, verified("a@x", 3));
        mesh.register(2, verified("a@x", 2));
        mesh.register(1, verified("a@x", 1));

        assertRanking("a@x", 1, 2, 3);
    }

    @Test
    void conflict_thatEnds_leavesASoleEntry() {
        mesh.register(2, verified("a@x", 2));
        mesh.register(3, verified("a@x", 3));
        NameTable before = mesh.publish(NameTable.empty(id(1)), 1);
        mesh.unregister(2, "a");

        NameTable after = mesh.publish(before, 1);

        assertThat(before.entries()).allMatch(NodeEntry::conflicting).hasSize(2);
        assertThat(after.entries())
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.port()).isEqualTo(3);
                    assertThat(entry.conflicting()).isFalse();
                });
    }

    @Test
    void lookupHere_conflict_answersOurOwnThoughItLoses() {
        mesh.register(1, since("a", "h1", 9001, 2_000));
        mesh.register(2, since("a", "h1", 9002, 1_000));

        assertThat(port(1, "a@h1")).hasValue(9002);
        assertThat(mesh.table(1).lookupHere("a"))
                .hasValueSatisfying(entry -> {
                    assertThat(entry.port()).isEqualTo(9001);
                    assertThat(entry.standing()).isEqualTo(Standing.LOSER);
                });
    }

    @Test
    void lookupHere_nodeOfAnyHostPart_isFound() {
        mesh.register(1, verified("a@elsewhere", 9001));

        assertThat(mesh.table(1).lookupHere("a").map(NodeEntry::port)).hasValue(9001);
        assertThat(mesh.table(2).lookupHere("a")).isEmpty();
    }

    @Test
    void lookupHere_noNode_answersTheMappingOfOurFirstName() {
        mesh.map("a@h1.test", "10.0.0.1", 8002);
        mesh.map("a@h1", "10.0.0.1", 8001);
        mesh.map("a@h2", "10.0.0.2", 8003);

        NameTable table = mesh.table(1);
        assertThat(table.lookupHere("a").map(NodeEntry::port)).hasValue(8001);
        assertThat(table.mappingsHere("a")).extracting(NodeEntry::port).containsExactly(8001, 8002);
        assertThat(table.mappingsHere()).extracting(NodeEntry::port).containsExactly(8001, 8002);
        assertThat(mesh.table(3).lookupHere("a")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "localhost.localdomain", "127.0.0.1", "127.0.1.1", "::1"})
    void loopbackHostPart_isKnownToItsOwnHostAlone(String loopback) {
        String node = "a@" + loopback;
        mesh.register(1, verified(node, 9001));

        assertThat(port(1, node)).hasValue(9001);
        assertThat(lookup(2, node)).isEmpty();
        assertThat(mesh.table(2).entries()).isEmpty();
    }

    @Test
    void loopbackHostPart_findsOurAssumedNodesOnly() {
        mesh.register(1, assumed("a@h1", 9001));
        mesh.register(2, assumed("b@h2", 9002));

        assertThat(port(1, "a@localhost")).hasValue(9001);
        assertThat(port(2, "a@localhost")).isEmpty();
        assertThat(lookup(1, "b@127.0.0.1")).isEmpty();
    }

    @Test
    void mappingOfLoopback_isKnownWhereItWasAdded() {
        mesh.map("a@localhost", "127.0.0.1", 8001, "h1");

        assertThat(port(1, "a@localhost")).hasValue(8001);
        assertThat(lookup(2, "a@localhost")).isEmpty();
    }

    @Test
    void gone_isWithdrawn_andTheRestStays() {
        mesh.register(2, verified("a@h2", 1));
        mesh.register(2, verified("b@h2", 2));
        mesh.register(2, verified("c@h2", 3));
        mesh.register(2, verified("d@h2", 4));
        NameTable before = mesh.publish(NameTable.empty(id(1)), 1);
        mesh.phase(2, Phase.ORPHANED);
        mesh.judge(2, Map.of("a", Finding.GONE, "b", Finding.PROVEN, "c", Finding.ACCEPTS));

        NameTable after = mesh.publish(before, 1);

        assertThat(after.entries())
                .extracting(entry -> entry.node().name())
                .containsExactly("b", "c", "d");
        assertThat(after.entries()).allMatch(entry -> entry.state() == State.ORPHANED);
    }

    @Test
    void left_takesAllOfItsNames() {
        mesh.register(2, verified("a@h2", 1));
        NameTable before = mesh.publish(NameTable.empty(id(1)), 1);
        mesh.phase(2, Phase.LEFT);

        NameTable after = mesh.publish(before, 1);

        assertThat(after.entries()).isEmpty();
        assertThat(after.description(id(2))).isEmpty();
        assertThat(after.peerOfHost("h2")).isEmpty();
    }

    @Test
    void description_changed_movesItsNodes() {
        mesh.register(2, assumed("a@h2", 1));
        NameTable before = mesh.publish(NameTable.empty(id(1)), 1);
        mesh.describe(2, "10.0.0.22", "h2", "new.test");

        NameTable after = mesh.publish(before, 1);

        assertThat(after.lookup(NodeName.parse("a@new.test")).map(NodeEntry::address))
                .hasValue("10.0.0.22");
        assertThat(after.lookup(NodeName.parse("a@h2.test"))).isEmpty();
    }

    @Test
    void entriesHere_areOurNodesAndMappingsForOurNames() {
        mesh.register(1, verified("a@h1", 1));
        mesh.register(1, verified("b@localhost", 2));
        mesh.register(2, verified("c@h2", 3));
        mesh.map("d@h1.test", "10.0.0.1", 4);
        mesh.map("e@h2", "10.0.0.2", 5);

        assertThat(mesh.table(1).entriesHere())
                .extracting(NodeEntry::port)
                .containsExactlyInAnyOrder(1, 2, 4);
    }

    @Test
    void peerOfHost_isTheLivingOneOfLeastId() {
        mesh.describe(4, "10.0.0.4", "h2");
        NameTable both = mesh.table(1);
        mesh.phase(2, Phase.ORPHANED);
        NameTable one = mesh.table(1);

        assertThat(both.peerOfHost("h2").map(PeerDescription::advertise))
                .hasValue(List.of("10.0.0.2"));
        assertThat(one.peerOfHost("h2").map(PeerDescription::advertise))
                .hasValue(List.of("10.0.0.4"));
        assertThat(one.peerOfHost("localhost").map(PeerDescription::advertise))
                .hasValue(List.of("10.0.0.1"));
        assertThat(one.peerOfHost("nobody")).isEmpty();
    }

    @Test
    void whatNoNodeCanBe_isCarriedButNotShown() {
        Bytes good = verified("a@h2", 1).encode();
        mesh.write(2, NodeRegistration.key(""), good);
        mesh.write(2, NodeRegistration.key("a@b"), good);
        mesh.write(2, NodeRegistration.key("a b"), good);
        mesh.write(2, NodeRegistration.key("x".repeat(256)), good);
        mesh.write(2, new Key(NodeRegistration.KIND, Bytes.copyOf(new byte[] {-1, 0})), good);
        mesh.write(2, NodeRegistration.key("short"), Bytes.EMPTY);
        mesh.write(2, new Key(999, Bytes.utf8("future")), Bytes.utf8("?"));
        mesh.put(NodeMapping.key(NodeName.parse("short@x")), Bytes.EMPTY);
        mesh.put(new Key(NodeMapping.KIND, Bytes.utf8("nohost")), good);
        mesh.put(new Key(999, Bytes.utf8("future")), Bytes.utf8("?"));
        mesh.register(3, verified("ok@h3", 3));

        assertThat(mesh.table(1).entries()).extracting(NodeEntry::port).containsExactly(3);
        assertThat(mesh.table(1).lookupHere("")).isEmpty();
        assertThat(mesh.table(1).mappingsHere("a@b")).isEmpty();
    }

    /// A mapping that leads to the empty address stopped every peer of the mesh, for good, since it
    /// was in their journals too.
    @Test
    void mappingWithoutAddress_isNoMapping() {
        Bytes value = new ValueWriter().u16(8001).text("").text("").text("h1").toBytes();
        mesh.put(NodeMapping.key(NodeName.parse("a@x")), value);

        assertThat(mesh.table(1).entries()).isEmpty();
    }

    @Test
    void describedByNobody_hasNoEntries() {
        mesh.register(5, verified("a@h5", 1));
        NameTable before = mesh.publish(NameTable.empty(id(1)), 1);
        mesh.describe(5, "10.0.0.5", "h5");

        assertThat(before.lookup(NodeName.parse("a@h5"))).isEmpty();
        assertThat(mesh.publish(before, 1).lookup(NodeName.parse("a@h5"))).isPresent();
    }

    private Optional<NodeEntry> lookup(int self, String full) {
        return mesh.table(self).lookup(NodeName.parse(full));
    }

    private Optional<Integer> port(int self, String full) {
        return lookup(self, full).map(NodeEntry::port);
    }

    /// All peers rank the entries of a name alike, and answer the first.
    private void assertRanking(String full, int... ports) {
        for (int self = 1; self <= 3; self++) {
            List<NodeEntry> entries =
                    mesh.table(self).entries().stream()
                            .filter(entry -> entry.node().toString().equals(full))
                            .toList();
            assertThat(entries.stream().mapToInt(NodeEntry::port))
                    .containsExactly(Arrays.stream(ports).boxed().toArray(Integer[]::new));
            assertThat(entries.getFirst().winner()).isTrue();
            assertThat(entries.stream().skip(1)).noneMatch(NodeEntry::winner);
            assertThat(entries).allMatch(NodeEntry::conflicting);
            assertThat(port(self, full)).hasValue(ports[0]);
            assertThat(entries)
                    .allMatch(
                            entry -> entry.source() == Source.MAPPING || entry.peer().isPresent());
        }
    }
}
