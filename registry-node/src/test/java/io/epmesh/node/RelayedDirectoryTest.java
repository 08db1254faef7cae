package io.epmesh.node;

import static io.epmesh.node.Nodes.LOOPBACK;
import static io.epmesh.node.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.epmd.NamedPort;
import io.epmesh.epmd.NodeName;
import io.epmesh.epmd.PortInfo;
import io.epmesh.epmd.Registration;
import io.epmesh.node.cables.PeerRelay;
import io.epmesh.node.cables.TunnelKey;
import io.epmesh.node.config.Configuration;
import io.epmesh.node.config.HostFacts;
import io.epmesh.node.config.Key;
import io.epmesh.node.config.Sources;
import io.epmesh.node.naming.MeshState;
import io.epmesh.node.naming.NameLookup;
import io.epmesh.node.naming.PeerDescription;
import io.epmesh.relay.SourceFinder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// This host is h1, with the registered node `x`, which listens; `y` is of the mesh host,
/// elsewhere.
class RelayedDirectoryTest {
    private static final InetAddress MESH = InetAddress.ofLiteral("127.77.0.1");
    private static final InetAddress DOTTED = InetAddress.ofLiteral("127.77.0.2");
    private static final InetAddress PEER = InetAddress.ofLiteral("10.0.0.2");

    private final MeshState mesh = new MeshState();
    private final LocalNodes nodes =
            new LocalNodes(new PeerDescription(4369, "1", "", List.of("h1"), List.of("127.0.0.1")));
    private ServerSocket listening;
    private Registration x;

    @SuppressWarnings("NullAway.Init") // set by each test
    private PeerRelay relay;

    @SuppressWarnings("NullAway.Init") // set by each test
    private RelayedDirectory directory;

    @BeforeEach
    void register() throws IOException {
        listening = new ServerSocket(0, 50, LOOPBACK);
        listening.setSoTimeout(10_000);
        mesh.describe(1, "127.0.0.1", "h1");
        mesh.describe(2, "10.0.0.2", "h2");
        mesh.register(2, MeshState.verified("y@mesh", 9_002));
        x = node(1, "x", listening.getLocalPort());
        assertThat(nodes.registered(x)).isEqualTo(LocalNodes.Admission.SHOWN);
    }

    @AfterEach
    void close() throws IOException {
        relay.close();
        listening.close();
    }

    @Test
    void ownLookup_whereAllAreLed_leadsToTheNodeThroughTheRelay() throws Exception {
        start(Map.of(Key.RELAY, "all"));
        assertThat(directory.detours(LOOPBACK, LOOPBACK)).isTrue();
        PortInfo found = lookup("x", Optional.of(x), LOOPBACK).orElseThrow();
        assertThat(found.withPort(listening.getLocalPort())).isEqualTo(x.info());
        assertThat(found.port()).isNotEqualTo(listening.getLocalPort());
        try (Socket source = new Socket(LOOPBACK, found.port())) {
            source.getOutputStream().write(new byte[] {0, 1, 'x'}); // as TLS, no handshake
            try (Socket reached = listening.accept()) {
                assertThat(reached.getInputStream().readNBytes(3)).containsExactly(0, 1, 'x');
            }
        }
    }

    @Test
    void lookup_fromElsewhere_isAnsweredAsEver() throws Exception {
        start(Map.of(Key.RELAY, "all", Key.MESH_HOST, "mesh"));
        assertThat(directory.detours(PEER, InetAddress.ofLiteral("10.0.0.1"))).isFalse();
    }

    @Test
    void ownLookup_whereOnlyTheModuleIsLed_isAnsweredAsEver() throws Exception {
        start(Map.of(Key.RELAY, "module"));
        assertThat(directory.detours(LOOPBACK, LOOPBACK)).isFalse();
    }

    @Test
    void lookup_ofNobody_isNotFound() throws Exception {
        start(Map.of(Key.RELAY, "all", Key.MESH_HOST, "mesh"));
        assertThat(lookup("nobody", Optional.empty(), LOOPBACK)).isEmpty();
        assertThat(lookup("nobody", Optional.empty(), MESH)).isEmpty();
        assertThat(lookup("nobody@h2", Optional.empty(), LOOPBACK)).isEmpty();
        assertThat(lookup("nobody@mesh", Optional.empty(), LOOPBACK)).isEmpty();
    }

    @Test
    void nodeWithoutAPort_isAnsweredAsItIs() throws Exception {
        start(Map.of(Key.RELAY, "all"));
        Registration silent = node(2, "silent", 0);
        assertThat(lookup("silent", Optional.of(silent), LOOPBACK)).hasValue(silent.info());
    }

    @Test
    void mapping_thatLeadsHere_isLedToo() throws Exception {
        mesh.map("m@h1", "127.0.0.1", listening.getLocalPort());
        start(Map.of(Key.RELAY, "all"));
        PortInfo found = lookup("m", Optional.empty(), LOOPBACK).orElseThrow();
        assertThat(found.port()).isNotEqualTo(listening.getLocalPort());
    }

    @Test
    void lookupAtTheMeshAddress_findsNodesOfThatHostAlone() throws Exception {
        mesh.register(2, MeshState.verified("rabbit@h2", 9_003));
        start(Map.of(Key.MESH_HOST, "mesh"));
        assertThat(directory.detours(LOOPBACK, MESH)).isTrue();
        assertThat(lookup("y", Optional.empty(), MESH).orElseThrow().port()).isNotEqualTo(9_002);
        assertThat(lookup("rabbit", Optional.empty(), MESH)).isEmpty();
        assertThat(nodes.verified(x, "h1", Optional.of(5L))).isTrue();
        assertThat(lookup("x", Optional.of(x), MESH)).isEmpty();
        assertThat(directory.namesAt(MESH))
                .hasValue(List.of(new NamedPort(new NodeName("y"), 9_002)));
        assertThat(directory.namesAt(LOOPBACK)).isEmpty();
    }

    @Test
    void fullName_isAnsweredWithTheAddressWhereItIsLed() throws Exception {
        start(Map.of(Key.RELAY, "all", Key.MESH_HOST, "mesh"));
        PortInfo found = lookup("y@mesh", Optional.empty(), LOOPBACK).orElseThrow();
        assertThat(new String(found.extra().toBytes(), StandardCharsets.UTF_8))
                .isEqualTo("127.0.0.1");
        assertThat(found.port()).isNotEqualTo(9_002);
    }

    /// A node that had just been told that it is registered was not found, as the table, a step
    /// behind, did not show it yet.
    @Test
    void nodeHere_isFoundAsSoonAsItIsRegistered() throws Exception {
        start(Map.of(Key.RELAY, "all", Key.MESH_HOST, "mesh"));
        assertThat(lookup("x@h1", Optional.empty(), LOOPBACK)).isPresent();
        assertThat(lookup("x@mesh", Optional.empty(), LOOPBACK)).as("under TLS").isPresent();
        assertThat(nodes.verified(x, "mesh", Optional.of(5L))).isTrue();
        assertThat(lookup("x", Optional.of(x), MESH)).isPresent();
        assertThat(lookup("x@mesh", Optional.empty(), LOOPBACK)).isPresent();

        nodes.unregistered(x);
        assertThat(lookup("x", Optional.empty(), MESH)).isEmpty();
    }

    @Test
    void addresses_ofEachNameOfTheMeshHost_tellWhichIsMeant() throws Exception {
        mesh.register(2, MeshState.verified("y@mesh.local", 9_003));
        start(Map.of(Key.MESH_HOST, "mesh,mesh.local"));
        assertThat(directory.namesAt(DOTTED).orElseThrow().getFirst().port()).isEqualTo(9_003);
        assertThat(directory.hostAt(MESH)).hasValue("mesh");
        assertThat(directory.hostAt(DOTTED)).hasValue("mesh.local");
        assertThat(directory.hostAt(LOOPBACK)).isEmpty();
    }

    private Optional<PortInfo> lookup(String name, Optional<Registration> own, InetAddress local)
            throws Exception {
        return directory
                .detour(new NodeName(name), own, LOOPBACK, local)
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
    }

    private void start(Map<Key, String> settings) throws Exception {
        Map<Key, String> flags = new EnumMap<>(Key.class);
        flags.put(Key.HOST_NAME, "h1");
        flags.put(Key.RELAY_PORT, "0");
        flags.putAll(settings);
        HostFacts facts =
                new HostFacts(
                        List.of("h1"),
                        List.of(),
                        Map.of("mesh", List.of(MESH), "mesh.local", List.of(DOTTED)),
                        Path.of("/state"));
        NameLookup lookup = new NameLookup(() -> mesh.table(1), nodes::entry);
        relay =
                PeerRelay.start(
                        Configuration.of(Sources.read(flags, Optional.empty(), Map.of()), facts),
                        TunnelKey.of(Optional.empty()),
                        lookup,
                        nodes::find,
                        SourceFinder.NONE);
        LocalDirectory known =
                new LocalDirectory(nodes, lookup, List.of(), "h1", _ -> false, new Nobody());
        directory = new RelayedDirectory(known, relay.ways(), lookup, "h1");
    }

    private static final class Nobody implements LocalDirectory.Listener {
        @Override
        public void registered(Registration registration) {}

        @Override
        public void unregistered() {}

        @Override
        public void stopRequested() {}
    }
}
