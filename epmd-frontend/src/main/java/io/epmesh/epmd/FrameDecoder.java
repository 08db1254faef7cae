package io.epmesh.epmd;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.function.IntPredicate;

/// Cuts the first request out of a connection: `Length:16 Body[Length]`, Length 1..3057. It emits
/// the body and is then removed by the handler that takes it; bytes behind the frame go to whatever
/// stands behind it in the pipeline.
///
/// The C program reads once, up to 3,059 bytes: a frame that comes with bytes behind it in that
/// first read is closed on without a reply; when the frame needed more reads, what follows it is
/// never looked at. The same is done here, except for opcodes whose connection goes on.
final class FrameDecoder extends ByteToMessageDecoder {
    static final int MAX_LENGTH = 3057;
    private static final int LENGTH_BYTES = 2;

    private final IntPredicate goesOn;
    private boolean firstRead = true;
    private boolean done;

    /// @param goesOn tells the opcodes whose connection carries more than one frame
    FrameDecoder(IntPredicate goesOn) {
        this.goesOn = goesOn;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (done) {
            // Not removed yet, so the first frame is still being looked at: its taker gets the
            // rest.
            return;
        }
        boolean whole = isWhole(in);
        if (whole) {
            int length = in.getUnsignedShort(in.readerIndex());
            int surplus = in.readableBytes() - LENGTH_BYTES - length;
            int opcode = in.getUnsignedByte(in.readerIndex() + LENGTH_BYTES);
            if (firstRead && surplus > 0 && !goesOn.test(opcode)) {
                done = true;
                throw violation(in, "frame: %d bytes behind it".formatted(surplus));
            }
            done = true;
            out.add(in.skipBytes(LENGTH_BYTES).readRetainedSlice(length));
        }
        firstRead = false;
    }

    private boolean isWhole(ByteBuf in) {
        if (in.readableBytes() < LENGTH_BYTES) {
            return false;
        }
        int length = in.getUnsignedShort(in.readerIndex());
        if (length < 1 || length > MAX_LENGTH) {
            done = true;
            throw violation(in, "Length: %d (expected: 1..%d)".formatted(length, MAX_LENGTH));
        }
        return in.readableBytes() >= LENGTH_BYTES + length;
    }

    private static ProtocolViolation violation(ByteBuf in, String message) {
        in.skipBytes(in.readableBytes());
        return new ProtocolViolation(message);
    }
}
