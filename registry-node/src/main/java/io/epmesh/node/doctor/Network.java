package io.epmesh.node.doctor;

import io.epmesh.epmd.EpmdResult;
import io.epmesh.node.handshake.HandshakeResult;
import io.epmesh.node.naming.NodeEntry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What an examination asks of its surroundings; each question takes two seconds at most. Reasons
/// are the system's words, without the address.
interface Network {
    /// Asks what answers at a port of this host.
    AtPort atPort(int port);

    /// Asks the peer at a port of this host for a node.
    Optional<NodeEntry> lookup(int port, String node);

    /// Resolves a host name or an address literal; empty if it is not known.
    List<InetAddress> resolve(String host);

    /// Whether an address is this host's.
    boolean isOwn(InetAddress address);

    /// Connects; says why it cannot, in the system's words.
    Optional<String> connect(InetSocketAddress address);

    /// Greets the gossip port of a peer with a key.
    KeyCheck greet(InetSocketAddress gossip, Path keyFile);

    /// Asks an epmd for its names.
    EpmdResult.OfNames names(InetSocketAddress epmd);

    /// Asks an epmd for a node, by its short name.
    EpmdResult.OfLookup port(InetSocketAddress epmd, String name);

    /// Asks what has a distribution port who it is.
    HandshakeResult ask(InetSocketAddress node);

    /// The Erlang nodes of this host that have another network than it.
    List<Namespaces.Node> nodesElsewhere();

    /// Whether the peer at a port of this host knows a node by that name, full or short, on
    /// whichever host.
    boolean isKnown(int port, String name);

    /// How a peer took a key.
    enum KeyCheck {
        /// It has the same.
        SAME,
        /// It has another.
        OTHER,
        /// It accepts, and hangs up or says nothing: it has none, or is too slow.
        SILENT,
        /// It cannot be reached.
        UNREACHABLE
    }
}
