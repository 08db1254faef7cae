package io.epmesh.node.session;

import static io.epmesh.node.session.Request.Cut.Treatment.RESET;
import static io.epmesh.node.session.Request.Cut.Treatment.STALL;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.epmesh.node.cables.Way;
import io.epmesh.node.config.Setting;
import io.epmesh.node.naming.EventHistory;
import io.epmesh.node.naming.EventId;
import io.epmesh.node.naming.NameUpdate;
import io.epmesh.node.naming.NameVersion;
import io.epmesh.node.naming.NodeEntry;
import io.epmesh.node.naming.NodeName;
import io.epmesh.node.naming.Samples;
import io.epmesh.node.naming.Scope;
import io.epmesh.node.naming.Spells;
import io.epmesh.node.naming.Status;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MeshCodecTest {
    /// What version 0.1 does not tell at the end of a status.
    private static final int SPELLS_BYTES = 9 + 4 + 9 + 9;

    private static final NameVersion VERSION =
            new NameVersion(0x8899aabbccddeeffL, 0x0102030405060708L);

    private static final Request.Sides SIDES =
            new Request.Sides(List.of("a@h1", "b@h1"), List.of("*@h2"));

    private static final Map<String, Request> REQUESTS =
            new TreeMap<>(
                    Map.ofEntries(
                            Map.entry("names", new Request.Names(Scope.MESH, Optional.empty())),
                            Map.entry(
                                    "names-local-match",
                                    new Request.Names(Scope.LOCAL, Optional.of("räbbit*"))),
                            Map.entry("lookup", new Request.Lookup("a@h1")),
                            Map.entry("peers", new Request.Peers()),
                            Map.entry("mappings", new Request.Mappings()),
                            Map.entry(
                                    "add-mapping",
                                    new Request.AddMapping("b@h2", Optional.of("db"), 8002)),
                            Map.entry(
                                    "add-mapping-no-host",
                                    new Request.AddMapping("b@h2", Optional.empty(), 65535)),
                            Map.entry("remove-mapping", new Request.RemoveMapping("b@h2")),
                            Map.entry("status", new Request.AskStatus()),
                            Map.entry("forget", new Request.Forget("h3")),
                            Map.entry("leave", new Request.Leave()),
                            Map.entry("config", new Request.ShowConfig()),
                            Map.entry("ping", new Request.Ping()),
                            Map.entry("cut", cut(false, STALL, Optional.of(600_000L))),
                            Map.entry("cut-one-way", cut(true, STALL, Optional.empty())),
                            Map.entry("cut-reset", cut(false, RESET, Optional.of(1_000L))),
                            Map.entry("fix", new Request.Fix(Optional.of(SIDES))),
                            Map.entry("fix-all", new Request.Fix(Optional.empty())),
                            Map.entry(
                                    "slow",
                                    new Request.Slow(SIDES, true, 50, 5, Optional.of(600_000L))),
                            Map.entry("cables", new Request.Cables()),
                            Map.entry(
                                    "watch", new Request.Watch(Optional.empty(), Optional.empty())),
                            Map.entry(
                                    "watch-resume",
                                    new Request.Watch(
                                            Optional.of("rabbit*@*"), Optional.of(VERSION))),
                            Map.entry("events", new Request.Events(Optional.empty(), false)),
                            Map.entry(
                                    "events-resume",
                                    new Request.Events(
                                            Optional.of(
                                                    new EventId(0x8899aabb, 0x0102030405060708L)),
                                            true)),
                            Map.entry("unwatch", new Request.Unwatch(0xfffffffeL)),
                            Map.entry("way", new Request.Way("b@h2", Request.Family.IPV6)),
                            Map.entry(
                                    "register",
                                    new Request.Register(
                                            "a@h1",
                                            40001,
                                            77,
                                            new NodeEntry.Protocol(6, 5, 0),
                                            Optional.empty(),
                                            Optional.empty())),
                            Map.entry(
                                    "register-again",
                                    new Request.Register(
                                            "a",
                                            40001,
                                            72,
                                            new NodeEntry.Protocol(6, 5, 1),
                                            Optional.of(0xfedcba98L),
                                            Optional.of(Samples.ID_2)))));

    private static Request cut(
            boolean oneWay, Request.Cut.Treatment treatment, Optional<Long> lasts) {
        return new Request.Cut(SIDES, oneWay, treatment, lasts);
    }

    private record Answered(int requestType, Answer answer) {}

    private static final Map<String, Answered> ANSWERS =
            new TreeMap<>(
                    Map.ofEntries(
                            Map.entry(
                                    "names",
                                    new Answered(
                                            MessageType.NAMES,
                                            new Answer.Nodes(
                                                    true, List.of(Samples.LIVE, Samples.MAPPED)))),
                            Map.entry(
                                    "lookup",
                                    new Answered(
                                            MessageType.LOOKUP,
                                            new Answer.Found(Optional.of(Samples.LIVE)))),
                            Map.entry(
                                    "lookup-nothing",
                                    new Answered(
                                            MessageType.LOOKUP,
                                            new Answer.Found(Optional.empty()))),
                            Map.entry(
                                    "peers",
                                    new Answered(
                                            MessageType.PEERS,
                                            new Answer.Peers(
                                                    false, List.of(Samples.SELF, Samples.SILENT)))),
                            Map.entry(
                                    "mappings",
                                    new Answered(
                                            MessageType.MAPPINGS,
                                            new Answer.Mappings(false, List.of(Samples.MAPPING)))),
                            Map.entry(
                                    "status",
                                    new Answered(
                                            MessageType.STATUS,
                                            new Answer.StatusIs(Samples.DIVERGED))),
                            Map.entry(
                                    "events",
                                    new Answered(
                                            MessageType.EVENTS,
                                            new Answer.Events(
                                                    true,
                                                    EventHistory.begin(0x8899aabb)
                                                            .next(
                                                                    Samples.AT,
                                                                    List.of(Samples.REGISTERED))
                                                            .after(Optional.empty())))),
                            Map.entry(
                                    "config",
                                    new Answered(
                                            MessageType.CONFIG,
                                            new Answer.Settings(
                                                    false,
                                                    List.of(
                                                            new Setting(
                                                                    "http", "off", "default"))))),
                            Map.entry(
                                    "way",
                                    new Answered(
                                            MessageType.WAY,
                                            new Answer.WayIs(Optional.of(new Way("::1", 40_001))))),
                            Map.entry(
                                    "add-mapping",
                                    new Answered(MessageType.ADD_MAPPING, new Answer.Done())),
                            Map.entry(
                                    "watch-snapshot",
                                    new Answered(
                                            MessageType.WATCH,
                                            new Answer.Watched(
                                                    new NameUpdate(
                                                            NameUpdate.Kind.SNAPSHOT,
                                                            true,
                                                            VERSION,
                                                            List.of(Samples.LIVE, Samples.MAPPED),
                                                            List.of())))),
                            Map.entry(
                                    "watch-changes",
                                    new Answered(
                                            MessageType.WATCH,
                                            new Answer.Watched(
                                                    new NameUpdate(
                                                            NameUpdate.Kind.CHANGES,
                                                            false,
                                                            VERSION,
                                                            List.of(Samples.LIVE),
                                                            List.of(
                                                                    NodeName.parse("c@h3"),
                                                                    NodeName.parse(
                                                                            "räbbit@h3")))))),
                            Map.entry(
                                    "unwatch",
                                    new Answered(MessageType.UNWATCH, new Answer.Done())),
                            Map.entry(
                                    "register",
                                    new Answered(
                                            MessageType.REGISTER,
                                            new Answer.Registered(0xfedcba98L, Samples.ID_2))),
                            Map.entry(
                                    "cut",
                                    new Answered(
                                            MessageType.CUT,
                                            new Answer.Ordered(false, Samples.REMARKS))),
                            Map.entry(
                                    "fix",
                                    new Answered(
                                            MessageType.FIX, new Answer.Ordered(false, List.of()))),
                            Map.entry(
                                    "cables",
                                    new Answered(
                                            MessageType.CABLES,
                                            new Answer.Cables(
                                                    true, CableRow.rows(Samples.CABLES)))),
                            Map.entry(
                                    "error-taken",
                                    new Answered(
                                            MessageType.REGISTER,
                                            Answer.Failure.of(ErrorCode.TAKEN, "a is taken"))),
                            Map.entry(
                                    "error",
                                    new Answered(
                                            MessageType.FORGET,
                                            Answer.Failure.of(
                                                    ErrorCode.OUTCOME_UNKNOWN, "too slow")))));

    static List<String> requests() {
        return List.copyOf(REQUESTS.keySet());
    }

    static List<String> answers() {
        return List.copyOf(ANSWERS.keySet());
    }

    @ParameterizedTest
    @MethodSource("requests")
    void request_golden_bothWays(String name) throws IOException {
        Request request = requireNonNull(REQUESTS.get(name));
        byte[] bytes = MeshCodec.encodeRequest(0x01020304L, request).encode();

        assertThat(bytes).isEqualTo(golden("request-" + name, bytes));
        assertThat(MeshCodec.decodeRequest(frame(bytes))).contains(request);
    }

    @ParameterizedTest
    @MethodSource("answers")
    void answer_golden_bothWays(String name) throws IOException {
        Answered answered = requireNonNull(ANSWERS.get(name));
        byte[] bytes =
                MeshCodec.encodeAnswer(answered.requestType(), 0xfffffffeL, answered.answer())
                        .encode();

        assertThat(bytes).isEqualTo(golden("answer-" + name, bytes));
        assertThat(frame(bytes).request()).isEqualTo(0xfffffffeL);
        assertThat(MeshCodec.decodeAnswer(frame(bytes))).isEqualTo(answered.answer());
    }

    @ParameterizedTest
    @MethodSource("answers")
    void decodeAnswer_cutAnywhere_isMalformed(String name) {
        Answered answered = requireNonNull(ANSWERS.get(name));
        Frame whole = MeshCodec.encodeAnswer(answered.requestType(), 1, answered.answer());
        for (int length = 0; length < whole.body().remaining(); length++) {
            if (name.equals("status") && length == whole.body().remaining() - SPELLS_BYTES) {
                continue; // as whole as that of version 0.1
            }
            Frame cut = new Frame(whole.type(), 1, whole.body().duplicate().limit(length).slice());
            assertThatExceptionOfType(MalformedException.class)
                    .isThrownBy(() -> MeshCodec.decodeAnswer(cut));
        }
    }

    @Test
    void decodeAnswer_statusOfAnEarlierVersion_tellsLess() throws IOException {
        Frame frame = frame(golden("answer-status-0.1", new byte[0]));
        Status full = Samples.DIVERGED;
        List<Status.Group> bare =
                full.groups().stream()
                        .map(group ->
                                new Status.Group(
                                        group.digest(),
                                        group.peers().stream().map(MeshCodecTest::bare).toList()))
                        .toList();

        assertThat(MeshCodec.decodeAnswer(frame))
                .isEqualTo(
                        new Answer.StatusIs(
                                new Status(
                                        full.self(),
                                        false,
                                        bare,
                                        full.silent(),
                                        Spells.Summary.NONE)));
    }

    private static Status.PeerRef bare(Status.PeerRef peer) {
        return new Status.PeerRef(peer.id(), peer.host());
    }

    @ParameterizedTest
    @MethodSource("requests")
    void decodeRequest_cutAnywhere_isMalformed(String name) {
        Frame whole = MeshCodec.encodeRequest(1, requireNonNull(REQUESTS.get(name)));
        for (int length = 0; length < whole.body().remaining(); length++) {
            Frame cut = new Frame(whole.type(), 1, whole.body().duplicate().limit(length).slice());
            assertThatExceptionOfType(MalformedException.class)
                    .isThrownBy(() -> MeshCodec.decodeRequest(cut));
        }
    }

    @ParameterizedTest
    @MethodSource("answers")
    void decodeAnswer_fieldsOfALaterVersion_areIgnored(String name) {
        Answered answered = requireNonNull(ANSWERS.get(name));
        Frame whole = MeshCodec.encodeAnswer(answered.requestType(), 1, answered.answer());
        ByteBuffer longer =
                ByteBuffer.allocate(whole.body().remaining() + 3).put(whole.body().duplicate());

        assertThat(MeshCodec.decodeAnswer(new Frame(whole.type(), 1, longer.rewind())))
                .isEqualTo(answered.answer());
    }

    @Test
    void decodeAnswer_recordOfALaterVersion_skipsItsNewFields() {
        FieldWriter one = new FieldWriter();
        EntryCodec.node(one, Samples.LIVE);
        ByteBuffer node = one.toBuffer();
        FieldWriter body = new FieldWriter().bool(false).u32(2);
        for (int i = 0; i < 2; i++) {
            body.u32(node.remaining() - 4 + 2);
            for (int at = 4; at < node.remaining(); at++) {
                body.u8(node.get(at));
            }
            body.u16(0xabcd);
        }

        assertThat(
                        MeshCodec.decodeAnswer(
                                new Frame(
                                        MessageType.ANSWER + MessageType.NAMES,
                                        1,
                                        body.toBuffer())))
                .isEqualTo(new Answer.Nodes(false, List.of(Samples.LIVE, Samples.LIVE)));
    }

    @Test
    void encodeNode_everyEnumValue_comesBack() {
        for (NodeEntry.Source source : NodeEntry.Source.values()) {
            for (NodeEntry.Standing standing : NodeEntry.Standing.values()) {
                NodeEntry node =
                        new NodeEntry(
                                Samples.LIVE.node(),
                                NodeEntry.HostIs.ASSUMED,
                                "x",
                                1,
                                NodeEntry.Type.HIDDEN,
                                source,
                                NodeEntry.State.ORPHANED,
                                Optional.empty(),
                                Samples.LIVE.creation(),
                                Samples.LIVE.since(),
                                NodeEntry.Protocol.UNREGISTERED,
                                standing);
                FieldWriter out = new FieldWriter();
                EntryCodec.node(out, node);
                assertThat(EntryCodec.node(new FieldReader(out.toBuffer()))).isEqualTo(node);
            }
        }
    }

    @Test
    void hello_golden_bothWays() throws IOException {
        Hello hello = new Hello(1, 3, "a@h1", "secret", 5);
        byte[] bytes = MeshCodec.encodeHello(hello);

        assertThat(bytes).isEqualTo(golden("hello", bytes));
        assertThat(MeshCodec.decodeHello(ByteBuffer.wrap(bytes, 2, bytes.length - 2)))
                .isEqualTo(hello);
    }

    @Test
    void welcome_golden_bothWays() throws IOException {
        Welcome welcome = new Welcome(1, Samples.ID_1, "epmesh", "0.1.0", 0);
        byte[] bytes = MeshCodec.encodeWelcome(welcome).encode();

        assertThat(bytes).isEqualTo(golden("welcome", bytes));
        assertThat(MeshCodec.decodeWelcome(frame(bytes))).isEqualTo(welcome);
    }

    @Test
    void decodeRequest_unknownType_isEmpty() {
        assertThat(MeshCodec.decodeRequest(new Frame(31, 1, ByteBuffer.allocate(0)))).isEmpty();
    }

    @Test
    void list_countBeyondTheBytes_isRefusedBeforeAllocation() {
        ByteBuffer body = ByteBuffer.allocate(9).put((byte) 0).putInt(0x7fffffff).rewind();

        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> MeshCodec.decodeAnswer(new Frame(129, 1, body)))
                .withMessage(
                        "nodes: 2147483647 elements (expected: at most 2 in the 4 bytes that are"
                                + " left)");
    }

    @Test
    void string_notUtf8_isMalformed() {
        ByteBuffer body = ByteBuffer.wrap(new byte[] {0, 2, (byte) 0xc3, 0x28});

        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> MeshCodec.decodeRequest(new Frame(2, 1, body)))
                .withMessage("node: 2 bytes (expected: UTF-8)");
    }

    @Test
    void string_tooLong_isCutAtACodePoint() {
        ByteBuffer bytes = new FieldWriter().string("a" + "ä".repeat(40_000)).toBuffer();

        String read = new FieldReader(bytes).string("text");
        assertThat(read).isEqualTo("a" + "ä".repeat(32_767));
        assertThat(read.getBytes(StandardCharsets.UTF_8)).hasSize(65_535);
    }

    @Test
    void checkLength_outOfRange_isMalformed() {
        assertThat(Frame.checkLength(5, 10)).isEqualTo(5);
        assertThat(Frame.checkLength(10, 10)).isEqualTo(10);
        for (int length : new int[] {0, 4, 11, -1}) {
            assertThatExceptionOfType(MalformedException.class)
                    .isThrownBy(() -> Frame.checkLength(length, 10));
        }
    }

    private static Frame frame(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        assertThat(buffer.getInt()).isEqualTo(buffer.remaining());
        return Frame.decode(buffer);
    }

    /// Reads a golden file: hexadecimal digits, white space between, comments behind `#`.
    private static byte[] golden(String name, byte[] actual) throws IOException {
        String file = "/golden/session/" + name + ".hex";
        try (InputStream in = MeshCodecTest.class.getResourceAsStream(file)) {
            assertThat(in)
                    .withFailMessage("%s is missing; bytes: %s", file, hex(actual))
                    .isNotNull();
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return HexFormat.of().parseHex(text.replaceAll("#.*", "").replaceAll("\\s", ""));
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
