package io.epmesh.relay;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.CorruptedFrameException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The one authority for the bytes of the answer to [TunnelRequest.ListCables]:
///
/// ```
/// status:8=0 length:32 total:32 cable*             length of all behind it, at most 4 MiB
/// cable    size:16 id:64 source target state:8 treatment age:64 toTarget:64 toSource:64
/// treatment  0:8 passage passage (to the target, to the source)   or   1:8 (reset)
/// passage    0:8 (open)   or   1:8 latency:64 jitter:64   or   2:8 (stalled)
/// ```
///
/// with names as length 16 and UTF-8, durations in nanoseconds. Later versions append fields to a
/// cable, which is why it has a size.
final class ListingCodec {
    /// Bytes of the cables in one answer; those beyond are only counted.
    static final int MAX_BYTES = 4 << 20;

    private static final int STATUS_BYTES = 1;
    private static final int LENGTH_BYTES = 4;
    private static final int TOTAL_BYTES = 4;
    private static final int MAX_CABLE_BYTES = 2 * (2 + TunnelCodec.MAX_NAME_BYTES) + 128;
    private static final List<CableView.State> STATES =
            List.of(CableView.State.WAITING, CableView.State.JOINED, CableView.State.BROKEN);

    private ListingCodec() {}

    static void encode(List<CableView> cables, ByteBuf out) {
        out.writeByte(TunnelAnswer.JOINED.code());
        int start = out.writerIndex();
        out.writeInt(0).writeInt(cables.size());
        for (CableView cable : cables) {
            if (out.writerIndex() - start + MAX_CABLE_BYTES > MAX_BYTES) {
                break;
            }
            encode(cable, out);
        }
        out.setInt(start, out.writerIndex() - start - LENGTH_BYTES);
    }

    private static void encode(CableView cable, ByteBuf out) {
        int start = out.writerIndex();
        out.writeShort(0).writeLong(cable.id());
        TunnelCodec.writeName(out, cable.source());
        TunnelCodec.writeName(out, cable.target());
        out.writeByte(STATES.indexOf(cable.state()));
        switch (cable.treatment()) {
            case Treatment.Carry(Passage toTarget, Passage toSource) -> {
                out.writeByte(0);
                encode(toTarget, out);
                encode(toSource, out);
            }
            case Treatment.Reset() -> out.writeByte(1);
        }
        out.writeLong(cable.age().toNanos())
                .writeLong(cable.bytesToTarget())
                .writeLong(cable.bytesToSource());
        out.setShort(start, out.writerIndex() - start - 2);
    }

    private static void encode(Passage passage, ByteBuf out) {
        switch (passage) {
            case Passage.Open() -> out.writeByte(0);
            case Passage.Delayed(Duration latency, Duration jitter) ->
                    out.writeByte(1).writeLong(latency.toNanos()).writeLong(jitter.toNanos());
            case Passage.Stalled() -> out.writeByte(2);
        }
    }

    /// Reads an answer, or nothing where it is not complete yet.
    ///
    /// @throws CorruptedFrameException if it can never become one
    static Optional<CableListing> decode(ByteBuf in) {
        if (in.readableBytes() < STATUS_BYTES + LENGTH_BYTES) {
            return Optional.empty();
        }
        int status = in.getByte(in.readerIndex());
        int length = in.getInt(in.readerIndex() + STATUS_BYTES);
        if (status != TunnelAnswer.JOINED.code() || length < TOTAL_BYTES || length > MAX_BYTES) {
            throw new CorruptedFrameException(
                    "cables: status %d, %d bytes (expected: 0, and %d..%d)"
                            .formatted(status, length, TOTAL_BYTES, MAX_BYTES));
        }
        if (in.readableBytes() < STATUS_BYTES + LENGTH_BYTES + length) {
            return Optional.empty();
        }
        ByteBuf body = in.skipBytes(STATUS_BYTES + LENGTH_BYTES).readSlice(length);
        try {
            int total = body.readInt();
            List<CableView> cables = new ArrayList<>();
            while (body.isReadable()) {
                cables.add(cable(body.readSlice(body.readUnsignedShort())));
            }
            return Optional.of(new CableListing(cables, total));
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new CorruptedFrameException("cables: " + e.getMessage(), e);
        }
    }

    private static CableView cable(ByteBuf in) {
        return new CableView(
                in.readLong(),
                TunnelCodec.readName(in),
                TunnelCodec.readName(in),
                STATES.get(in.readUnsignedByte()),
                treatment(in),
                Duration.ofNanos(in.readLong()),
                in.readLong(),
                in.readLong());
    }

    private static Treatment treatment(ByteBuf in) {
        int kind = in.readUnsignedByte();
        return switch (kind) {
            case 0 -> new Treatment.Carry(passage(in), passage(in));
            case 1 -> new Treatment.Reset();
            default -> throw new IllegalArgumentException("treatment " + kind);
        };
    }

    private static Passage passage(ByteBuf in) {
        int kind = in.readUnsignedByte();
        return switch (kind) {
            case 0 -> new Passage.Open();
            case 1 ->
                    new Passage.Delayed(
                            Duration.ofNanos(in.readLong()), Duration.ofNanos(in.readLong()));
            case 2 -> new Passage.Stalled();
            default -> throw new IllegalArgumentException("passage " + kind);
        };
    }
}
