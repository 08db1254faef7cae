package io.epmesh.node.session;

import io.epmesh.node.naming.CableEntry;
import io.epmesh.node.naming.CutEntry;
import io.epmesh.node.naming.CutResult.Remark;
import io.epmesh.node.naming.Effect;
import io.epmesh.node.naming.NodePair;
import io.epmesh.node.naming.NodePattern;
import java.time.Duration;
import java.util.List;

/// Bytes of what requests and answers say of cables; records as in [EntryCodec].
final class CableCodec {
    private static final List<Request.Cut.Treatment> TREATMENTS =
            List.of(Request.Cut.Treatment.STALL, Request.Cut.Treatment.RESET);
    private static final List<CableEntry.State> STATES =
            List.of(CableEntry.State.WAITING, CableEntry.State.JOINED, CableEntry.State.BROKEN);
    private static final List<Remark.Kind> REMARKS =
            List.of(Remark.Kind.NO_CABLE, Remark.Kind.UNATTRIBUTED, Remark.Kind.SILENT);

    private CableCodec() {}

    static void cut(FieldWriter out, Request.Cut cut) {
        sides(out, cut.sides());
        out.bool(cut.oneWay())
                .choice(cut.treatment(), TREATMENTS)
                .optional(cut.lastsMillis(), FieldWriter::i64);
    }

    static Request.Cut cut(FieldReader in) {
        return new Request.Cut(
                sides(in),
                in.bool("oneWay"),
                in.choice("treatment", TREATMENTS),
                in.optional("lasts", f -> f.i64("lasts")));
    }

    static void slow(FieldWriter out, Request.Slow slow) {
        sides(out, slow.sides());
        out.bool(slow.oneWay())
                .u32(slow.latencyMillis())
                .u32(slow.jitterMillis())
                .optional(slow.lastsMillis(), FieldWriter::i64);
    }

    static Request.Slow slow(FieldReader in) {
        return new Request.Slow(
                sides(in),
                in.bool("oneWay"),
                in.u32("latency"),
                in.u32("jitter"),
                in.optional("lasts", f -> f.i64("lasts")));
    }

    static void sides(FieldWriter out, Request.Sides sides) {
        out.list(sides.left(), FieldWriter::string).list(sides.right(), FieldWriter::string);
    }

    static Request.Sides sides(FieldReader in) {
        return new Request.Sides(
                in.list("left", f -> f.string("left")), in.list("right", f -> f.string("right")));
    }

    static void remark(FieldWriter out, Remark remark) {
        out.record(fields ->
                fields.choice(remark.kind(), REMARKS).string(remark.one()).string(remark.other()));
    }

    static Remark remark(FieldReader in) {
        return in.record(
                "remark",
                fields ->
                        new Remark(
                                fields.choice("kind", REMARKS),
                                fields.string("one"),
                                fields.string("other")));
    }

    static void row(FieldWriter out, CableRow row) {
        switch (row) {
            case CableRow.Cut(CutEntry cut) -> out.u8(0).record(fields -> cut(fields, cut));
            case CableRow.Cable(CableEntry cable) ->
                    out.u8(1).record(fields -> cable(fields, cable));
            case CableRow.Silent(String peer) -> out.u8(2).record(fields -> fields.string(peer));
        }
    }

    static CableRow row(FieldReader in) {
        int kind = in.u8("row");
        return switch (kind) {
            case 0 -> in.record("cut", fields -> new CableRow.Cut(cutEntry(fields)));
            case 1 -> in.record("cable", fields -> new CableRow.Cable(cable(fields)));
            case 2 -> in.record("silent", fields -> new CableRow.Silent(fields.string("peer")));
            default -> throw new MalformedException("row: %d (expected: 0..2)".formatted(kind));
        };
    }

    private static void cut(FieldWriter out, CutEntry cut) {
        out.string(cut.pair().low().toString()).string(cut.pair().high().toString());
        effect(out, cut.lowToHigh());
        effect(out, cut.highToLow());
        out.optional(cut.remaining().map(Duration::toMillis), FieldWriter::i64)
                .string(cut.writer())
                .time(cut.when());
    }

    private static CutEntry cutEntry(FieldReader in) {
        String low = in.string("low");
        String high = in.string("high");
        NodePair pair;
        try {
            pair = NodePair.of(NodePattern.parse(low), NodePattern.parse(high));
        } catch (IllegalArgumentException e) {
            throw new MalformedException(String.valueOf(e.getMessage()));
        }
        return new CutEntry(
                pair,
                effect(in),
                effect(in),
                in.optional("remaining", f -> f.i64("remaining")).map(Duration::ofMillis),
                in.string("writer"),
                in.time("when"));
    }

    private static void cable(FieldWriter out, CableEntry cable) {
        out.string(cable.peer())
                .string(cable.source())
                .string(cable.target())
                .choice(cable.state(), STATES);
        effect(out, cable.toTarget());
        effect(out, cable.toSource());
        out.i64(cable.age().toMillis()).i64(cable.bytesToTarget()).i64(cable.bytesToSource());
    }

    private static CableEntry cable(FieldReader in) {
        return new CableEntry(
                in.string("peer"),
                in.string("source"),
                in.string("target"),
                in.choice("state", STATES),
                effect(in),
                effect(in),
                Duration.ofMillis(in.i64("age")),
                in.i64("bytesToTarget"),
                in.i64("bytesToSource"));
    }

    private static void effect(FieldWriter out, Effect effect) {
        out.u8(
                        switch (effect) {
                            case Effect.Open _ -> 0;
                            case Effect.Slow _ -> 1;
                            case Effect.Stall _ -> 2;
                            case Effect.Reset _ -> 3;
                        })
                .u32(effect.latency().toMillis())
                .u32(effect.jitter().toMillis());
    }

    private static Effect effect(FieldReader in) {
        int code = in.u8("effect");
        Duration latency = Duration.ofMillis(in.u32("latency"));
        Duration jitter = Duration.ofMillis(in.u32("jitter"));
        return switch (code) {
            case 0 -> Effect.open();
            case 1 -> slow(latency, jitter);
            case 2 -> Effect.stall();
            case 3 -> Effect.reset();
            default -> throw new MalformedException("effect: %d (expected: 0..3)".formatted(code));
        };
    }

    private static Effect slow(Duration latency, Duration jitter) {
        try {
            return new Effect.Slow(latency, jitter);
        } catch (IllegalArgumentException e) {
            throw new MalformedException(String.valueOf(e.getMessage()));
        }
    }
}
