package io.epmesh.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.epmesh.node.naming.NodeName;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationTest {
    private static final HostFacts FACTS =
            new HostFacts(
                    List.of("h1", "h1.example"),
                    List.of(address("10.0.0.1"), address("2001:db8::1")),
                    Map.of(
                            "mesh", List.of(address("127.77.0.1"), address("10.0.0.9")),
                            "mesh.local", List.of(address("127.77.0.1")),
                            "far", List.of(address("10.0.0.9")),
                            "here", List.of(address("127.0.0.1"))),
                    Path.of("/state/epmesh"));

    @TempDir private Path directory;

    @Test
    void of_nothingGiven_hasTheTestedDefaultOfEveryKey() throws Exception {
        Map<Key, String> defaults = new EnumMap<>(Key.class);
        defaults.put(Key.EPMD_PORT, "4369");
        defaults.put(Key.EPMD_ADDRESS, "all");
        defaults.put(Key.EPMD_ALLOW, "any");
        defaults.put(Key.REGISTER_ALLOW, "local");
        defaults.put(Key.PACKET_TIMEOUT, "60s");
        defaults.put(Key.RELAXED_COMMAND_CHECK, "false");
        defaults.put(Key.TAKEOVER, "false");
        defaults.put(Key.HOST_NAME, "h1,h1.example,10.0.0.1,2001:db8:0:0:0:0:0:1");
        defaults.put(Key.ADVERTISE, "127.0.0.1");
        defaults.put(Key.MESH_NAME, "epmesh");
        defaults.put(Key.GOSSIP_ADDRESS, "127.0.0.1");
        defaults.put(Key.GOSSIP_PORT, "4370");
        defaults.put(Key.GOSSIP_ADVERTISE, "gossip-address");
        defaults.put(Key.JOIN, "none");
        defaults.put(Key.KEY_FILE, "none");
        defaults.put(Key.INSECURE_GOSSIP, "false");
        defaults.put(Key.OPERATOR_FILE, "none");
        defaults.put(Key.DATA_DIR, "/state/epmesh");
        defaults.put(Key.HTTP, "127.0.0.1:4371");
        defaults.put(Key.STATIC_PORT, "none");
        defaults.put(Key.RELAY, "off");
        defaults.put(Key.MESH_HOST, "none");
        defaults.put(Key.RELAY_PORT, "4372");
        defaults.put(Key.LOG_LEVEL, "info");
        defaults.put(Key.LOG_FORMAT, "text");
        assertThat(defaults).containsOnlyKeys(Key.values());

        Configuration configuration = of(Map.of(), Map.of());

        assertThat(configuration.settings())
                .containsExactlyElementsOf(
                        defaults.entrySet().stream()
                                .map(e -> new Setting(e.getKey().key(), e.getValue(), "default"))
                                .toList());
        assertThat(configuration)
                .usingRecursiveComparison()
                .ignoringFields("settings")
                .isEqualTo(
                        new Configuration(
                                new Configuration.Epmd(
                                        4369,
                                        List.of(),
                                        Allowed.ANY,
                                        Allowed.LOCAL,
                                        Duration.ofSeconds(60),
                                        false),
                                false,
                                new Configuration.Host(
                                        List.of(
                                                "h1",
                                                "h1.example",
                                                "10.0.0.1",
                                                "2001:db8:0:0:0:0:0:1"),
                                        List.of(address("127.0.0.1"))),
                                new Configuration.Gossip(
                                        "epmesh",
                                        address("127.0.0.1"),
                                        4370,
                                        Optional.empty(),
                                        List.of(),
                                        Optional.empty(),
                                        false),
                                Optional.empty(),
                                Path.of("/state/epmesh"),
                                Optional.of(new InetSocketAddress(address("127.0.0.1"), 4371)),
                                new Configuration.Relay(RelayMode.OFF, Optional.empty(), 4372),
                                List.of(),
                                Level.INFO,
                                LogFormat.TEXT,
                                List.of()));
    }

    @Test
    void of_everythingGiven_isTyped() throws Exception {
        Configuration configuration =
                of(
                        Map.of(),
                        Map.of(),
                        """
                        # a peer of three
                        epmd-port = 14369
                        epmd-address = 10.0.0.1, ::1   # and loopback
                        epmd-allow = peers, 10.0.0.0/8
                        register-allow = local 172.17.0.0/16
                        packet-timeout = 2500ms
                        relaxed-command-check = true
                        takeover = true
                        host-name=h9
                        advertise = 192.0.2.7,2001:db8::7
                        mesh-name = shop.test
                        gossip-address = 10.0.0.1
                        gossip-port = 14370
                        gossip-advertise = 192.0.2.8:4000
                        join = h2, h3:99, [2001:db8::3]:98, dns:peers.test, multicast
                        key-file = /etc/epmesh/mesh.pem
                        insecure-gossip = true
                        operator-file = /etc/epmesh/operator
                        data-dir = /var/tmp/../tmp/peer
                        http = [::1]:0
                        static-port = rabbit@*=25672, 9100
                        relay = all
                        mesh-host = mesh
                        relay-port = 14372
                        log-level = debug
                        log-format = json
                        """);

        assertThat(configuration.epmd())
                .isEqualTo(
                        new Configuration.Epmd(
                                14369,
                                List.of(address("10.0.0.1"), address("::1")),
                                new Allowed(
                                        false, true, List.of(new Subnet(address("10.0.0.0"), 8))),
                                new Allowed(
                                        false,
                                        false,
                                        List.of(new Subnet(address("172.17.0.0"), 16))),
                                Duration.ofMillis(2500),
                                true));
        assertThat(configuration.takeover()).isTrue();
        assertThat(configuration.host())
                .isEqualTo(
                        new Configuration.Host(
                                List.of("h9"),
                                List.of(address("192.0.2.7"), address("2001:db8::7"))));
        assertThat(configuration.gossip())
                .isEqualTo(
                        new Configuration.Gossip(
                                "shop.test",
                                address("10.0.0.1"),
                                14370,
                                Optional.of(new InetSocketAddress(address("192.0.2.8"), 4000)),
                                List.of(
                                        new JoinTarget.Peer("h2", 14370),
                                        new JoinTarget.Peer("h3", 99),
                                        new JoinTarget.Peer("2001:db8:0:0:0:0:0:3", 98),
                                        new JoinTarget.DnsName("peers.test", 14370),
                                        new JoinTarget.Multicast(4370)),
                                Optional.of(Path.of("/etc/epmesh/mesh.pem")),
                                true));
        assertThat(configuration.operatorFile()).contains(Path.of("/etc/epmesh/operator"));
        assertThat(configuration.dataDir()).isEqualTo(Path.of("/var/tmp/peer"));
        assertThat(configuration.http()).contains(new InetSocketAddress(address("::1"), 0));
        assertThat(configuration.staticPorts())
                .satisfiesExactly(
                        first -> {
                            assertThat(first.port()).isEqualTo(25672);
                            assertThat(first.nodes().matches(NodeName.parse("rabbit@h1"))).isTrue();
                            assertThat(first.nodes().matches(NodeName.parse("other@h1"))).isFalse();
                        },
                        second -> {
                            assertThat(second.port()).isEqualTo(9100);
                            assertThat(second.nodes().matches(NodeName.parse("other@h1"))).isTrue();
                        });
        assertThat(configuration.relay())
                .isEqualTo(
                        new Configuration.Relay(
                                RelayMode.ALL,
                                Optional.of(
                                        new MeshHost(
                                                List.of("mesh"),
                                                Map.of("mesh", List.of(address("127.77.0.1"))))),
                                14372));
        assertThat(configuration.logLevel()).isEqualTo(Level.DEBUG);
        assertThat(configuration.logFormat()).isEqualTo(LogFormat.JSON);
        assertThat(configuration.settings()).allMatch(s -> s.origin().startsWith("file "));
    }

    @Test
    void of_sameKeyFromAllSides_flagWinsOverEnvironmentOverFile() throws Exception {
        String file = "epmd-port = 1\nmesh-name = file\ngossip-port = 3\n";
        Map<String, String> environment =
                Map.of("EPMESH_EPMD_PORT", "2", "EPMESH_MESH_NAME", "env", "ERL_EPMD_PORT", "9");

        Configuration configuration = of(Map.of(Key.EPMD_PORT, "4"), environment, file);

        assertThat(configuration.settings())
                .contains(
                        new Setting("epmd-port", "4", "flag --epmd-port"),
                        new Setting("mesh-name", "env", "environment EPMESH_MESH_NAME"),
                        new Setting("gossip-port", "3", "file " + file() + ":3"));
        assertThat(configuration.epmd().port()).isEqualTo(4);
    }

    /// Who asks a peer for its settings may be in another directory than it was started in.
    @Test
    void of_relativePaths_areShownWhole() throws Exception {
        Configuration configuration =
                of(Map.of(Key.DATA_DIR, "try", Key.KEY_FILE, "mesh.pem"), Map.of());
        assertThat(configuration.settings())
                .contains(
                        new Setting(
                                "data-dir",
                                Path.of("try").toAbsolutePath().toString(),
                                "flag --data-dir"),
                        new Setting(
                                "key-file",
                                Path.of("mesh.pem").toAbsolutePath().toString(),
                                "flag --key-file"),
                        new Setting("operator-file", "none", "default"));
    }

    @Test
    void of_epmdsOwnVariables_areHonoured() throws Exception {
        Configuration configuration =
                of(
                        Map.of(),
                        Map.of(
                                "ERL_EPMD_PORT",
                                "5000",
                                "ERL_EPMD_ADDRESS",
                                "10.0.0.1 ::1",
                                "ERL_EPMD_RELAXED_COMMAND_CHECK",
                                ""));

        assertThat(configuration.epmd())
                .isEqualTo(
                        new Configuration.Epmd(
                                5000,
                                List.of(address("10.0.0.1"), address("::1")),
                                Allowed.ANY,
                                Allowed.LOCAL,
                                Duration.ofSeconds(60),
                                true));
        assertThat(of(Map.of(), Map.of("ERL_EPMD_ADDRESS", " ,")).epmd().addresses()).isEmpty();
    }

    @Test
    void of_bothSpellings_ourVariableWins() throws Exception {
        Map<String, String> both =
                Map.of("EPMESH_LOG", "trace", "EPMESH_LOG_LEVEL", "error", "EPMESH_PEER", "h:1");

        assertThat(of(Map.of(), both).logLevel()).isEqualTo(Level.ERROR);
        assertThat(of(Map.of(), Map.of("EPMESH_LOG", "trace")).logLevel()).isEqualTo(Level.TRACE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "epmd-port | 65536 | a port, 1..65535, or 0 for any free one",
                "epmd-port | -1 | a port, 1..65535, or 0 for any free one",
                "epmd-port | 0x10 | a port, 1..65535, or 0 for any free one",
                "epmd-address | localhost | all, or IPv4 and IPv6 addresses with commas between",
                "epmd-address | 127.1 | all, or IPv4 and IPv6 addresses with commas between",
                "epmd-address | 10.0.0.1,,::1 | all, or IPv4 and IPv6 addresses with commas"
                        + " between",
                "epmd-allow | anybody | any, or local, peers, addresses and networks as 10.0.0.0/8"
                        + " (no bits behind the prefix), with commas between",
                "epmd-allow | any,local | any, or local, peers, addresses and networks as"
                        + " 10.0.0.0/8 (no bits behind the prefix), with commas between",
                "epmd-allow | 10.0.0.1/8 | any, or local, peers, addresses and networks as"
                        + " 10.0.0.0/8 (no bits behind the prefix), with commas between",
                "register-allow | peers | local, addresses and networks as 172.17.0.0/16 (no bits"
                        + " behind the prefix), with commas between",
                "register-allow | 172.17.0.0/33 | local, addresses and networks as 172.17.0.0/16"
                        + " (no bits behind the prefix), with commas between",
                "packet-timeout | 60 | a time of 1s..1h with its unit, ms, s, m or h",
                "packet-timeout | 999ms | a time of 1s..1h with its unit, ms, s, m or h",
                "packet-timeout | 61m | a time of 1s..1h with its unit, ms, s, m or h",
                "relaxed-command-check | yes | true or false",
                "host-name | a@b | host names with commas between, each as behind the @ of a node"
                        + " name",
                "advertise | 0.0.0.0 | at most one IPv4 and one IPv6 address, with a comma between",
                "advertise | 10.0.0.1,10.0.0.2 | at most one IPv4 and one IPv6 address, with a"
                        + " comma between",
                "mesh-name | my mesh | 1..64 of A-Z a-z 0-9 . _ -",
                "gossip-address | 0.0.0.0 | an IPv4 or IPv6 address of this host",
                "gossip-address | 224.0.0.1 | an IPv4 or IPv6 address of this host",
                "gossip-advertise | 0.0.0.0:1 | gossip-address, or an address that others can dial,"
                        + " with :PORT behind it or not",
                "gossip-advertise | h2:1 | gossip-address, or an address that others can dial, with"
                        + " :PORT behind it or not",
                "gossip-advertise | 10.0.0.1:x | gossip-address, or an address that others can"
                        + " dial, with :PORT behind it or not",
                "gossip-port | many | a port, 1..65535, or 0 for any free one",
                "join | h2:0 | none, or HOST[:PORT], dns:NAME[:PORT] or multicast[:PORT] with"
                        + " commas between",
                "join | h2:x | none, or HOST[:PORT], dns:NAME[:PORT] or multicast[:PORT] with"
                        + " commas between",
                "join | multicast:0 | none, or HOST[:PORT], dns:NAME[:PORT] or multicast[:PORT]"
                        + " with commas between",
                "join | [h2]:1 | none, or HOST[:PORT], dns:NAME[:PORT] or multicast[:PORT] with"
                        + " commas between",
                "insecure-gossip | TRUE | true or false",
                "http | 10.0.0.1:80 | off, or ADDRESS:PORT with a loopback address",
                "http | 127.0.0.1 | off, or ADDRESS:PORT with a loopback address",
                "static-port | 0 | none, PORT, or GLOB=PORT with commas between, ports 1..65535",
                "static-port | =9 | none, PORT, or GLOB=PORT with commas between, ports 1..65535",
                "relay | on | off, module or all",
                "relay-port | 65536 | a port, 1..65535, or 0 for any free one",
                "mesh-host | mesh.local | none, or SHORT[,DOTTED], host parts of node names, without"
                        + " a dot and with one",
                "mesh-host | mesh,other | none, or SHORT[,DOTTED], host parts of node names,"
                        + " without a dot and with one",
                "mesh-host | mesh,mesh.local,m.x | none, or SHORT[,DOTTED], host parts of node"
                        + " names, without a dot and with one",
                "mesh-host | a@b | none, or SHORT[,DOTTED], host parts of node names, without a dot"
                        + " and with one",
                "log-format | xml | text or json",
                "log-level | all | error, warning, info, debug or trace",
            })
    void of_valueOutOfRange_namesValueExpectationAndOrigin(
            String key, String value, String expected) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> of(Map.of(Key.of(key).orElseThrow(), value), Map.of()))
                .withMessage("%s: %s (expected: %s; from flag --%s)", key, value, expected, key);
    }

    @Test
    void of_relayKeys_turnTheRelayOn() throws Exception {
        assertThat(of(Map.of(), Map.of()).relay().isOn()).isFalse();
        assertThat(of(Map.of(Key.RELAY, "module"), Map.of()).relay())
                .isEqualTo(new Configuration.Relay(RelayMode.MODULE, Optional.empty(), 4372))
                .matches(Configuration.Relay::isOn);
        Configuration.Relay mesh =
                of(Map.of(Key.MESH_HOST, "mesh,mesh.local", Key.RELAY_PORT, "0"), Map.of()).relay();
        assertThat(mesh.isOn()).isTrue();
        assertThat(mesh.port()).isZero();
        assertThat(mesh.meshHost().orElseThrow().namesByAddress())
                .isEqualTo(Map.of(address("127.77.0.1"), List.of("mesh", "mesh.local")));
    }

    @ParameterizedTest
    @CsvSource({"far", "here", "nowhere"})
    void of_meshHostWithoutALoopbackAddressOfItsOwn_isRefused(String host) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> of(Map.of(Key.MESH_HOST, host), Map.of()))
                .withMessage(
                        "mesh-host: '%s' has no loopback address of its own in /etc/hosts (expected:"
                                + " a line as '127.77.0.1 %s'; from flag --mesh-host)",
                        host, host);
    }

    @Test
    void of_meshHostThatIsThisHost_isRefused() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> of(Map.of(Key.MESH_HOST, "h1"), Map.of()))
                .withMessage(
                        "mesh-host: 'h1' is a name of this host (expected: one that no host has; from"
                                + " flag --mesh-host)");
    }

    @Test
    void of_emptyVariable_isRefusedVisibly() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> of(Map.of(), Map.of("EPMESH_DATA_DIR", "")))
                .withMessage(
                        "data-dir: '' (expected: a directory; from environment EPMESH_DATA_DIR)");
    }

    @ParameterizedTest
    @CsvSource({"relays", "mesh_host", "epmd_port", "EPMD-PORT"})
    void read_unknownKeyInFile_isRefusedWithItsLine(String key) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> of(Map.of(), Map.of(), "\n" + key + " = module\n"))
                .withMessageStartingWith("unknown key '" + key + "' (expected: one of epmd-port, ")
                .withMessageEndingWith("; from file " + file() + ":2)");
    }

    @Test
    void read_unknownVariable_isRefused() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> of(Map.of(), Map.of("EPMESH_RELAYS", "all", "OTHER", "x")))
                .withMessageStartingWith("unknown variable 'EPMESH_RELAYS' (expected: one of ")
                .withMessageEndingWith("; from the environment)");
    }

    @Test
    void read_keyTwiceInFile_namesBothLines() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> of(Map.of(), Map.of(), "http = off\n#\nhttp = off\n"))
                .withMessage(
                        "http: given twice (expected: once; from file %s:1 and file %s:3)",
                        file(), file());
    }

    @Test
    void read_lineWithoutEquals_isRefused() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> of(Map.of(), Map.of(), "http off\n"))
                .withMessage("'http off' (expected: key = value; from file %s:1)", file());
    }

    @Test
    void read_fileMissing_isRefused() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> Sources.read(Map.of(), Optional.of(file()), Map.of()))
                .withMessage("configuration file %s: no such file (from flag --config)", file());
    }

    @Test
    void of_gossipBeyondLoopback_needsConsent() throws Exception {
        Map<Key, String> join = Map.of(Key.JOIN, "h2");

        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> of(join, Map.of()))
                .withMessageStartingWith("gossip-address: 10.0.0.1 is beyond loopback")
                .withMessageContaining("insecure-gossip = true")
                .withMessageEndingWith("from default, as join is given)");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> of(Map.of(Key.GOSSIP_ADDRESS, "10.0.0.9"), Map.of()))
                .withMessageEndingWith("from flag --gossip-address)");
        Configuration keyed = of(Map.of(Key.KEY_FILE, "/etc/mesh.pem"), Map.of());
        assertThat(keyed.gossip().address()).isEqualTo(address("10.0.0.1"));
        Configuration consented = of(join, Map.of("EPMESH_INSECURE_GOSSIP", "true"));
        assertThat(consented.gossip().address()).isEqualTo(address("10.0.0.1"));
        assertThat(consented.host().advertise()).containsExactly(address("10.0.0.1"));
        assertThat(of(Map.of(Key.JOIN, "h2", Key.GOSSIP_ADDRESS, "::1"), Map.of()).gossip().join())
                .hasSize(1);
    }

    private Path file() {
        return directory.resolve("epmesh.conf");
    }

    private Configuration of(Map<Key, String> flags, Map<String, String> environment)
            throws ConfigurationException {
        return Configuration.of(Sources.read(flags, Optional.empty(), environment), FACTS);
    }

    private Configuration of(Map<Key, String> flags, Map<String, String> environment, String file)
            throws Exception {
        Files.writeString(file(), file.lines().collect(Collectors.joining("\n")));
        return Configuration.of(Sources.read(flags, Optional.of(file()), environment), FACTS);
    }

    private static InetAddress address(String literal) {
        return InetAddress.ofLiteral(literal);
    }
}
