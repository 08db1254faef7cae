package io.epmesh.gossip;

import io.epmesh.gossip.Message.Alive;
import io.epmesh.gossip.Message.Header;
import io.epmesh.gossip.Message.Judgement;
import io.epmesh.gossip.Message.LiveWrite;
import io.epmesh.gossip.Message.MappingWrites;
import io.epmesh.gossip.Message.MappingsPull;
import io.epmesh.gossip.Message.MappingsState;
import io.epmesh.gossip.Message.OwnerDelta;
import io.epmesh.gossip.Message.OwnerLine;
import io.epmesh.gossip.Message.OwnerState;
import io.epmesh.gossip.Message.OwnersPull;
import io.epmesh.gossip.Message.Part;
import io.epmesh.gossip.Message.Ping;
import io.epmesh.gossip.Message.Summary;
import io.epmesh.gossip.Message.Unknown;
import io.epmesh.gossip.Message.Witness;
import io.epmesh.gossip.Message.WriterLine;
import io.epmesh.gossip.Message.WriterState;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/// The bytes of gossip messages, drawn in `docs/gossip-protocol.md`.
///
/// ```
/// | magic 16 | version 8 | type 8 | sender 128 | incarnation 64 | beat 64 | ownVersion 64 | body
/// ```
///
/// The header's layout never changes. A body only ever grows at its end, and what a reader does not
/// know there it skips; anything else is a new type. So peers of neighbouring versions understand
/// each other as far as the older one knows.
final class MessageCodec {
    static final int MAGIC = 0x654d; // "eM"
    static final int VERSION = 1;

    /// Types: append only, never reused.
    private static final int ALIVE = 1;

    private static final int PING = 2;
    private static final int WITNESS = 3;
    private static final int SUMMARY = 4;
    private static final int OWNERS_PULL = 5;
    private static final int OWNER_DELTA = 6;
    private static final int OWNER_STATE = 7;
    private static final int MAPPING_WRITES = 8;
    private static final int MAPPINGS_PULL = 9;
    private static final int MAPPINGS_STATE = 10;
    private static final int PART = 11;
    private static final int JUDGEMENT = 12;

    /// Names of the types by their numbers; 0 stands for those of a later version.
    static final List<String> TYPES =
            List.of(
                    "unknown",
                    "alive",
                    "ping",
                    "witness",
                    "summary",
                    "owners-pull",
                    "owner-delta",
                    "owner-state",
                    "mapping-writes",
                    "mappings-pull",
                    "mappings-state",
                    "part",
                    "judgement");

    private static final int TYPE_AT = 3;

    private static final int SECTION_OWNERS = 1;
    private static final int SECTION_MAPPINGS = 2;
    private static final int SECTION_QUESTION = 3;
    private static final int SECTION_UPTIME = 4;
    private static final int SECTION_RESIDENT = 5;
    private static final int SECTION_WALL = 6;

    private static final int OWNER_LINE_BYTES = 16 + 16 + 1 + 16 + 8 + 4 + 16 + 8 + 16;
    private static final int WRITER_LINE_BYTES = 16 + 8 + 8;
    private static final int PUT_BYTES = 2 + 2 + 2;
    private static final int KEY_BYTES = 2 + 2;
    private static final int DOT_BYTES = 16 + 8;
    private static final int WRITE_BYTES = 1 + DOT_BYTES + KEY_BYTES + 4;
    static final int LIVE_BYTES = 8 + 8 + PUT_BYTES;
    static final int WRITER_STATE_BYTES = 16 + 8 + 4 + 4;
    private static final int FINDING_BYTES = KEY_BYTES + 1;

    /// How many elements a list may announce at all; what counts is that they fit into the bytes.
    private static final int LIST = 1 << 24;

    /// All others, and the sender itself.
    private static final int OWNER_LINES = Limits.OWNERS + 1;

    private MessageCodec() {}

    /// A message and who sent it.
    record Envelope(Header header, Message message) {}

    /// The type of a message that nobody has read yet, or 0.
    static int typeIn(byte[] bytes) {
        int type = bytes.length > TYPE_AT ? bytes[TYPE_AT] : 0;
        return type > 0 && type < TYPES.size() ? type : 0;
    }

    static byte[] encode(Header header, Message message) {
        WireWriter out =
                new WireWriter()
                        .u16(MAGIC)
                        .u8(VERSION)
                        .u8(typeOf(message))
                        .peer(header.sender())
                        .i64(header.beat().incarnation())
                        .i64(header.beat().number())
                        .i64(header.version());
        switch (message) {
            case Alive _, Unknown _ -> {}
            case Ping ping -> beat(out.peer(ping.target()), ping.known());
            case Witness witness -> lines(out, witness.lines());
            case Summary summary -> summary(out, summary);
            case OwnersPull pull ->
                    lines(out.u8((pull.all() ? 1 : 0) | (pull.mayAskBack() ? 2 : 0)), pull.lines());
            case OwnerDelta delta -> delta(out, delta);
            case OwnerState state -> ownerState(out, state);
            case Judgement judgement -> judgement(out, judgement);
            case MappingWrites writes -> writes(out, writes.writes());
            case MappingsPull pull -> mappingsPull(out, pull);
            case MappingsState state -> writerStates(out.i64(state.asker()), state.writers());
            case Part part ->
                    out.i64(part.stream())
                            .u32(part.index())
                            .u32(part.count())
                            .raw(part.slice().unsafeArray());
        }
        return out.toArray();
    }

    static Envelope decode(byte[] bytes) throws MalformedMessageException {
        WireReader in = new WireReader(bytes);
        int magic = in.u16();
        int version = in.u8();
        if (magic != MAGIC || version < 1) {
            throw new MalformedMessageException(
                    "magic: %#x, version: %d (expected: %#x, >= 1)"
                            .formatted(magic, version, MAGIC));
        }
        int type = in.u8();
        Header header = new Header(in.peer(), beat(in), in.count64("version"));
        try {
            return new Envelope(header, body(type, in));
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException("type " + type + ": " + e.getMessage());
        }
    }

    private static Message body(int type, WireReader in) throws MalformedMessageException {
        return switch (type) {
            case ALIVE -> new Alive();
            case PING -> new Ping(in.peer(), beat(in));
            case WITNESS -> new Witness(lines(in));
            case SUMMARY -> summary(in);
            case OWNERS_PULL -> {
                int flags = in.u8();
                yield new OwnersPull((flags & 1) != 0, (flags & 2) != 0, lines(in));
            }
            case OWNER_DELTA -> delta(in);
            case OWNER_STATE -> ownerState(in);
            case MAPPING_WRITES -> new MappingWrites(writes(in));
            case MAPPINGS_PULL ->
                    new MappingsPull(
                            (in.u8() & 2) != 0,
                            in.list(
                                    LIST,
                                    WRITER_LINE_BYTES,
                                    r ->
                                            new WriterLine(
                                                    r.writer(), r.count64("counter"), r.i64())));
            case MAPPINGS_STATE -> new MappingsState(in.count64("asker"), writerStates(in));
            case PART -> part(in);
            case JUDGEMENT -> judgement(in);
            default -> new Unknown(type); // a newer version's
        };
    }

    private static int typeOf(Message message) {
        return switch (message) {
            case Alive _ -> ALIVE;
            case Ping _ -> PING;
            case Witness _ -> WITNESS;
            case Summary _ -> SUMMARY;
            case OwnersPull _ -> OWNERS_PULL;
            case OwnerDelta _ -> OWNER_DELTA;
            case OwnerState _ -> OWNER_STATE;
            case MappingWrites _ -> MAPPING_WRITES;
            case MappingsPull _ -> MAPPINGS_PULL;
            case MappingsState _ -> MAPPINGS_STATE;
            case Part _ -> PART;
            case Judgement _ -> JUDGEMENT;
            case Unknown unknown -> unknown.type();
        };
    }

    private static void beat(WireWriter out, Beat beat) {
        out.i64(beat.incarnation()).i64(beat.number());
    }

    private static Beat beat(WireReader in) throws MalformedMessageException {
        return new Beat(in.count64("incarnation"), in.count64("beat"));
    }

    private static void stamp(WireWriter out, Stamp stamp) {
        out.i64(stamp.incarnation()).i64(stamp.version());
    }

    private static Stamp stamp(WireReader in) throws MalformedMessageException {
        return new Stamp(in.count64("incarnation"), in.count64("version"));
    }

    private static void summary(WireWriter out, Summary summary) {
        Map<Integer, Long> sections = new LinkedHashMap<>();
        sections.put(SECTION_OWNERS, summary.digest().owners());
        sections.put(SECTION_MAPPINGS, summary.digest().mappings());
        summary.question().ifPresent(it -> sections.put(SECTION_QUESTION, it));
        summary.vitals()
                .ifPresent(it -> {
                    sections.put(SECTION_UPTIME, it.uptimeMillis());
                    sections.put(SECTION_RESIDENT, it.residentBytes());
                    sections.put(SECTION_WALL, it.wallMillis());
                });
        out.u8(summary.reply() ? 1 : 0).u32(sections.size());
        sections.forEach((section, value) -> out.u8(section).i64(value));
    }

    private static Summary summary(WireReader in) throws MalformedMessageException {
        boolean reply = (in.u8() & 1) != 0;
        Map<Integer, Long> sections = new HashMap<>();
        in.list(255, 9, r -> sections.put(r.u8(), r.i64()));
        Long owners = sections.get(SECTION_OWNERS);
        Long mappings = sections.get(SECTION_MAPPINGS);
        if (owners == null || mappings == null) {
            throw new MalformedMessageException(
                    "summary sections: " + sections.keySet() + " (expected: 1 and 2 among them)");
        }
        return new Summary(
                reply,
                new Digest(owners, mappings),
                Optional.ofNullable(sections.get(SECTION_QUESTION)),
                vitals(sections));
    }

    /// A later version may leave some of them out; one that says nonsense says nothing.
    private static Optional<Vitals> vitals(Map<Integer, Long> sections) {
        Long uptime = sections.get(SECTION_UPTIME);
        Long resident = sections.get(SECTION_RESIDENT);
        Long wall = sections.get(SECTION_WALL);
        return uptime == null || resident == null || wall == null
                ? Optional.empty()
                : Optional.of(new Vitals(uptime, resident, wall));
    }

    private static void lines(WireWriter out, Collection<OwnerLine> lines) {
        out.u32(lines.size());
        for (OwnerLine line : lines) {
            line(out, line);
        }
    }

    private static List<OwnerLine> lines(WireReader in) throws MalformedMessageException {
        return in.list(OWNER_LINES, OWNER_LINE_BYTES, MessageCodec::line);
    }

    private static void line(WireWriter out, OwnerLine line) {
        stamp(out.peer(line.owner()), line.stamp());
        beat(out.u8(line.quarantined() ? 1 : 0), line.beat());
        out.i64(line.version()).u32((int) Math.min(line.ageMillis(), 0xffff_ffffL));
        verdict(out, line.verdict());
    }

    private static OwnerLine line(WireReader in) throws MalformedMessageException {
        return new OwnerLine(
                in.peer(),
                stamp(in),
                (in.u8() & 1) != 0,
                beat(in),
                in.count64("version"),
                in.u32(),
                verdict(in));
    }

    private static void verdict(WireWriter out, Verdict verdict) {
        beat(out, verdict.at());
        out.i64(verdict.round()).peer(verdict.verifier());
    }

    /// Without its findings, which come behind.
    private static Verdict verdict(WireReader in) throws MalformedMessageException {
        return new Verdict(
                beat(in), in.count64("verdict round"), in.peer(), Verdict.NONE.findings());
    }

    private static void delta(WireWriter out, OwnerDelta delta) {
        out.i64(delta.incarnation()).i64(delta.base()).i64(delta.version());
        entries(out, delta.puts());
        out.u32(delta.removed().size());
        delta.removed().forEach(out::key);
    }

    private static OwnerDelta delta(WireReader in) throws MalformedMessageException {
        return new OwnerDelta(
                in.count64("incarnation"),
                in.count64("base"),
                in.count64("version"),
                entries(in),
                in.list(LIST, KEY_BYTES, WireReader::key));
    }

    private static void entries(WireWriter out, Map<Key, Bytes> entries) {
        out.u32(entries.size());
        entries.forEach((key, value) -> out.key(key).bytes(value));
    }

    /// More than one owner may have, too: whoever takes them decides what to think of it.
    private static Map<Key, Bytes> entries(WireReader in) throws MalformedMessageException {
        Map<Key, Bytes> entries = new LinkedHashMap<>();
        in.list(LIST, PUT_BYTES, r -> entries.put(r.key(), r.bytes(Limits.VALUE_BYTES)) == null);
        return entries;
    }

    private static void ownerState(WireWriter out, OwnerState state) {
        line(out, state.line());
        entries(out, state.entries());
        findings(out, state.verdict());
    }

    private static OwnerState ownerState(WireReader in) throws MalformedMessageException {
        OwnerLine line = line(in);
        return new OwnerState(line, entries(in), line.verdict().with(findings(in)));
    }

    private static void judgement(WireWriter out, Judgement judgement) {
        stamp(out.peer(judgement.owner()), judgement.stamp());
        verdict(out, judgement.verdict());
        findings(out, judgement.verdict());
    }

    private static Judgement judgement(WireReader in) throws MalformedMessageException {
        return new Judgement(in.peer(), stamp(in), verdict(in).with(findings(in)));
    }

    private static void findings(WireWriter out, Verdict verdict) {
        out.u32(verdict.findings().size());
        verdict.findings().forEach((key, finding) -> out.key(key).u8(code(finding)));
    }

    private static PMap<Key, Finding> findings(WireReader in) throws MalformedMessageException {
        Map<Key, Finding> findings = new LinkedHashMap<>();
        in.list(
                Limits.OWNER_ENTRIES,
                FINDING_BYTES,
                r -> findings.put(r.key(), finding(r.u8())) == null);
        return HashTreePMap.from(findings);
    }

    private static int code(Finding finding) {
        return switch (finding) {
            case PROVEN -> 1;
            case ACCEPTS -> 2;
            case GONE -> 3;
        };
    }

    /// A finding that a newer version has brought means no more than that something answers.
    private static Finding finding(int code) {
        return code == 1 ? Finding.PROVEN : code == 3 ? Finding.GONE : Finding.ACCEPTS;
    }

    static void writes(WireWriter out, List<MappingWrite> writes) {
        out.u32(writes.size());
        for (MappingWrite write : writes) {
            switch (write) {
                case MappingWrite.Put put ->
                        out.u8(1)
                                .dot(put.dot())
                                .key(put.key())
                                .i64(put.wallMillis())
                                .bytes(put.value());
                case MappingWrite.Remove remove -> out.u8(2).dot(remove.dot()).key(remove.key());
            }
            out.u32(write.superseded().size());
            write.superseded().forEach(out::dot);
        }
    }

    static List<MappingWrite> writes(WireReader in) throws MalformedMessageException {
        return in.list(LIST, WRITE_BYTES, MessageCodec::write);
    }

    private static MappingWrite write(WireReader in) throws MalformedMessageException {
        int kind = in.u8();
        Dot dot = in.dot();
        Key key = in.key();
        return switch (kind) {
            case 1 ->
                    new MappingWrite.Put(
                            dot, in.i64(), key, in.bytes(Limits.VALUE_BYTES), superseded(in));
            case 2 -> new MappingWrite.Remove(dot, key, superseded(in));
            default -> throw new MalformedMessageException("write: " + kind + " (expected: 1, 2)");
        };
    }

    private static List<Dot> superseded(WireReader in) throws MalformedMessageException {
        return in.list(Limits.SUPERSEDED, DOT_BYTES, WireReader::dot);
    }

    private static void mappingsPull(WireWriter out, MappingsPull pull) {
        out.u8(pull.mayAskBack() ? 2 : 0).u32(pull.lines().size());
        for (WriterLine line : pull.lines()) {
            out.writer(line.writer()).i64(line.counter()).i64(line.hash());
        }
    }

    static void writerStates(WireWriter out, List<WriterState> states) {
        out.u32(states.size());
        for (WriterState state : states) {
            out.writer(state.writer()).i64(state.counter()).u32(state.live().size());
            for (LiveWrite live : state.live()) {
                out.i64(live.counter()).i64(live.wallMillis()).key(live.key()).bytes(live.value());
            }
            out.u32(state.doomed().size());
            state.doomed().forEach(out::i64);
        }
    }

    static List<WriterState> writerStates(WireReader in) throws MalformedMessageException {
        return in.list(
                LIST,
                WRITER_STATE_BYTES,
                r ->
                        new WriterState(
                                r.writer(),
                                r.count64("counter"),
                                r.list(
                                        LIST,
                                        LIVE_BYTES,
                                        live ->
                                                new LiveWrite(
                                                        live.counter(),
                                                        live.i64(),
                                                        live.key(),
                                                        live.bytes(Limits.VALUE_BYTES))),
                                r.list(LIST, 8, WireReader::counter)));
    }

    private static Part part(WireReader in) throws MalformedMessageException {
        long stream = in.i64();
        long index = in.u32();
        long count = in.u32();
        if (index >= count || count > Limits.MESSAGE_BYTES / 1_024) {
            throw new MalformedMessageException("part " + index + " of " + count);
        }
        return new Part(stream, (int) index, (int) count, in.rest());
    }
}
