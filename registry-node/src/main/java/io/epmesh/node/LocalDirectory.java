package io.epmesh.node;

import io.epmesh.epmd.Directory;
import io.epmesh.epmd.Extra;
import io.epmesh.epmd.NamedPort;
import io.epmesh.epmd.NodeName;
import io.epmesh.epmd.PortInfo;
import io.epmesh.epmd.Registration;
import io.epmesh.node.config.StaticPort;
import io.epmesh.node.naming.NameLookup;
import io.epmesh.node.naming.NodeEntry;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// What the EPMD server of this host knows beyond its own registrations, read from the published
/// table; and where it reports those. Called on the EPMD event loop, never blocks.
final class LocalDirectory implements Directory {
    private final LocalNodes nodes;
    private final NameLookup lookup;
    private final List<StaticPort> staticPorts;
    private final String host;
    private final Predicate<InetAddress> isMember;
    private final Listener listener;

    /// Told on the event loop.
    interface Listener {
        void registered(Registration registration);

        void unregistered();

        void stopRequested();
    }

    /// @param isMember which sources elsewhere may ask what the whole mesh knows
    LocalDirectory(
            LocalNodes nodes,
            NameLookup lookup,
            List<StaticPort> staticPorts,
            String host,
            Predicate<InetAddress> isMember,
            Listener listener) {
        this.nodes = nodes;
        this.lookup = lookup;
        this.staticPorts = staticPorts;
        this.host = host;
        this.isMember = isMember;
        this.listener = listener;
    }

    @Override
    public boolean registered(Registration registration) {
        return switch (nodes.registered(registration)) {
            case SHOWN -> {
                listener.registered(registration);
                yield true;
            }
            case HERE_ONLY -> true;
            case NO_ROOM -> false;
        };
    }

    @Override
    public void unregistered(Registration registration) {
        nodes.unregistered(registration);
        listener.unregistered();
    }

    @Override
    public void stopRequested() {
        listener.stopRequested();
    }

    @Override
    public Optional<PortInfo> lookup(NodeName name, InetAddress remote, InetAddress local) {
        return name.isFull() ? lookupFull(name.value(), remote) : lookupShort(name.value());
    }

    /// Mappings for this host, as in NAMES of epmd: those that lead to this host, each short name
    /// with the port that a look-up answers.
    @Override
    public List<NamedPort> names() {
        return names(
                lookup.table().get().mappingsHere().stream().filter(LocalDirectory::leadsHere));
    }

    /// Each short name once, the first one that has it counts.
    static List<NamedPort> names(Stream<NodeEntry> entries) {
        Map<String, Integer> ports = new LinkedHashMap<>();
        entries.forEach(entry -> ports.putIfAbsent(entry.node().name(), entry.port()));
        List<NamedPort> names = new ArrayList<>();
        ports.forEach((name, port) -> names.add(new NamedPort(new NodeName(name), port)));
        return names;
    }

    /// A stock node dials the host that it asked, so an entry that leads elsewhere is none for it.
    private Optional<PortInfo> lookupShort(String name) {
        return lookup.table().get().mappingsHere(name).stream()
                .filter(LocalDirectory::leadsHere)
                .findFirst()
                .map(entry -> PortInfo.ofErlangNode(entry.port()))
                .or(() -> staticPort(name).map(PortInfo::ofErlangNode));
    }

    /// From afar only the mesh's own may ask what all of it knows; and what they call `localhost`
    /// is not this host.
    private Optional<PortInfo> lookupFull(String name, InetAddress remote) {
        boolean fromHere = OwnAddresses.contains(remote);
        if (!fromHere && !isMember.test(remote)) {
            return Optional.empty();
        }
        return io.epmesh.node.naming.NodeName.read(name)
                .filter(node -> fromHere || !node.isOfSpeaker())
                .flatMap(lookup::full)
                .map(LocalDirectory::portInfo);
    }

    private static boolean leadsHere(NodeEntry entry) {
        return OwnAddresses.containsLiteral(entry.address());
    }

    private Optional<Integer> staticPort(String name) {
        return io.epmesh.node.naming.NodeName.read(name + "@" + host)
                .flatMap(node ->
                        staticPorts.stream()
                                .filter(rule -> rule.nodes().matches(node))
                                .map(StaticPort::port)
                                .findFirst());
    }

    /// The Extra field carries the address, as text.
    static PortInfo portInfo(NodeEntry entry) {
        return new PortInfo(
                entry.port(),
                entry.type() == NodeEntry.Type.NORMAL ? PortInfo.NORMAL_NODE : 'H',
                entry.protocol().protocol(),
                entry.protocol().highestVersion(),
                entry.protocol().lowestVersion(),
                addressExtra(entry.address()));
    }

    static Extra addressExtra(String address) {
        return Extra.of(address.getBytes(StandardCharsets.UTF_8));
    }
}
