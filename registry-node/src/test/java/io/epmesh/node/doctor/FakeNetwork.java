package io.epmesh.node.doctor;

import io.epmesh.epmd.EpmdResult;
import io.epmesh.epmd.NamedPort;
import io.epmesh.node.handshake.HandshakeResult;
import io.epmesh.node.naming.NodeEntry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Surroundings as a test describes them. What it does not name is not known, and not reached.
final class FakeNetwork implements Network {
    AtPort atPort = new AtPort.Nothing("Connection refused");
    final Map<String, NodeEntry> nodes = new HashMap<>();
    final Map<String, InetAddress> hosts = new HashMap<>();
    final Set<InetAddress> own = new HashSet<>();
    final Set<InetSocketAddress> open = new HashSet<>();
    final Map<InetSocketAddress, KeyCheck> keys = new HashMap<>();
    final Map<InetSocketAddress, EpmdResult.OfLookup> ports = new HashMap<>();
    final Map<InetSocketAddress, List<NamedPort>> names = new HashMap<>();
    final List<Namespaces.Node> elsewhere = new ArrayList<>();
    final Map<InetSocketAddress, HandshakeResult> greetings = new HashMap<>();

    static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    @Override
    public AtPort atPort(int port) {
        return atPort;
    }

    @Override
    public Optional<NodeEntry> lookup(int port, String node) {
        return Optional.ofNullable(nodes.get(node));
    }

    @Override
    public List<Namespaces.Node> nodesElsewhere() {
        return elsewhere;
    }

    @Override
    public boolean isKnown(int port, String name) {
        return nodes.keySet().stream()
                .anyMatch(node -> node.equals(name) || node.startsWith(name + "@"));
    }

    @Override
    public List<InetAddress> resolve(String host) {
        return Optional.ofNullable(hosts.get(host)).stream().toList();
    }

    @Override
    public boolean isOwn(InetAddress address) {
        return own.contains(address);
    }

    @Override
    public Optional<String> connect(InetSocketAddress address) {
        return open.contains(address) ? Optional.empty() : Optional.of("Connection refused");
    }

    @Override
    public KeyCheck greet(InetSocketAddress gossip, Path keyFile) {
        return keys.getOrDefault(gossip, KeyCheck.UNREACHABLE);
    }

    @Override
    public EpmdResult.OfNames names(InetSocketAddress epmd) {
        return names.containsKey(epmd)
                ? new EpmdResult.Listed(epmd.getPort(), names.get(epmd))
                : new EpmdResult.Unavailable("Connection refused");
    }

    @Override
    public EpmdResult.OfLookup port(InetSocketAddress epmd, String name) {
        return ports.getOrDefault(epmd, new EpmdResult.Unavailable("Connection refused"));
    }

    @Override
    public HandshakeResult ask(InetSocketAddress node) {
        return greetings.getOrDefault(node, new HandshakeResult.Refused("Connection refused"));
    }
}
