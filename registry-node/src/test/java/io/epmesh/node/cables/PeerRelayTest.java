package io.epmesh.node.cables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.epmesh.gossip.Snapshot.Phase;
import io.epmesh.gossip.jgroups.MeshKey;
import io.epmesh.node.Await;
import io.epmesh.node.config.Configuration;
import io.epmesh.node.config.HostFacts;
import io.epmesh.node.config.Key;
import io.epmesh.node.config.Sources;
import io.epmesh.node.naming.MeshState;
import io.epmesh.node.naming.NodeName;
import io.epmesh.node.naming.PeerDescription;
import io.epmesh.relay.CableView;
import io.epmesh.relay.SourceFinder;
import io.epmesh.relay.Treatment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two peers with relays, h1 and h2, and the node `x`, which h2 has. Both hosts are this one, so
/// that their relays have ports which the system chose.
class PeerRelayTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress MESH = InetAddress.ofLiteral("127.77.0.1");
    private static final int PATIENCE_MILLIS = 60_000;

    @TempDir private Path temp;

    private final MeshState mesh = new MeshState();
    private final List<PeerRelay> running = new ArrayList<>();
    private final List<Socket> open = new ArrayList<>();
    private ServerSocket x;

    @BeforeEach
    void listen() throws IOException {
        x = new ServerSocket(0, 50, LOOPBACK);
        x.setSoTimeout(PATIENCE_MILLIS);
        mesh.describe(1, "127.0.0.1", "h1");
        mesh.describe(2, "127.0.0.1", "h2");
    }

    @AfterEach
    void close() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
        running.forEach(PeerRelay::close);
        x.close();
    }

    @Test
    void nodeOfTheMeshHost_isReachedBehindTheRelayOfItsHost() throws Exception {
        mesh.register(2, MeshState.verified("x@mesh", x.getLocalPort()));
        PeerRelay h1 = start(1, Map.of(Key.MESH_HOST, "mesh"));
        start(2, Map.of(Key.MESH_HOST, "mesh"));

        Ways.Target target = h1.ways().ofMesh("x", h1.ways().meshNames(MESH)).orElseThrow();
        assertReached(port(h1.ways().open(target, MESH, Optional.empty())), MESH);

        MeshCables cables = cablesOfAll(h1.control());
        assertThat(cables.answered())
                .extracting(PeerCables::host, PeerCables::total)
                .containsExactly(tuple("h1", 1), tuple("h2", 1));
        assertThat(cables.answered())
                .flatExtracting(PeerCables::cables)
                .extracting(CableView::source, CableView::target)
                .containsOnly(tuple("a@mesh", "x@mesh"));
    }

    @Test
    void node_whoseHostPartIsAssumed_isOneOfTheMeshHost() throws Exception {
        mesh.register(2, MeshState.assumed("x@h2", x.getLocalPort()));
        PeerRelay h1 = start(1, Map.of(Key.MESH_HOST, "mesh,mesh.local"));
        start(2, Map.of(Key.MESH_HOST, "mesh"));

        Ways.Target target = h1.ways().ofMesh("x", h1.ways().meshNames(MESH)).orElseThrow();
        assertThat(target.node()).isEqualTo(NodeName.parse("x@mesh"));
        assertReached(port(h1.ways().open(target, MESH, Optional.empty())), MESH);
    }

    @Test
    void node_ofAnOrdinaryHost_isNoneOfTheMeshHost() throws Exception {
        mesh.register(2, MeshState.verified("x@h2", x.getLocalPort()));
        PeerRelay h1 = start(1, Map.of(Key.MESH_HOST, "mesh"));

        assertThat(h1.ways().ofMesh("x", List.of("mesh"))).isEmpty();
        assertThat(h1.ways().ofMesh("no node", List.of("mesh"))).isEmpty();
        assertThat(h1.ways().meshNames(LOOPBACK)).isEmpty();
    }

    @Test
    void relays_ofOneKey_reachEachOther_othersDoNot() throws Exception {
        mesh.register(2, MeshState.verified("x@mesh", x.getLocalPort()));
        MeshKey theirs = newKey("key");
        TunnelKey key = TunnelKey.of(Optional.of(theirs));
        PeerRelay h1 = start(1, Map.of(Key.MESH_HOST, "mesh"), key);
        start(2, Map.of(Key.MESH_HOST, "mesh"), TunnelKey.of(Optional.of(theirs)));
        Ways.Target target = h1.ways().ofMesh("x", List.of("mesh")).orElseThrow();
        int port = port(h1.ways().open(target, MESH, Optional.empty()));
        cablesOfAll(h1.control()); // a first handshake, which may take longer than a cable waits
        assertReached(port, MESH);

        key.use(newKey("other"));
        try (Socket source = connect(MESH, port)) {
            assertThatThrownBy(() -> source.getInputStream().read())
                    .isInstanceOf(SocketException.class);
        }
        MeshCables cables = get(h1.control().meshCables());
        assertThat(cables.answered()).extracting(PeerCables::host).containsExactly("h1");
        assertThat(cables.silent()).containsExactly("h2 (%s)".formatted(MeshState.id(2)));
    }

    @Test
    void peerWithoutARelay_seesTheCablesOfTheOthers_withTheirKeyOnly() throws Exception {
        mesh.register(2, MeshState.verified("x@mesh", x.getLocalPort()));
        MeshKey theirs = newKey("key");
        PeerRelay h1 = start(1, Map.of(Key.MESH_HOST, "mesh"), TunnelKey.of(Optional.of(theirs)));
        start(2, Map.of(Key.MESH_HOST, "mesh"), TunnelKey.of(Optional.of(theirs)));
        Ways.Target target = h1.ways().ofMesh("x", List.of("mesh")).orElseThrow();
        cablesOfAll(h1.control()); // a first handshake, which may take longer than a cable waits
        assertReached(port(h1.ways().open(target, MESH, Optional.empty())), MESH);
        mesh.describe(3, "127.0.0.1", "h3");

        TunnelKey key = TunnelKey.of(Optional.of(newKey("other")));
        try (PeerOnlooker h3 = new PeerOnlooker(key, () -> mesh.table(3))) {
            assertThat(get(h3.control().meshCables()).silent()).hasSize(2);

            key.use(theirs);
            MeshCables cables = cablesOfAll(h3.control());
            assertThat(cables.answered())
                    .extracting(PeerCables::host, PeerCables::total)
                    .containsExactly(tuple("h1", 1), tuple("h2", 1));
        }
    }

    @Test
    void node_ofAPeerThatIsSilent_isDialledWhereEverybodyDialsIt() throws Exception {
        mesh.register(2, MeshState.verified("x@h2", x.getLocalPort()));
        start(2, Map.of(Key.RELAY, "all")).close();
        mesh.phase(2, Phase.ORPHANED);
        PeerRelay h1 = start(1, Map.of(Key.RELAY, "all"));

        Ways.Target target =
                new Ways.Target(
                        NodeName.parse("x@h2"),
                        mesh.table(1).lookup(NodeName.parse("x@h2")).orElseThrow());
        assertReached(port(h1.ways().open(target, LOOPBACK, Optional.empty())), LOOPBACK);
    }

    @Test
    void clientOfTheModule_isTheSource_whateverItsHandshakeSays() throws Exception {
        mesh.register(2, MeshState.verified("x@h2", x.getLocalPort()));
        PeerRelay h1 = start(1, Map.of(Key.RELAY, "module"));
        Way way = between(h1, "x@h2");
        assertThat(way.address()).isEqualTo("127.0.0.1");
        assertThat(way.port()).isNotEqualTo(x.getLocalPort());
        assertReached(way.port(), LOOPBACK);
        assertThat(get(h1.control().cables()).cables())
                .extracting(CableView::source)
                .containsExactly("client@h1");
    }

    @Test
    void relayForTheMeshHostAlone_leadsOtherNodesPastIt() throws Exception {
        mesh.register(2, MeshState.verified("x@h2", 4_711));
        mesh.register(2, MeshState.verified("y@mesh", 4_712));
        PeerRelay h1 = start(1, Map.of(Key.MESH_HOST, "mesh"));
        assertThat(between(h1, "x@h2")).isEqualTo(new Way("127.0.0.1", 4_711));
        assertThat(between(h1, "y@mesh").port()).isNotEqualTo(4_712);
    }

    @Test
    void policy_treatsTheCablesOfThisRelay() throws Exception {
        mesh.register(2, MeshState.verified("x@h2", x.getLocalPort()));
        PeerRelay h1 = start(1, Map.of(Key.RELAY, "module"));
        get(
                h1.control()
                        .govern((source, target) ->
                                source.equals("client@h1") && target.equals("x@h2")
                                        ? new Treatment.Reset()
                                        : Treatment.OPEN));
        try (Socket source = new Socket(LOOPBACK, between(h1, "x@h2").port())) {
            assertThatThrownBy(() -> source.getInputStream().read())
                    .isInstanceOf(SocketException.class);
        }
    }

    @Test
    void relayPort_thatIsTaken_isRefusedInASentence() {
        String taken = "" + x.getLocalPort();
        assertThatIOException()
                .isThrownBy(() -> start(1, Map.of(Key.RELAY, "all", Key.RELAY_PORT, taken)))
                .withMessageMatching(
                        "relay-port: cannot listen on 127.0.0.1:%s: .*in use.* \\(expected: a free port\\)"
                                .formatted(taken));
    }

    private PeerRelay start(int number, Map<Key, String> settings) throws Exception {
        return start(number, settings, TunnelKey.of(Optional.empty()));
    }

    private PeerRelay start(int number, Map<Key, String> settings, TunnelKey key) throws Exception {
        Map<Key, String> flags = new EnumMap<>(Key.class);
        flags.put(Key.HOST_NAME, "h" + number);
        flags.put(Key.RELAY_PORT, "0");
        flags.putAll(settings);
        HostFacts facts =
                new HostFacts(
                        List.of("h" + number),
                        List.of(),
                        Map.of("mesh", List.of(MESH), "mesh.local", List.of(MESH)),
                        temp);
        PeerRelay relay =
                PeerRelay.start(
                        Configuration.of(Sources.read(flags, Optional.empty(), Map.of()), facts),
                        key,
                        mesh.lookup(number),
                        name -> number == 2 ? local(name) : Optional.empty(),
                        SourceFinder.NONE);
        running.add(relay);
        mesh.describe(
                number,
                new PeerDescription(
                        4369,
                        "1",
                        "127.0.0.1:4370",
                        List.of("h" + number),
                        List.of("127.0.0.1"),
                        relay.port()));
        return relay;
    }

    private Optional<LocalNode> local(String name) {
        return mesh.table(2)
                .lookupHere(name)
                .map(entry ->
                        new LocalNode(
                                entry.node(),
                                !entry.node().host().startsWith("mesh"),
                                Optional.empty(),
                                entry.port()));
    }

    private MeshKey newKey(String name) throws IOException {
        Path file = temp.resolve(name);
        MeshKey.create(file);
        return MeshKey.read(file);
    }

    private Way between(PeerRelay relay, String node) throws Exception {
        return get(relay.ways()
                        .between(
                                Optional.of("client@h1"),
                                node,
                                mesh.table(1).lookup(NodeName.parse(node)),
                                LOOPBACK))
                .orElseThrow();
    }

    /// A node connects and says who it is, and `x` hears it.
    private void assertReached(int port, InetAddress at) throws IOException {
        Socket source = connect(at, port);
        Socket reached = x.accept();
        open.add(source); // or the collector would close them
        open.add(reached);
        reached.setSoTimeout(PATIENCE_MILLIS);
        assertThat(reached.getInputStream().readNBytes(hello().length)).isEqualTo(hello());
        reached.getOutputStream().write(7);
        assertThat(source.getInputStream().read()).isEqualTo(7);
    }

    private static Socket connect(InetAddress address, int port) throws IOException {
        Socket socket = new Socket(address, port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.getOutputStream().write(hello());
        return socket;
    }

    /// The first message of a node of OTP 23 or newer.
    private static byte[] hello() {
        byte[] name = "a@mesh".getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(2 + 1 + 8 + 4 + 2 + name.length)
                .putShort((short) (1 + 8 + 4 + 2 + name.length))
                .put((byte) 'N')
                .putLong(4)
                .putInt(17)
                .putShort((short) name.length)
                .put(name)
                .array();
    }

    /// Asked again where an answer took longer than a relay waits for it.
    private static MeshCables cablesOfAll(CableControl control) throws Exception {
        List<MeshCables> whole = new ArrayList<>();
        Await.until(
                "nobody is silent",
                () -> {
                    MeshCables cables = control.meshCables().toCompletableFuture().join();
                    if (cables.silent().isEmpty()) {
                        whole.add(cables);
                    }
                    return !whole.isEmpty();
                });
        return whole.getFirst();
    }

    private static int port(CompletionStage<OptionalInt> opened) throws Exception {
        return get(opened).orElseThrow();
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }
}
