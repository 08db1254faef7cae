package io.epmesh.node.session;

import io.epmesh.node.config.Setting;
import io.epmesh.node.naming.Event;
import io.epmesh.node.naming.EventId;
import io.epmesh.node.naming.MappingEntry;
import io.epmesh.node.naming.NameVersion;
import io.epmesh.node.naming.NodeEntry;
import io.epmesh.node.naming.NodeName;
import io.epmesh.node.naming.PeerEntry;
import io.epmesh.node.naming.Spells;
import io.epmesh.node.naming.Status;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/// Bytes of the entries inside answers, each a record: `size:32` and fields, to which later
/// versions append.
final class EntryCodec {
    private static final int NORMAL = 77;
    private static final int HIDDEN = 72;

    private static final List<NodeEntry.HostIs> HOST_IS =
            List.of(NodeEntry.HostIs.VERIFIED, NodeEntry.HostIs.ASSUMED);
    private static final List<NodeEntry.Source> SOURCES =
            List.of(
                    NodeEntry.Source.LIVE,
                    NodeEntry.Source.ADOPTED,
                    NodeEntry.Source.MAPPING,
                    NodeEntry.Source.STATIC);
    private static final List<NodeEntry.State> STATES =
            List.of(NodeEntry.State.UP, NodeEntry.State.ORPHANED);
    private static final List<NodeEntry.Standing> STANDINGS =
            List.of(NodeEntry.Standing.SOLE, NodeEntry.Standing.WINNER, NodeEntry.Standing.LOSER);
    private static final List<PeerEntry.State> PEER_STATES =
            List.of(
                    PeerEntry.State.UP,
                    PeerEntry.State.ORPHANED,
                    PeerEntry.State.LEFT,
                    PeerEntry.State.QUARANTINED);

    private EntryCodec() {}

    static void event(FieldWriter out, Event event) {
        out.record(fields -> {
            eventId(fields, event.id());
            fields.time(event.at())
                    .string(event.kind())
                    .list(event.fields(), (f, it) -> f.string(it.key()).string(it.value()));
        });
    }

    static Event event(FieldReader in) {
        return in.record(
                "event",
                fields ->
                        new Event(
                                eventId(fields),
                                fields.time("at"),
                                fields.string("kind"),
                                fields.list(
                                        "fields",
                                        f -> new Event.Field(f.string("key"), f.string("value")))));
    }

    static void eventId(FieldWriter out, EventId id) {
        out.u32(id.run()).i64(id.number());
    }

    static EventId eventId(FieldReader in) {
        return new EventId((int) in.u32("run"), in.i64("number"));
    }

    static void node(FieldWriter out, NodeEntry node) {
        Optional<Long> creation =
                node.creation().isPresent()
                        ? Optional.of(node.creation().getAsLong())
                        : Optional.empty();
        out.record(fields ->
                fields.string(node.node().toString())
                        .choice(node.hostIs(), HOST_IS)
                        .string(node.address())
                        .u16(node.port())
                        .u8(
                                switch (node.type()) {
                                    case NORMAL -> NORMAL;
                                    case HIDDEN -> HIDDEN;
                                })
                        .choice(node.source(), SOURCES)
                        .choice(node.state(), STATES)
                        .optional(node.peer(), FieldWriter::string)
                        .optional(creation, FieldWriter::u32)
                        .time(node.since())
                        .u16(node.protocol().highestVersion())
                        .u16(node.protocol().lowestVersion())
                        .u8(node.protocol().protocol())
                        .choice(node.standing(), STANDINGS));
    }

    static NodeEntry node(FieldReader in) {
        return entry(
                in,
                "node",
                f ->
                        new NodeEntry(
                                NodeName.parse(f.string("node")),
                                f.choice("hostIs", HOST_IS),
                                f.string("address"),
                                f.u16("port"),
                                type(f),
                                f.choice("source", SOURCES),
                                f.choice("state", STATES),
                                f.optional("peer", g -> g.string("peer")),
                                f.optional("creation", g -> g.u32("creation"))
                                        .map(OptionalLong::of)
                                        .orElse(OptionalLong.empty()),
                                f.time("since"),
                                new NodeEntry.Protocol(
                                        f.u16("highestVersion"),
                                        f.u16("lowestVersion"),
                                        f.u8("protocol")),
                                f.choice("standing", STANDINGS)));
    }

    static void peer(FieldWriter out, PeerEntry peer) {
        out.record(fields ->
                fields.string(peer.id())
                        .list(peer.hosts(), FieldWriter::string)
                        .choice(peer.state(), PEER_STATES)
                        .list(peer.advertise(), FieldWriter::string)
                        .u16(peer.epmdPort())
                        .string(peer.gossipAddress())
                        .string(peer.version())
                        .i64(peer.incarnation())
                        .u32(peer.names())
                        .optional(peer.lastHeard().map(Duration::toMillis), FieldWriter::i64)
                        .bool(peer.self()));
    }

    static PeerEntry peer(FieldReader in) {
        return entry(
                in,
                "peer",
                f ->
                        new PeerEntry(
                                f.string("id"),
                                f.list("hosts", g -> g.string("host")),
                                f.choice("state", PEER_STATES),
                                f.list("advertise", g -> g.string("address")),
                                f.u16("epmdPort"),
                                f.string("gossipAddress"),
                                f.string("version"),
                                f.i64("incarnation"),
                                (int) f.u32("names"),
                                f.optional("lastHeard", g -> Duration.ofMillis(g.i64("lastHeard"))),
                                f.bool("self")));
    }

    static void mapping(FieldWriter out, MappingEntry mapping) {
        out.record(fields ->
                fields.string(mapping.node().toString())
                        .optional(mapping.host(), FieldWriter::string)
                        .string(mapping.address())
                        .u16(mapping.port())
                        .optional(mapping.writer(), FieldWriter::string)
                        .time(mapping.when())
                        .list(mapping.conflicts(), EntryCodec::rival));
    }

    static MappingEntry mapping(FieldReader in) {
        return entry(
                in,
                "mapping",
                f ->
                        new MappingEntry(
                                NodeName.parse(f.string("node")),
                                f.optional("host", g -> g.string("host")),
                                f.string("address"),
                                f.u16("port"),
                                f.optional("writer", g -> g.string("writer")),
                                f.time("when"),
                                f.list("conflicts", EntryCodec::rival)));
    }

    static void status(FieldWriter out, Status status) {
        out.string(status.self())
                .bool(status.converged())
                .list(status.groups(), EntryCodec::group)
                .list(status.silent(), EntryCodec::ref)
                .optional(millis(status.spells().differing()), FieldWriter::i64)
                .u32(status.spells().count())
                .optional(millis(status.spells().last()), FieldWriter::i64)
                .optional(millis(status.spells().p99()), FieldWriter::i64);
    }

    private static Optional<Long> millis(Optional<Duration> time) {
        return time.map(Duration::toMillis);
    }

    static Status status(FieldReader in) {
        return new Status(
                in.string("self"),
                in.bool("converged"),
                in.list("groups", EntryCodec::group),
                in.list("silent", EntryCodec::ref),
                in.hasMore() ? spells(in) : Spells.Summary.NONE);
    }

    private static Spells.Summary spells(FieldReader in) {
        return new Spells.Summary(
                in.optional("differing", f -> Duration.ofMillis(f.i64("differing"))),
                (int) in.u32("count"),
                in.optional("last", f -> Duration.ofMillis(f.i64("last"))),
                in.optional("p99", f -> Duration.ofMillis(f.i64("p99"))));
    }

    static void setting(FieldWriter out, Setting setting) {
        out.record(fields ->
                fields.string(setting.key()).string(setting.value()).string(setting.origin()));
    }

    static Setting setting(FieldReader in) {
        return entry(
                in,
                "setting",
                f -> new Setting(f.string("key"), f.string("value"), f.string("origin")));
    }

    static void version(FieldWriter out, NameVersion version) {
        out.i64(version.run()).i64(version.number());
    }

    static NameVersion version(FieldReader in) {
        return new NameVersion(in.i64("run"), in.i64("number"));
    }

    static NodeName name(FieldReader in) {
        try {
            return NodeName.parse(in.string("name"));
        } catch (IllegalArgumentException e) {
            throw new MalformedException("name: " + e.getMessage());
        }
    }

    private static void rival(FieldWriter out, MappingEntry.Rival rival) {
        out.record(fields ->
                fields.string(rival.address())
                        .u16(rival.port())
                        .optional(rival.writer(), FieldWriter::string)
                        .time(rival.when()));
    }

    private static MappingEntry.Rival rival(FieldReader in) {
        return entry(
                in,
                "rival",
                f ->
                        new MappingEntry.Rival(
                                f.string("address"),
                                f.u16("port"),
                                f.optional("writer", g -> g.string("writer")),
                                f.time("when")));
    }

    private static void group(FieldWriter out, Status.Group group) {
        out.record(fields -> fields.string(group.digest()).list(group.peers(), EntryCodec::ref));
    }

    private static Status.Group group(FieldReader in) {
        return entry(
                in,
                "group",
                f -> new Status.Group(f.string("digest"), f.list("peers", EntryCodec::ref)));
    }

    private static void ref(FieldWriter out, Status.PeerRef ref) {
        out.record(fields ->
                fields.string(ref.id())
                        .string(ref.host())
                        .optional(ref.told(), EntryCodec::told)
                        .list(ref.lags(), EntryCodec::lag));
    }

    private static Status.PeerRef ref(FieldReader in) {
        return entry(
                in,
                "ref",
                f ->
                        new Status.PeerRef(
                                f.string("id"),
                                f.string("host"),
                                f.hasMore()
                                        ? f.optional("told", EntryCodec::told)
                                        : Optional.empty(),
                                f.hasMore() ? f.list("lags", EntryCodec::lag) : List.of()));
    }

    private static void told(FieldWriter out, Status.Told told) {
        out.record(fields ->
                fields.i64(told.uptime().toMillis())
                        .i64(told.residentBytes())
                        .i64(told.roundTrip().toNanos() / 1_000)
                        .i64(told.clockAhead().toMillis()));
    }

    private static Status.Told told(FieldReader in) {
        return in.record(
                "told",
                f ->
                        new Status.Told(
                                Duration.ofMillis(f.i64("uptime")),
                                f.i64("residentBytes"),
                                Duration.of(f.i64("roundTrip"), ChronoUnit.MICROS),
                                Duration.ofMillis(f.i64("clockAhead"))));
    }

    private static void lag(FieldWriter out, Status.Lag lag) {
        out.record(fields ->
                fields.string(lag.owner()).string(lag.host()).i64(lag.missing()).i64(lag.ahead()));
    }

    private static Status.Lag lag(FieldReader in) {
        return in.record(
                "lag",
                f ->
                        new Status.Lag(
                                f.string("owner"),
                                f.string("host"),
                                f.i64("missing"),
                                f.i64("ahead")));
    }

    private static NodeEntry.Type type(FieldReader in) {
        int type = in.u8("type");
        return switch (type) {
            case NORMAL -> NodeEntry.Type.NORMAL;
            case HIDDEN -> NodeEntry.Type.HIDDEN;
            default ->
                    throw new MalformedException(
                            "type: %d (expected: %d or %d)".formatted(type, NORMAL, HIDDEN));
        };
    }

    /// Reads a record whose constructor checks its values.
    private static <T> T entry(FieldReader in, String what, Function<FieldReader, T> fields) {
        try {
            return in.record(what, fields);
        } catch (IllegalArgumentException e) {
            throw new MalformedException(what + ": " + e.getMessage());
        }
    }
}
