package io.epmesh.simulator;

import io.epmesh.gossip.Bytes;
import io.epmesh.gossip.Key;
import io.epmesh.gossip.MappingChange;
import io.epmesh.node.naming.CutFix;
import io.epmesh.node.naming.CutRequest;
import io.epmesh.node.naming.CutTable;
import io.epmesh.node.naming.Effect;
import io.epmesh.node.naming.Islands;
import io.epmesh.node.naming.NodeEntry;
import io.epmesh.node.naming.NodeEntry.HostIs;
import io.epmesh.node.naming.NodeMapping;
import io.epmesh.node.naming.NodeName;
import io.epmesh.node.naming.NodeRegistration;
import io.epmesh.node.naming.PeerDescription;
import io.epmesh.simulator.Event.Operation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/// What nodes and operators do at the hosts of a mesh, with the values of the production naming
/// rules.
final class Users {
    private static final Effect SLOW = new Effect.Slow(Duration.ofMillis(50), Duration.ofMillis(5));

    private final SimulatedMesh mesh;
    private final int padding;

    /// @param padding bytes that every value has for nothing: large ones make messages in parts
    Users(SimulatedMesh mesh, int padding) {
        this.mesh = mesh;
        this.padding = padding;
    }

    /// What a peer says of itself: the entries of a peer without nodes.
    static PMap<Key, Bytes> description(SimulatedPeer peer) {
        String host = "h" + peer.number;
        PeerDescription description =
                new PeerDescription(
                        4369,
                        "1",
                        host + ":4370",
                        List.of(host, host + ".example"),
                        List.of("10.0.0." + peer.number));
        return HashTreePMap.singleton(PeerDescription.KEY, description.encode());
    }

    void carryOut(Operation operation) {
        SimulatedPeer peer = mesh.peer(operation.host());
        if (peer.awake().isEmpty()) {
            return;
        }
        NodeName node = new NodeName(operation.name(), operation.part());
        switch (operation.act()) {
            case REGISTER -> {
                NodeRegistration registration = registration(operation, node, peer);
                mesh.own(peer, peer.own.plus(registration.key(), registration.encode()));
            }
            case UNREGISTER -> mesh.own(peer, peer.own.minus(NodeRegistration.key(node.name())));
            case PUT -> {
                NodeMapping mapping =
                        new NodeMapping(
                                node,
                                operation.port(),
                                "10.1.0." + operation.index() % 250,
                                Optional.of("x".repeat(padding)).filter(x -> !x.isEmpty()),
                                "h" + peer.number);
                mesh.write(peer, NodeMapping.key(node), Optional.of(mapping.encode()));
            }
            case REMOVE -> mesh.write(peer, NodeMapping.key(node), Optional.empty());
            case CUT -> order(operation, peer, Effect.stall());
            case SLOW -> order(operation, peer, SLOW);
            case FIX -> {
                CutTable table = peer.observer().cuts();
                if (CutFix.of(islands(operation), table) instanceof CutFix.Whole whole) {
                    mesh.write(peer, whole.changes("h" + peer.number));
                }
            }
            case SWEEP -> {
                List<MappingChange> stale = peer.observer().staleCuts();
                if (!stale.isEmpty()) {
                    mesh.write(peer, stale);
                }
            }
        }
        mesh.network.traffic.hit("operation " + operation.act());
    }

    private void order(Operation operation, SimulatedPeer peer, Effect effect) {
        Optional<Duration> lasts =
                operation.port() % 3 == 0 ? Optional.of(CutOracle.BRIEF) : Optional.empty();
        CutRequest request =
                new CutRequest(islands(operation), effect, operation.port() % 5 == 0, lasts);
        mesh.write(peer, request.changes("h" + peer.number));
    }

    /// One node or two.
    private static Islands islands(Operation operation) {
        String node = operation.name() + "@" + operation.part();
        List<String> left = operation.port() % 2 == 0 ? List.of(node) : List.of(node, "a@mesh");
        return Islands.parse(left, List.of("h1"));
    }

    private NodeRegistration registration(Operation operation, NodeName node, SimulatedPeer peer) {
        return new NodeRegistration(
                node.name(),
                node.host(),
                node.host().equals("h" + peer.number) ? HostIs.ASSUMED : HostIs.VERIFIED,
                Optional.empty(),
                operation.port(),
                'M',
                NodeEntry.Protocol.MODERN,
                operation.index(),
                false,
                Instant.ofEpochMilli(mesh.wall(peer)),
                Bytes.copyOf(new byte[padding]));
    }
}
