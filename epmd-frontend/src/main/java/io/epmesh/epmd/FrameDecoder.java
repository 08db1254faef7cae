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
/// The C program reads into 3,059 bytes until it has the length, and from then on no further than
/// the frame. So bytes behind the frame close the connection without a reply if they came with the
/// length and fitted in; otherwise they are never looked at. The same is done here, except for
/// opcodes whose connection goes on.
final class FrameDecoder extends ByteToMessageDecoder {
    static final int MAX_LENGTH = 3057;
    private static final int LENGTH_BYTES = 2;

    /// What one read of a connection takes at most; not less, or surplus would come in a later one.
    static final int READ_BYTES = LENGTH_BYTES + MAX_LENGTH;

    private final IntPredicate goesOn;
    private boolean lengthSeen;
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
        if (isWhole(in)) {
            int length = in.getUnsignedShort(in.readerIndex());
            int surplus = Math.min(in.readableBytes(), READ_BYTES) - LENGTH_BYTES - length;
            int opcode = in.getUnsignedByte(in.readerIndex() + LENGTH_BYTES);
            done = true;
            if (!lengthSeen && surplus > 0 && !goesOn.test(opcode)) {
                throw violation(in, "frame: %d bytes behind it".formatted(surplus));
            }
            out.add(in.skipBytes(LENGTH_BYTES).readRetainedSlice(length));
        }
        lengthSeen = in.readableBytes() >= LENGTH_BYTES;
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
