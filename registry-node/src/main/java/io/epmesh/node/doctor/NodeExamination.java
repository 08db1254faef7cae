package io.epmesh.node.doctor;

import io.epmesh.epmd.EpmdResult;
import io.epmesh.epmd.NamedPort;
import io.epmesh.node.handshake.HandshakeResult;
import io.epmesh.node.naming.NodeEntry;
import io.epmesh.node.naming.NodeName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Goes the way of a node that connects to another one: from its name to the greeting of its
/// distribution port, by the mesh and by its host's epmd. One thread.
final class NodeExamination {
    /// The distribution version that nodes of OTP 25 and newer insist on.
    private static final int MODERN = 6;

    private final NodeName node;
    private final int epmdPort;
    private final Network network;
    private final Findings findings = new Findings();

    /// The node is registered with this host's peer.
    private boolean isHere;

    /// Somebody has told the mesh where it is, and not the node itself.
    private boolean isMapped;

    /// Host part of nodes that are found on any host, as this host's peer was told.
    private boolean isOfMeshHost;

    /// @param epmdPort of the peer of this host, and of all hosts
    NodeExamination(NodeName node, int epmdPort, Network network) {
        this.node = node;
        this.epmdPort = epmdPort;
        this.network = network;
    }

    List<Finding> run() {
        Optional<NodeEntry> entry = mesh();
        Optional<InetAddress> host = host();
        Optional<InetSocketAddress> byEpmd = host.flatMap(it -> epmd(it, entry));
        Optional<InetSocketAddress> byMesh = entry.flatMap(this::dialled);
        if (entry.isPresent() && byEpmd.isPresent() && isRelayed(entry.get(), byEpmd.get())) {
            greet("relay", byEpmd.get());
            return findings.all();
        }
        byMesh.ifPresent(to -> greet("distribution port", to));
        if (byEpmd.isPresent() && !byEpmd.equals(byMesh)) {
            byMesh.filter(to -> to.getPort() != byEpmd.get().getPort())
                    .ifPresent(to -> differ(to.getPort(), byEpmd.get().getPort()));
            greet("port by epmd", byEpmd.get());
        }
        return findings.all();
    }

    /// Whether what epmd says is a port of this host's relay, for the node has registered another:
    /// it is how nodes come there, wherever the node listens.
    private static boolean isRelayed(NodeEntry entry, InetSocketAddress byEpmd) {
        return entry.source() != NodeEntry.Source.MAPPING
                && byEpmd.getAddress().isLoopbackAddress()
                && byEpmd.getPort() != entry.port();
    }

    private void differ(int byMesh, int byEpmd) {
        wrong(
                "agreement",
                "the mesh says port %d, the epmd of its host %d".formatted(byMesh, byEpmd),
                "if the mesh has an old mapping: 'epmesh remove-node %s'".formatted(node));
    }

    private Optional<NodeEntry> mesh() {
        AtPort answer = network.atPort(epmdPort);
        if (!(answer instanceof AtPort.Peer peer)) {
            wrong(
                    "mesh",
                    "no peer answers at port %d of this host".formatted(epmdPort),
                    "'epmesh doctor' says why");
            return Optional.empty();
        }
        Optional<NodeEntry> found = network.lookup(epmdPort, node.toString());
        isHere = found.filter(it -> isRegisteredWith(peer, it)).isPresent();
        isMapped = found.filter(it -> it.source() == NodeEntry.Source.MAPPING).isPresent();
        isOfMeshHost = List.of(peer.value("mesh-host").split(",")).contains(node.host());
        if (found.isEmpty()) {
            wrong(
                    "mesh",
                    "no peer knows %s".formatted(node),
                    "if it runs: this peer has not met one of its host ('epmesh doctor' there), or"
                            + " the name is another ('epmesh names'); else start it, or 'epmesh"
                            + " add-node %s HOST:PORT'".formatted(node));
        } else if (found.get().state() == NodeEntry.State.ORPHANED) {
            wrong(
                    "mesh",
                    "%s is known, but the peer of its host is silent".formatted(node),
                    "look at that host; the name is verified and withdrawn if it is gone");
        } else {
            well("mesh", "%s is at %s".formatted(node, text(found.get())));
        }
        found.filter(NodeEntry::conflicting).ifPresent(it -> conflict());
        return found;
    }

    private void conflict() {
        wrong(
                "conflict",
                "there are several entries of that name, of which this one is answered",
                "'epmesh names --match %s' shows them: end the nodes that should not be there,"
                                .formatted(node)
                        + " remove a mapping by 'epmesh remove-node %s'".formatted(node));
    }

    /// Whether this host's peer has an open connection of the node, which proves that it runs.
    private static boolean isRegisteredWith(AtPort.Peer peer, NodeEntry entry) {
        return entry.source() == NodeEntry.Source.LIVE
                && entry.peer().isPresent()
                && peer.peers().stream()
                        .anyMatch(it -> it.self() && it.id().equals(entry.peer().get()));
    }

    private static String text(NodeEntry entry) {
        return entry.address()
                + " port "
                + entry.port()
                + (entry.type() == NodeEntry.Type.HIDDEN ? ", hidden from nodes()" : "")
                + (entry.protocol().highestVersion() < MODERN
                        ? "; it is of OTP 22 or older, which OTP 25 and newer do not connect with"
                        : "");
    }

    private Optional<InetSocketAddress> dialled(NodeEntry entry) {
        return network.resolve(entry.address()).stream()
                .findFirst()
                .filter(_ -> entry.port() != 0)
                .map(address -> new InetSocketAddress(address, entry.port()));
    }

    private Optional<InetAddress> host() {
        List<InetAddress> addresses = network.resolve(node.host());
        if (addresses.isEmpty()) {
            wrong(
                    "host",
                    "'%s' does not resolve on this host".formatted(node.host()),
                    isOfMeshHost
                            ? "it is a mesh host: enter a line as '127.77.0.1 %s' in the hosts file"
                                    .formatted(node.host())
                            : "enter it in DNS or in the hosts file, or start the nodes with"
                                    + " -epmd_module epmesh_epmd, which needs no DNS");
            return Optional.empty();
        }
        well("host", "%s is %s".formatted(node.host(), addresses.getFirst().getHostAddress()));
        return Optional.of(addresses.getFirst());
    }

    /// What a stock node does.
    private Optional<InetSocketAddress> epmd(InetAddress host, Optional<NodeEntry> entry) {
        InetSocketAddress epmd = new InetSocketAddress(host, epmdPort);
        return switch (network.port(epmd, node.name())) {
            case EpmdResult.Found(_, var info) -> {
                well("epmd", "its host's epmd says port %d".formatted(info.port()));
                yield Optional.of(new InetSocketAddress(host, info.port()));
            }
            case EpmdResult.NotFound() when entry.isPresent() && !isHere && network.isOwn(host) -> {
                wrong(
                        "epmd",
                        "'%s' leads to this host, and %s is on another"
                                .formatted(node.host(), node),
                        "correct the hosts file or DNS; if '%s' is a mesh host, give mesh-host to"
                                        .formatted(node.host())
                                + " the peer of this host too");
                yield Optional.empty();
            }
            case EpmdResult.NotFound() -> {
                wrong(
                        "epmd",
                        "node '%s' is not running on %s; other nodes there: %s"
                                .formatted(node.name(), node.host(), others(epmd)),
                        "start it, or see whether its name is another");
                yield Optional.empty();
            }
            case EpmdResult.Ignored() -> {
                wrong(
                        "epmd",
                        "the epmd of %s does not answer this host".formatted(node.host()),
                        "allow this host by epmd-allow there");
                yield Optional.empty();
            }
            case EpmdResult.Unavailable(String reason) -> {
                wrong(
                        "epmd",
                        "port %d of %s: %s".formatted(epmdPort, node.host(), reason),
                        "start a peer there, or open the port; nodes with"
                                + " -epmd_module epmesh_epmd do not need it");
                yield Optional.empty();
            }
        };
    }

    private String others(InetSocketAddress epmd) {
        return network.names(epmd) instanceof EpmdResult.Listed(int _, List<NamedPort> names)
                        && !names.isEmpty()
                ? names.stream().map(each -> each.name().value()).collect(Collectors.joining(", "))
                : "none";
    }

    private void greet(String step, InetSocketAddress at) {
        switch (network.ask(at)) {
            case HandshakeResult.Identified(String full, var _) when full.equals(node.toString()) ->
                    well(
                            step,
                            "%s answers there; who does not get in all the same has another cookie"
                                    .formatted(full));
            case HandshakeResult.Identified(String full, var _) ->
                    wrong(
                            step,
                            "who answers at port %d is %s".formatted(at.getPort(), full),
                            full.startsWith(node.name() + "@")
                                    ? "use that name; nodes with -name and nodes with -sname never"
                                            + " connect"
                                    : "the name is out of date: remove the mapping, or start the"
                                            + " node again");
            case HandshakeResult.Encrypted() ->
                    well(
                            step,
                            "port %d speaks TLS: only nodes with -proto_dist inet_tls connect"
                                    .formatted(at.getPort()));
            case HandshakeResult.Accepts() ->
                    wrong(
                            step,
                            "port %d accepts, but does not greet as a node".formatted(at.getPort()),
                            "the node there is stopped or overloaded, or admits only some nodes"
                                    + " (net_kernel:allow/1); or another program has the port"
                                    + " ('ss -ltnp sport = :%d' there)".formatted(at.getPort()));
            case HandshakeResult.Unasked(String reason) ->
                    wrong(
                            step,
                            "port %d was not asked: %s".formatted(at.getPort(), reason),
                            "raise the limit of open files, as by ulimit -n");
            case HandshakeResult.Refused(String reason) ->
                    wrong(
                            step,
                            "port %d of %s: %s"
                                    .formatted(
                                            at.getPort(), at.getAddress().getHostAddress(), reason),
                            refused());
        }
    }

    private String refused() {
        if (isMapped) {
            return "start the node at this port, or open it to this host; or correct the mapping:"
                    + " 'epmesh add-node %s HOST:PORT', 'epmesh remove-node %s'"
                            .formatted(node, node);
        }
        return isHere
                ? "it is registered here, so it runs: its network is another (a container), or it"
                        + " listens at another address (inet_dist_use_interface); publish the port"
                        + " under the same number, or run a peer in its network"
                : "open the port to this host (inet_dist_listen_min and _max fix the range), let"
                        + " the node listen at that address (inet_dist_use_interface), or give the"
                        + " peer there the right advertise";
    }

    private void well(String step, String text) {
        findings.well(step, text);
    }

    private void wrong(String step, String text, String advice) {
        findings.wrong(step, text, advice);
    }
}
