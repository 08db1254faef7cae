package io.epmesh.node.config;

import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Everything a peer is told when it starts; immutable, and complete: nothing is read later.
///
/// @param epmd the EPMD server
/// @param takeover whether to end an epmd that has the port, and go on with its names
/// @param host what this host is called and where it is dialled
/// @param gossip how peers find and reach each other
/// @param operatorFile holds the token of those who may write; empty: any user of this host may
/// @param dataDir absolute path of the data directory
/// @param http where the HTTP interface listens; empty: it is off
/// @param relay cables between nodes
/// @param staticPorts rules for nodes nobody registered, first match counts
/// @param logLevel least level that is logged
/// @param logFormat how a line of the log looks
/// @param settings all values with their origins, in the order of [Key]
public record Configuration(
        Epmd epmd,
        boolean takeover,
        Host host,
        Gossip gossip,
        Optional<Path> operatorFile,
        Path dataDir,
        Optional<InetSocketAddress> http,
        Relay relay,
        List<StaticPort> staticPorts,
        Level logLevel,
        LogFormat logFormat,
        List<Setting> settings) {

    /// EPMD's registered port.
    public static final int EPMD_PORT = 4369;

    static final int GOSSIP_PORT = 4370;

    private static final int RELAY_PORT = 4372;

    /// UDP; the same for all peers, whatever their gossip ports.
    static final int BEACON_PORT = 4370;

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    /// Copies the lists.
    public Configuration {
        staticPorts = List.copyOf(staticPorts);
        settings = List.copyOf(settings);
    }

    /// The EPMD server.
    ///
    /// @param port 1..65535, or 0 for any free one
    /// @param addresses where to listen beside loopback; empty: everywhere
    /// @param lookups who may ask, beside this host
    /// @param registrations who may register, beside this host
    /// @param packetTimeout how long an unfinished request may take
    /// @param relaxedCommandCheck whether KILL with living nodes, and STOP, are obeyed
    public record Epmd(
            int port,
            List<InetAddress> addresses,
            Allowed lookups,
            Allowed registrations,
            Duration packetTimeout,
            boolean relaxedCommandCheck) {}

    /// What this host is called and where it is dialled.
    ///
    /// @param names host parts of this host's nodes, canonical one first, never empty
    /// @param advertise where this host's nodes are dialled, one per address family, never empty
    public record Host(List<String> names, List<InetAddress> advertise) {}

    /// How peers find and reach each other.
    ///
    /// @param meshName peers of another name never mix
    /// @param address where to listen
    /// @param port 1..65535, or 0 for any free one
    /// @param advertised what other peers dial; empty: address and port
    /// @param join whom to ask for the mesh; empty: nobody
    /// @param keyFile the mesh's shared identity; without it gossip is in clear text
    /// @param insecure whether clear text beyond loopback is consented to
    public record Gossip(
            String meshName,
            InetAddress address,
            int port,
            Optional<InetSocketAddress> advertised,
            List<JoinTarget> join,
            Optional<Path> keyFile,
            boolean insecure) {}

    /// Cables between nodes.
    ///
    /// @param mode which look-ups are led through them
    /// @param meshHost host part of nodes that are found on any host
    /// @param port of the tunnel, on the gossip address: 1..65535, or 0 for any free one
    public record Relay(RelayMode mode, Optional<MeshHost> meshHost, int port) {
        /// {@return whether the peer has a relay}
        public boolean isOn() {
            return mode != RelayMode.OFF || meshHost.isPresent();
        }
    }

    /// Parses all values.
    ///
    /// @param sources what is given
    /// @param facts what defaults are made of
    /// @return the configuration
    /// @throws ConfigurationException on the first value that cannot be used
    public static Configuration of(Sources sources, HostFacts facts) throws ConfigurationException {
        Shown shown = new Shown(sources, new ArrayList<>());
        Epmd epmd =
                new Epmd(
                        shown.value(Key.EPMD_PORT, "" + EPMD_PORT, Syntax.LISTEN_PORT),
                        shown.value(Key.EPMD_ADDRESS, Syntax.ALL, Syntax.ADDRESSES),
                        shown.value(Key.EPMD_ALLOW, Syntax.ANY, Syntax.LOOKUPS_ALLOWED),
                        shown.value(Key.REGISTER_ALLOW, "local", Syntax.REGISTRATIONS_ALLOWED),
                        shown.value(Key.PACKET_TIMEOUT, "60s", Syntax.TIME),
                        shown.value(Key.RELAXED_COMMAND_CHECK, "false", Syntax.BOOLEAN));
        List<String> names = shown.value(Key.HOST_NAME, ownNames(facts), Syntax.HOST_NAMES);
        Gossip gossip = gossip(shown, facts);
        List<InetAddress> advertise =
                shown.value(Key.ADVERTISE, text(gossip.address()), Syntax.ADVERTISED);
        return new Configuration(
                epmd,
                shown.value(Key.TAKEOVER, "false", Syntax.BOOLEAN),
                new Host(names, advertise),
                gossip,
                shown.file(Key.OPERATOR_FILE),
                shown.directory(Key.DATA_DIR, facts.stateDir()),
                shown.value(Key.HTTP, "127.0.0.1:4371", Syntax.HTTP).stream().findFirst(),
                relay(shown, names, facts),
                shown.value(Key.STATIC_PORT, Syntax.NONE, Syntax.STATIC_PORTS),
                shown.value(Key.LOG_LEVEL, "info", Syntax.LEVEL),
                shown.value(Key.LOG_FORMAT, "text", Syntax.LOG_FORMAT),
                shown.inOrder());
    }

    private static Gossip gossip(Shown shown, HostFacts facts) throws ConfigurationException {
        int port = shown.value(Key.GOSSIP_PORT, "" + GOSSIP_PORT, Syntax.LISTEN_PORT);
        List<JoinTarget> join = shown.value(Key.JOIN, Syntax.NONE, Syntax.join(port));
        Optional<Path> keyFile = shown.file(Key.KEY_FILE);
        InetAddress byDefault =
                join.isEmpty() && keyFile.isEmpty()
                        ? LOOPBACK
                        : facts.addresses().stream().findFirst().orElse(LOOPBACK);
        InetAddress address = shown.value(Key.GOSSIP_ADDRESS, text(byDefault), Syntax.ADDRESS);
        boolean insecure = shown.value(Key.INSECURE_GOSSIP, "false", Syntax.BOOLEAN);
        if (!address.isLoopbackAddress() && !insecure && keyFile.isEmpty()) {
            throw new ConfigurationException(
                    "gossip-address: %s is beyond loopback, where gossip without a key-file is neither"
                                    .formatted(text(address))
                            + " encrypted nor authenticated (expected: a key-file, a loopback"
                            + " address, or the consent insecure-gossip = true; from "
                            + shown.sources.setting(Key.GOSSIP_ADDRESS, "").origin()
                            + (shown.sources.has(Key.GOSSIP_ADDRESS)
                                    ? ")"
                                    : ", as join is given)"));
        }
        String mesh = shown.value(Key.MESH_NAME, "epmesh", Syntax.MESH);
        Optional<InetSocketAddress> advertised =
                shown
                        .value(Key.GOSSIP_ADVERTISE, Syntax.GOSSIP_ADDRESS, Syntax.placeOf(port))
                        .stream()
                        .findFirst();
        return new Gossip(mesh, address, port, advertised, join, keyFile, insecure);
    }

    private static Relay relay(Shown shown, List<String> hostNames, HostFacts facts)
            throws ConfigurationException {
        RelayMode mode = shown.value(Key.RELAY, Syntax.OFF, Syntax.RELAY_MODE);
        List<String> names = shown.value(Key.MESH_HOST, Syntax.NONE, Syntax.MESH_HOST);
        int port = shown.value(Key.RELAY_PORT, "" + RELAY_PORT, Syntax.LISTEN_PORT);
        Map<String, List<InetAddress>> addresses = new HashMap<>();
        for (String name : names) {
            String origin = shown.sources.setting(Key.MESH_HOST, "").origin();
            if (hostNames.contains(name)) {
                throw new ConfigurationException(
                        ("mesh-host: '%s' is a name of this host (expected: one that no host has;"
                                        + " from %s)")
                                .formatted(name, origin));
            }
            List<InetAddress> own = facts.ownLoopbacks(name);
            if (own.isEmpty()) {
                throw new ConfigurationException(
                        ("mesh-host: '%s' has no loopback address of its own in %s (expected: a"
                                        + " line as '127.77.0.1 %s'; from %s)")
                                .formatted(
                                        name,
                                        HostFacts.ETC_HOSTS,
                                        String.join(" ", names),
                                        origin));
            }
            addresses.put(name, own);
        }
        return new Relay(
                mode,
                names.isEmpty() ? Optional.empty() : Optional.of(new MeshHost(names, addresses)),
                port);
    }

    private static String ownNames(HostFacts facts) {
        return Stream.concat(
                        facts.names().stream(), facts.addresses().stream().map(Configuration::text))
                .collect(Collectors.joining(","));
    }

    /// Address without the zone that Java appends to those of a link.
    private static String text(InetAddress address) {
        return address.getHostAddress().replaceFirst("%.*", "");
    }

    /// Reads values and keeps what `config show` will print of them.
    private record Shown(Sources sources, List<Setting> settings) {
        <T> T value(Key key, String byDefault, Syntax<T> syntax) throws ConfigurationException {
            settings.add(sources.setting(key, byDefault));
            return sources.value(key, byDefault, syntax);
        }

        Path directory(Key key, Path byDefault) throws ConfigurationException {
            Path directory = sources.value(key, byDefault.toString(), Syntax.DIRECTORY);
            path(key, directory);
            return directory;
        }

        Optional<Path> file(Key key) throws ConfigurationException {
            Optional<Path> file = sources.value(key, Syntax.NONE, Syntax.FILE).stream().findFirst();
            file.ifPresentOrElse(
                    it -> path(key, it), () -> settings.add(sources.setting(key, Syntax.NONE)));
            return file;
        }

        /// Shown whole, for whoever asks from another directory.
        private void path(Key key, Path path) {
            String text = path.toString();
            settings.add(new Setting(key.key(), text, sources.setting(key, text).origin()));
        }

        List<Setting> inOrder() {
            return Stream.of(Key.values())
                    .map(key ->
                            settings.stream()
                                    .filter(s -> s.key().equals(key.key()))
                                    .findAny()
                                    .orElseThrow())
                    .toList();
        }
    }
}
