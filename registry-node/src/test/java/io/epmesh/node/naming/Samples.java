package io.epmesh.node.naming;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Values for tests, each field different from the others.
public final class Samples {
    /// Id of the peer that answers.
    public static final String ID_1 = "00112233445566778899aabbccddeeff";

    /// Id of another peer.
    public static final String ID_2 = "ffeeddccbbaa99887766554433221100";

    /// A live node.
    public static final NodeEntry LIVE =
            new NodeEntry(
                    NodeName.parse("a@h1"),
                    NodeEntry.HostIs.VERIFIED,
                    "10.0.0.1",
                    40001,
                    NodeEntry.Type.NORMAL,
                    NodeEntry.Source.LIVE,
                    NodeEntry.State.UP,
                    Optional.of(ID_1),
                    OptionalLong.of(0xfedcba98L),
                    Instant.ofEpochMilli(1_763_637_188_123L),
                    NodeEntry.Protocol.MODERN,
                    NodeEntry.Standing.SOLE);

    /// A mapping as a node.
    public static final NodeEntry MAPPED =
            new NodeEntry(
                    NodeName.parse("b@h2"),
                    NodeEntry.HostIs.ASSUMED,
                    "2001:db8::2",
                    8002,
                    NodeEntry.Type.HIDDEN,
                    NodeEntry.Source.MAPPING,
                    NodeEntry.State.ORPHANED,
                    Optional.empty(),
                    OptionalLong.empty(),
                    Instant.ofEpochMilli(0),
                    new NodeEntry.Protocol(6, 5, 1),
                    NodeEntry.Standing.LOSER);

    /// When samples of events are.
    public static final Instant AT = Instant.ofEpochMilli(1_763_637_188_123L);

    /// An event of a node, before its place in the history.
    public static final Event.Draft REGISTERED =
            Event.Draft.of(Event.Kind.REGISTERED).with("node", "a@h1").with("port", 40001);

    /// What an order may not do yet.
    public static final List<CutResult.Remark> REMARKS =
            List.of(
                    new CutResult.Remark(CutResult.Remark.Kind.NO_CABLE, "a@h1", "b@h2"),
                    new CutResult.Remark(CutResult.Remark.Kind.UNATTRIBUTED, "unknown@h1", "c@h2"),
                    new CutResult.Remark(CutResult.Remark.Kind.SILENT, "h3 (" + ID_2 + ")", ""));

    /// Cables and cuts.
    public static final CableList CABLES =
            new CableList(
                    List.of(
                            new CutEntry(
                                    NodePair.of(NodePattern.parse("a@h1"), NodePattern.parse("h2")),
                                    new Effect.Slow(Duration.ofMillis(50), Duration.ofMillis(5)),
                                    Effect.stall(),
                                    Optional.of(Duration.ofMillis(599_500)),
                                    "h1",
                                    Instant.ofEpochMilli(1_763_637_188_000L))),
                    List.of(
                            new CableEntry(
                                    "h1",
                                    "?@h1",
                                    "b@h2",
                                    CableEntry.State.BROKEN,
                                    Effect.open(),
                                    Effect.stall(),
                                    Duration.ofSeconds(7),
                                    258,
                                    65_537)),
                    List.of("h3 (" + ID_2 + ")"));

    /// The peer that answers.
    public static final PeerEntry SELF =
            new PeerEntry(
                    ID_1,
                    List.of("h1", "h1.test"),
                    PeerEntry.State.UP,
                    List.of("10.0.0.1", "2001:db8::1"),
                    4369,
                    "10.0.0.1:4370",
                    "0.1.0",
                    7,
                    2,
                    Optional.of(Duration.ZERO),
                    true);

    /// A peer of which little is known.
    public static final PeerEntry SILENT =
            new PeerEntry(
                    ID_2,
                    List.of(),
                    PeerEntry.State.ORPHANED,
                    List.of(),
                    0,
                    "",
                    "",
                    1,
                    0,
                    Optional.empty(),
                    false);

    /// A mapping in conflict.
    public static final MappingEntry MAPPING =
            new MappingEntry(
                    NodeName.parse("b@h2"),
                    Optional.of("db.test"),
                    "10.0.0.2",
                    8002,
                    Optional.of("h1"),
                    Instant.ofEpochMilli(1_763_637_188_000L),
                    List.of(
                            new MappingEntry.Rival(
                                    "10.0.0.3", 8003, Optional.empty(), Instant.ofEpochMilli(1))));

    /// A mesh that does not agree.
    public static final Status DIVERGED =
            new Status(
                    ID_1,
                    false,
                    List.of(
                            new Status.Group("cafe", List.of(new Status.PeerRef(ID_1, "h1"))),
                            new Status.Group(
                                    "f00d",
                                    List.of(
                                            new Status.PeerRef(
                                                    ID_2,
                                                    "h2",
                                                    Optional.of(
                                                            new Status.Told(
                                                                    Duration.ofHours(1),
                                                                    72 << 20,
                                                                    Duration.ofNanos(1_250_000),
                                                                    Duration.ofMillis(-3))),
                                                    List.of(
                                                            new Status.Lag(ID_1, "h1", 4, 0),
                                                            new Status.Lag("", "", 1, 2),
                                                            new Status.Lag(ID_2, "", 0, 0)))))),
                    List.of(new Status.PeerRef("0123456789abcdef0123456789abcdef", "")),
                    new Spells.Summary(
                            Optional.of(Duration.ofMillis(800)),
                            2,
                            Optional.of(Duration.ofMillis(1_200)),
                            Optional.of(Duration.ofMillis(2_500))));

    private Samples() {}
}
