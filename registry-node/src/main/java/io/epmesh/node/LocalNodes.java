package io.epmesh.node;

import io.epmesh.epmd.PortInfo;
import io.epmesh.epmd.Registration;
import io.epmesh.gossip.Bytes;
import io.epmesh.gossip.Key;
import io.epmesh.gossip.OwnerEntries;
import io.epmesh.gossip.PeerId;
import io.epmesh.node.adoption.SelfDescription;
import io.epmesh.node.cables.LocalNode;
import io.epmesh.node.naming.NodeEntry;
import io.epmesh.node.naming.NodeEntry.HostIs;
import io.epmesh.node.naming.NodeEntry.Protocol;
import io.epmesh.node.naming.NodeName;
import io.epmesh.node.naming.NodeRegistration;
import io.epmesh.node.naming.PeerDescription;
import java.net.InetAddress;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/// This host's nodes as the mesh shall see them: what this peer owns. One immutable state behind
/// one reference; any thread.
final class LocalNodes {
    private final String host;
    private final AtomicReference<State> state;

    private record Node(long id, NodeRegistration registration) {}

    /// How a registration was met.
    enum Admission {
        SHOWN,
        /// No node of a mesh can have the name, which epmd accepts all the same: it stays between
        /// this host and EPMD.
        HERE_ONLY,
        /// This host has as much as one owner may have.
        NO_ROOM
    }

    /// @param entries the nodes' and the description, as they are published
    private record State(PMap<Key, Node> nodes, PeerDescription description, OwnerEntries entries) {
        /// The same state where there is no room: an owner that tells more is shown by nobody.
        State plus(Node node) {
            Key key = node.registration().key();
            OwnerEntries more = entries.plus(key, node.registration().encode());
            return more.areWithinLimits()
                    ? new State(nodes.plus(key, node), description, more)
                    : this;
        }

        boolean holds(Key key, long id) {
            Node node = nodes.get(key);
            return node != null && node.id() == id;
        }

        State described(UnaryOperator<PeerDescription> change) {
            PeerDescription now = change.apply(description);
            return new State(nodes, now, entries.plus(PeerDescription.KEY, now.encode()));
        }

        State minus(Key key) {
            return new State(nodes.minus(key), description, entries.minus(key));
        }
    }

    LocalNodes(PeerDescription description) {
        this.host = description.hosts().getFirst();
        this.state =
                new AtomicReference<>(
                        new State(
                                HashTreePMap.<Key, Node>empty(),
                                description,
                                OwnerEntries.EMPTY.plus(
                                        PeerDescription.KEY, description.encode())));
    }

    /// Changes what this peer says of itself.
    void describe(UnaryOperator<PeerDescription> change) {
        state.updateAndGet(s -> s.described(change));
    }

    /// What this peer publishes.
    PMap<Key, Bytes> entries() {
        return state.get().entries().byKey();
    }

    /// Takes a node in.
    Admission registered(Registration registration) {
        Optional<NodeRegistration> node = asRegistered(registration);
        if (node.isEmpty()) {
            return Admission.HERE_ONLY;
        }
        State after = state.updateAndGet(s -> s.plus(new Node(registration.id(), node.get())));
        return after.holds(node.get().key(), registration.id())
                ? Admission.SHOWN
                : Admission.NO_ROOM;
    }

    /// Takes a node in that outlived the peer's former life, with what it has said of itself.
    void adopted(Registration registration, Optional<SelfDescription> said) {
        asRegistered(registration)
                .map(node ->
                        said.map(self -> node.verified(self.host(), Optional.of(self.creation())))
                                .orElse(node))
                .ifPresent(node ->
                        state.updateAndGet(
                                s -> s.plus(new Node(registration.id(), node.adopted(true)))));
    }

    /// The node of an adopted registration has come back: all that is known of it stays.
    ///
    /// @return whether it is one that the mesh can see
    boolean handedOver(Registration adopted, Registration successor) {
        Key key = NodeRegistration.key(name(adopted));
        State after =
                state.updateAndGet(s -> {
                    Node node = s.nodes().get(key);
                    return node != null && node.id() == adopted.id()
                            ? s.plus(new Node(successor.id(), live(node, successor)))
                            : s;
                });
        return after.holds(key, successor.id());
    }

    private NodeRegistration live(Node adopted, Registration successor) {
        NodeRegistration known = adopted.registration();
        // Creation 0: imported from another epmd, which tells nobody.
        return known.creation() == 0 || successor.host().isPresent()
                ? asRegistered(successor).orElse(known)
                : known.adopted(false);
    }

    /// What a registered node has said of itself, creation included.
    Optional<SelfDescription> said(Registration registration) {
        String name = name(registration);
        Node node = state.get().nodes().get(NodeRegistration.key(name));
        return node != null
                        && node.id() == registration.id()
                        && node.registration().hostIs() == HostIs.VERIFIED
                        && node.registration().creationVerified()
                ? Optional.of(
                        new SelfDescription(
                                name, node.registration().host(), node.registration().creation()))
                : Optional.empty();
    }

    /// A node of this host, as far as it is known.
    Optional<LocalNode> find(String name) {
        return Optional.ofNullable(state.get().nodes().get(NodeRegistration.key(name)))
                .map(LocalNodes::local);
    }

    /// The entry of a node of this host, as the mesh's table will have it.
    Optional<NodeEntry> entry(String name, PeerId self) {
        State now = state.get();
        return Optional.ofNullable(now.nodes().get(NodeRegistration.key(name)))
                .flatMap(node ->
                        node.registration().entry(self, NodeEntry.State.UP, now.description()));
    }

    /// The nodes of this host, as far as they are known.
    Collection<LocalNode> all() {
        return state.get().nodes().values().stream().map(LocalNodes::local).toList();
    }

    private static LocalNode local(Node node) {
        NodeRegistration registration = node.registration();
        return new LocalNode(
                new NodeName(registration.name(), registration.host()),
                registration.hostIs() == HostIs.ASSUMED,
                registration.address(),
                registration.port());
    }

    void unregistered(Registration registration) {
        Key key = NodeRegistration.key(name(registration));
        state.updateAndGet(s -> s.holds(key, registration.id()) ? s.minus(key) : s);
    }

    /// Notes what the node said of itself; whether it is still registered.
    boolean verified(Registration registration, String verifiedHost, Optional<Long> creation) {
        Key key = NodeRegistration.key(name(registration));
        State after =
                state.updateAndGet(s -> {
                    Node node = s.nodes().get(key);
                    return node != null && node.id() == registration.id()
                            ? s.plus(
                                    new Node(
                                            node.id(),
                                            node.registration().verified(verifiedHost, creation)))
                            : s;
                });
        return after.holds(key, registration.id());
    }

    boolean holds(Registration registration) {
        return state.get().holds(NodeRegistration.key(name(registration)), registration.id());
    }

    /// What is known at the registration: with an assumed host part, unless the node gave its own.
    private Optional<NodeRegistration> asRegistered(Registration registration) {
        String name = name(registration);
        if (NodeName.read(name + "@" + host).isEmpty()) {
            return Optional.empty();
        }
        PortInfo info = registration.info();
        InetAddress source = registration.source();
        NodeRegistration node =
                new NodeRegistration(
                        name,
                        host,
                        HostIs.ASSUMED,
                        OwnAddresses.contains(source)
                                ? Optional.empty()
                                : Optional.of(source.getHostAddress()),
                        info.port(),
                        info.nodeType(),
                        new Protocol(info.highestVersion(), info.lowestVersion(), info.protocol()),
                        registration.creation(),
                        false,
                        registration.since().truncatedTo(ChronoUnit.MILLIS), // as in the table
                        Bytes.copyOf(info.extra().toBytes()));
        long creation = registration.ownCreation().orElse(registration.creation());
        return registration
                .host()
                .map(own -> node.verified(own, Optional.of(creation)))
                .or(() -> Optional.of(node));
    }

    private static String name(Registration registration) {
        return registration.name().value();
    }
}
