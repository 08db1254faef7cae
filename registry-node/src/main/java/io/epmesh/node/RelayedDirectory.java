package io.epmesh.node;

import io.epmesh.epmd.Directory;
import io.epmesh.epmd.NamedPort;
import io.epmesh.epmd.PortInfo;
import io.epmesh.epmd.Registration;
import io.epmesh.node.cables.Ways;
import io.epmesh.node.config.RelayMode;
import io.epmesh.node.naming.NameLookup;
import io.epmesh.node.naming.NodeEntry;
import io.epmesh.node.naming.NodeName;
import io.epmesh.relay.Place;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// A directory whose answers lead to cables: those to this host's nodes if all are to, and those at
/// the addresses of the mesh host. Called on the EPMD event loop, never blocks.
///
/// Where a cable is due but none can be opened, the node counts as not there: an answer that leads
/// past the relay would lead past what is cut.
final class RelayedDirectory implements Directory {
    private final Directory known;
    private final Ways ways;
    private final NameLookup lookup;
    private final String host;

    /// @param known answers what is not led through cables
    /// @param host canonical name of this host
    RelayedDirectory(Directory known, Ways ways, NameLookup lookup, String host) {
        this.known = known;
        this.ways = ways;
        this.lookup = lookup;
        this.host = host;
    }

    @Override
    public boolean registered(Registration registration) {
        return known.registered(registration);
    }

    @Override
    public void unregistered(Registration registration) {
        known.unregistered(registration);
    }

    @Override
    public Optional<PortInfo> lookup(
            io.epmesh.epmd.NodeName name, InetAddress remote, InetAddress local) {
        return known.lookup(name, remote, local);
    }

    @Override
    public List<NamedPort> names() {
        return known.names();
    }

    @Override
    public void stopRequested() {
        known.stopRequested();
    }

    @Override
    public boolean detours(InetAddress remote, InetAddress local) {
        return isOfMesh(local) || (ways.mode() == RelayMode.ALL && OwnAddresses.contains(remote));
    }

    private boolean isOfMesh(InetAddress local) {
        return !ways.meshNames(local).isEmpty();
    }

    @Override
    public CompletionStage<Optional<PortInfo>> detour(
            io.epmesh.epmd.NodeName name,
            Optional<Registration> registered,
            InetAddress remote,
            InetAddress local) {
        if (name.isFull()) {
            return NodeName.read(name.value())
                    .flatMap(this::target)
                    .map(target -> led(target, withAddress(target.entry(), local), local))
                    .orElseGet(() -> done(known.lookup(name, remote, local)));
        }
        if (isOfMesh(local)) {
            return ways.ofMesh(name.value(), ways.meshNames(local))
                    .map(target -> led(target, LocalDirectory.portInfo(target.entry()), local))
                    .orElseGet(() -> done(Optional.empty()));
        }
        Optional<PortInfo> found =
                registered.map(Registration::info).or(() -> known.lookup(name, remote, local));
        Optional<NodeName> target = fullName(name.value());
        return found.isPresent() && found.get().port() > 0 && target.isPresent()
                ? here(found.get(), target.get(), local)
                : done(found);
    }

    private static CompletionStage<Optional<PortInfo>> done(Optional<PortInfo> found) {
        return CompletableFuture.completedFuture(found);
    }

    private static PortInfo withAddress(NodeEntry entry, InetAddress local) {
        return LocalDirectory.portInfo(entry)
                .withExtra(LocalDirectory.addressExtra(local.getHostAddress()));
    }

    /// A node of this host, where whoever asks would dial it.
    private CompletionStage<Optional<PortInfo>> here(
            PortInfo found, NodeName target, InetAddress local) {
        Place place = new Place.Near(List.of(new InetSocketAddress(local, found.port())));
        return ways.open(target, place, local, Optional.empty())
                .thenApply(port -> through(found, port));
    }

    /// Any node, at the address where it was asked for.
    private CompletionStage<Optional<PortInfo>> led(
            Ways.Target target, PortInfo found, InetAddress local) {
        return ways.open(target, local, Optional.empty()).thenApply(port -> through(found, port));
    }

    private Optional<Ways.Target> target(NodeName node) {
        if (ways.isMeshHost(node.host())) {
            return ways.ofMesh(node.name(), List.of(node.host()));
        }
        return ways.mode() == RelayMode.ALL
                ? lookup.full(node).map(entry -> new Ways.Target(entry.node(), entry))
                : Optional.empty();
    }

    private static Optional<PortInfo> through(PortInfo found, OptionalInt port) {
        return port.isPresent() ? Optional.of(found.withPort(port.getAsInt())) : Optional.empty();
    }

    private Optional<NodeName> fullName(String name) {
        return lookup.here(name).map(NodeEntry::node).or(() -> NodeName.read(name + "@" + host));
    }

    @Override
    public Optional<List<NamedPort>> namesAt(InetAddress local) {
        List<String> hosts = ways.meshNames(local);
        return hosts.isEmpty()
                ? Optional.empty()
                : Optional.of(LocalDirectory.names(ways.meshNodes(hosts).stream()));
    }

    /// An address that stands for both names does not tell which one is meant: the node is asked.
    @Override
    public Optional<String> hostAt(InetAddress local) {
        List<String> hosts = ways.meshNames(local);
        return hosts.size() == 1 ? Optional.of(hosts.getFirst()) : Optional.empty();
    }
}
