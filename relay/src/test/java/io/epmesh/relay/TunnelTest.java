package io.epmesh.relay;

import static io.epmesh.relay.Nodes.LOOPBACK;
import static io.epmesh.relay.Nodes.accept;
import static io.epmesh.relay.Nodes.address;
import static io.epmesh.relay.Nodes.assertSilent;
import static io.epmesh.relay.Nodes.await;
import static io.epmesh.relay.Nodes.connect;
import static io.epmesh.relay.Nodes.get;
import static io.epmesh.relay.Nodes.greeting;
import static io.epmesh.relay.Nodes.read;
import static io.epmesh.relay.Nodes.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CorruptedFrameException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Cables between two relays with mutual TLS.
class TunnelTest {
    private static final Treatment CUT =
            new Treatment.Carry(new Passage.Stalled(), new Passage.Stalled());

    @TempDir private static Path directory;
    private static TunnelSettings.Tls key;
    private static TunnelSettings.Tls foreignKey;

    /// Of the pairs: the collector would close those that a test does not look at.
    private final List<Socket> sockets = new ArrayList<>();

    private ServerSocket target;
    private Relay here;
    private Relay there;

    @BeforeAll
    static void makeKeys() throws Exception {
        key = TunnelKeys.make(directory, "mesh");
        foreignKey = TunnelKeys.make(directory, "foreign");
    }

    @BeforeEach
    void start() throws Exception {
        target = Nodes.listening();
        here = Relay.start(Optional.of(settings(key)), RelayLimits.DEFAULTS, SourceFinder.NONE);
        there = Relay.start(Optional.of(settings(key)), RelayLimits.DEFAULTS, SourceFinder.NONE);
        // The first handshake of a process takes longest: here it may, where a cable has 5 s.
        assertThat(listing(here, there).total()).isZero();
    }

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        here.close();
        there.close();
        target.close();
    }

    @Test
    void cable_throughTheTunnel_carriesBytesAndHalfClose() throws Exception {
        Pair pair = join();
        send(pair.target(), "pong");
        assertThat(read(pair.source(), 4)).isEqualTo("pong");
        pair.source().shutdownOutput();
        assertThat(pair.target().getInputStream().read()).isEqualTo(-1);
        byte[] much = new byte[4 << 20];
        much[much.length - 1] = 7;
        Thread sender =
                Thread.startVirtualThread(() -> {
                    try (Socket socket = pair.target()) {
                        send(socket, much);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
        assertThat(pair.source().getInputStream().readNBytes(much.length)).isEqualTo(much);
        assertThat(pair.source().getInputStream().read()).isEqualTo(-1);
        sender.join();
        await("no cable", () -> cables(here).isEmpty() && cables(there).isEmpty());
    }

    @Test
    void cable_throughTheTunnel_hasTheSameNamesAtBothRelays() throws Exception {
        join();
        for (Relay relay : List.of(here, there)) {
            assertThat(cables(relay)).hasSize(1);
            assertThat(cables(relay).getFirst().source()).isEqualTo("a@h1");
            assertThat(cables(relay).getFirst().target()).isEqualTo("b@h2");
        }
    }

    /// A handshake takes milliseconds, in which the loop carried no cable's bytes; a stranger can
    /// ask for many.
    @Test
    void handshakes_areNotComputedByTheLoop() throws Exception {
        join();
        assertThat(NotingTrust.threads())
                .isNotEmpty()
                .allMatch(thread -> thread.startsWith("relay-tls"));
    }

    @Test
    void cut_atEitherRelay_withholdsBytes() throws Exception {
        for (Relay relay : List.of(here, there)) {
            Pair pair = join();
            govern(relay, CUT);
            send(pair.source(), "held");
            assertSilent(pair.target());
            govern(relay, Treatment.OPEN);
            assertThat(read(pair.target(), 4)).isEqualTo("held");
        }
    }

    @Test
    void relay_thatEnds_resetsItsCablesAtBothEnds() throws Exception {
        Pair pair = join();
        there.close();
        assertThatThrownBy(() -> pair.source().getInputStream().read())
                .isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> pair.target().getInputStream().read())
                .isInstanceOf(SocketException.class);
    }

    @Test
    void node_thatTheOtherRelayDoesNotKnow_resetsTheSource() throws Exception {
        try (Socket source = connect(open(there, "nobody@h2"))) {
            send(source, greeting("a@h1"));
            assertThatThrownBy(() -> source.getInputStream().read())
                    .isInstanceOf(SocketException.class);
        }
    }

    @Test
    void relay_withAnotherKey_isNotLetIn() throws Exception {
        try (Relay foreign =
                Relay.start(
                        Optional.of(settings(foreignKey)),
                        RelayLimits.DEFAULTS,
                        SourceFinder.NONE)) {
            Route route = route(there, "b@h2");
            int port = ((OpenResult.Opened) get(foreign.open(route))).port();
            try (Socket source = connect(port)) {
                send(source, greeting("a@h1"));
                assertThatThrownBy(() -> source.getInputStream().read())
                        .isInstanceOf(SocketException.class);
            }
            assertThat(cables(there)).isEmpty();
        }
    }

    @Test
    void garbage_atAPortWithoutKey_isAnsweredAsMalformed() throws Exception {
        try (Relay plain =
                        Relay.start(
                                Optional.of(plainSettings()),
                                RelayLimits.DEFAULTS,
                                SourceFinder.NONE);
                Socket stranger = connect(plain.tunnelPort().orElseThrow())) {
            send(stranger, "GET / HTTP/1.1\r\n");
            assertThat(stranger.getInputStream().read()).isEqualTo(TunnelAnswer.MALFORMED.code());
        }
    }

    @Test
    void request_inAVersionThatIsNotSpoken_isAnsweredWithThoseThatAre() throws Exception {
        try (Relay plain = plain(new TunnelVersions(2, 5));
                Socket stranger = connect(plain.tunnelPort().orElseThrow())) {
            send(stranger, HexFormat.of().parseHex("65720602"));
            assertThat(stranger.getInputStream().readAllBytes()).containsExactly(4, 2, 5);
        }
    }

    /// Hosts are upgraded one by one.
    @Test
    void relays_ofNeighbouringVersions_joinCablesBothWays() throws Exception {
        Relay older = here;
        try (Relay newer = relay(new TunnelVersions(1, 2))) {
            here = newer;
            Pair forth = join(older);
            assertThat(listing(newer, older).total()).isEqualTo(1);
            here = older;
            Pair back = join(newer);
            assertThat(listing(older, newer).total()).isEqualTo(2);
            for (Pair pair : List.of(forth, back)) {
                send(pair.source(), "x");
                assertThat(read(pair.target(), 1)).isEqualTo("x");
            }
        }
    }

    @Test
    void relays_withoutACommonVersion_resetTheSource() throws Exception {
        try (Relay newer = relay(new TunnelVersions(2, 3));
                Socket source = connect(open(newer, "b@h2"))) {
            send(source, greeting("a@h1"));
            assertThatThrownBy(() -> source.getInputStream().read())
                    .isInstanceOf(SocketException.class);
            assertThat(cablesOf(here, newer)).isEmpty();
            assertThat(cablesOf(newer, here)).isEmpty();
        }
    }

    @Test
    void relay_thatSaysNoMoreThanMalformed_isAskedInVersionOne() throws Exception {
        try (Relay newer = plain(new TunnelVersions(1, 2));
                ServerSocket old = Nodes.listening()) {
            var listing = newer.cablesOf(address(old)).toCompletableFuture();
            try (Socket first = accept(old)) {
                assertThat(first.getInputStream().readNBytes(4)).containsExactly(0x65, 0x72, 2, 2);
                send(first, new byte[] {TunnelAnswer.MALFORMED.code()});
            }
            try (Socket second = accept(old)) {
                assertThat(second.getInputStream().readNBytes(4)).containsExactly(0x65, 0x72, 1, 2);
                send(second, new byte[] {0, 0, 0, 0, 4, 0, 0, 0, 7});
                assertThat(get(listing).orElseThrow().total()).isEqualTo(7);
            }
        }
    }

    @Test
    void versions_common_isTheHighestOfBoth() {
        TunnelVersions middle = new TunnelVersions(3, 5);
        assertThat(middle.common(new TunnelVersions(1, 9))).hasValue(5);
        assertThat(middle.common(new TunnelVersions(1, 3))).hasValue(3);
        assertThat(middle.common(new TunnelVersions(4, 4))).hasValue(4);
        assertThat(middle.common(new TunnelVersions(1, 2))).isEmpty();
        assertThat(middle.common(new TunnelVersions(6, 7))).isEmpty();
        assertThat(middle.common(new TunnelVersions(9, 1))).as("nonsense").isEmpty();
    }

    @Test
    void strangers_beyondTheLimit_giveWayToTheNewest() throws Exception {
        try (Relay plain =
                        Relay.start(
                                Optional.of(plainSettings()),
                                RelayLimits.DEFAULTS,
                                SourceFinder.NONE);
                Socket oldest = connect(plain.tunnelPort().orElseThrow())) {
            send(oldest, new byte[] {0x65});
            List<Socket> others = new ArrayList<>();
            for (int i = 0; i < TunnelPort.MAX_STRANGERS; i++) {
                others.add(connect(plain.tunnelPort().orElseThrow()));
            }
            assertThat(oldest.getInputStream().read()).isEqualTo(-1);
            for (Socket other : others) {
                other.close();
            }
        }
    }

    @Test
    void request_byteByByte_isReadWhenItIsWhole() {
        byte[] bytes = HexFormat.of().parseHex("65720101000461406831000462406832");
        ByteBuf in = Unpooled.buffer();
        for (int i = 0; i < bytes.length; i++) {
            assertThat(TunnelCodec.decode(in, TunnelVersions.OURS)).isEmpty();
            in.writeByte(bytes[i]);
        }
        assertThat(TunnelCodec.decode(in, TunnelVersions.OURS))
                .contains(new TunnelRequest.Join("a@h1", "b@h2"));
        assertThat(in.isReadable()).isFalse();
        ByteBuf out = Unpooled.buffer();
        TunnelCodec.encode(new TunnelRequest.Join("a@h1", "b@h2"), 1, out);
        assertThat(out).isEqualTo(Unpooled.wrappedBuffer(bytes));
    }

    @Test
    void request_withBadFields_isMalformed() {
        for (String hex :
                List.of(
                        "65720201",
                        "00000101",
                        "65720103",
                        "657201010000",
                        "65720101ffff",
                        "6572010100018000")) {
            ByteBuf in = Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
            assertThatThrownBy(() -> TunnelCodec.decode(in, TunnelVersions.OURS))
                    .as(hex)
                    .isInstanceOf(CorruptedFrameException.class);
        }
    }

    @Test
    void otherRelay_isAskedForItsCables() throws Exception {
        join();
        CableListing listing = listing(here, there);
        assertThat(listing.total()).isEqualTo(1);
        assertThat(listing.cables())
                .extracting(CableView::source, CableView::target, CableView::state)
                .containsExactly(tuple("a@h1", "b@h2", CableView.State.JOINED));
    }

    @Test
    void relay_ofAnotherMesh_isNotToldTheCables() throws Exception {
        join();
        try (Relay foreign =
                Relay.start(
                        Optional.of(settings(foreignKey)),
                        RelayLimits.DEFAULTS,
                        SourceFinder.NONE)) {
            assertThat(cablesOf(foreign, there)).isEmpty();
        }
    }

    @Test
    void relay_thatIsGone_hasNoListing() throws Exception {
        InetSocketAddress tunnel = tunnel(there);
        there.close();
        assertThat(get(here.cablesOf(tunnel))).isEmpty();
    }

    @Test
    void relay_thatSaysNothing_hasNoListing_beforeLong() throws Exception {
        assertThat(get(here.cablesOf(address(target)))).isEmpty();
    }

    @Test
    void frames_inAnyPieces_areUnwrapped() {
        byte[] bytes = HexFormat.of().parseHex("00000003616263000000016400000000");
        for (int piece : new int[] {1, 2, 3, 5, 7, bytes.length}) {
            EmbeddedChannel channel = new EmbeddedChannel(new TunnelFrames());
            for (int at = 0; at < bytes.length; at += piece) {
                int length = Math.min(piece, bytes.length - at);
                channel.writeInbound(Unpooled.copiedBuffer(bytes, at, length));
            }
            StringBuilder read = new StringBuilder();
            for (ByteBuf part = channel.readInbound(); part != null; part = channel.readInbound()) {
                read.append(part.toString(StandardCharsets.UTF_8));
                part.release();
            }
            assertThat(read.toString()).isEqualTo("abcd");
            assertThat(channel.finish()).isFalse();
        }
    }

    @Test
    void frame_longerThanAllowed_isMalformed() {
        EmbeddedChannel channel = new EmbeddedChannel(new TunnelFrames());
        assertThatThrownBy(() ->
                        channel.writeInbound(Unpooled.copyInt(TunnelFrames.MAX_FRAME_BYTES + 1)))
                .isInstanceOf(CorruptedFrameException.class);
        assertThat(channel.finish()).isFalse();
    }

    private record Pair(Socket source, Socket target) {}

    private Pair join() throws Exception {
        return join(there);
    }

    private Pair join(Relay far) throws Exception {
        Socket source = connect(open(far, "b@h2"));
        byte[] greeting = greeting("a@h1");
        send(source, greeting);
        Socket reached = accept(target);
        sockets.addAll(List.of(source, reached));
        assertThat(reached.getInputStream().readNBytes(greeting.length)).isEqualTo(greeting);
        return new Pair(source, reached);
    }

    private int open(Relay far, String name) throws Exception {
        OpenResult result = get(here.open(route(far, name)));
        return ((OpenResult.Opened) result).port();
    }

    private static Route route(Relay far, String name) {
        return new Route(
                LOOPBACK, name, new Place.Far(tunnel(far)), Optional.empty(), "unknown@h1");
    }

    private static InetSocketAddress tunnel(Relay relay) {
        return new InetSocketAddress(LOOPBACK, relay.tunnelPort().orElseThrow());
    }

    private static Optional<CableListing> cablesOf(Relay asking, Relay asked) throws Exception {
        return get(asking.cablesOf(tunnel(asked)));
    }

    /// Asked again where the answer took longer than a relay waits for it.
    private static CableListing listing(Relay asking, Relay asked) throws Exception {
        List<CableListing> listings = new ArrayList<>();
        await(
                "a listing",
                () -> {
                    cablesOf(asking, asked).ifPresent(listings::add);
                    return !listings.isEmpty();
                });
        return listings.getFirst();
    }

    private static void govern(Relay relay, Treatment treatment) throws Exception {
        get(relay.govern((_, _) -> treatment));
    }

    private static List<CableView> cables(Relay relay) throws Exception {
        return get(relay.cables());
    }

    private Relay relay(TunnelVersions versions) throws IOException {
        return Relay.start(
                Optional.of(settings(key)), versions, RelayLimits.DEFAULTS, SourceFinder.NONE);
    }

    private Relay plain(TunnelVersions versions) throws IOException {
        return Relay.start(
                Optional.of(plainSettings()), versions, RelayLimits.DEFAULTS, SourceFinder.NONE);
    }

    private TunnelSettings settings(TunnelSettings.Tls tls) {
        return new TunnelSettings(
                new InetSocketAddress(LOOPBACK, 0), () -> Optional.of(tls), this::find);
    }

    private TunnelSettings plainSettings() {
        return new TunnelSettings(new InetSocketAddress(LOOPBACK, 0), Optional::empty, this::find);
    }

    private Optional<Place.Near> find(String name) {
        return name.equals("b@h2")
                ? Optional.of(new Place.Near(List.of(address(target))))
                : Optional.empty();
    }
}
