package io.epmesh.relay;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.CorruptedFrameException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// What a relay asks of another: a cable between two nodes. The one authority for its bytes:
///
/// ```
/// magic:16=0x6572 version:8=1 sourceLength:16 source targetLength:16 target
/// ```
record TunnelRequest(String source, String target) {
    /// Bytes of a name in UTF-8: a node name of 255 characters, and a host name.
    static final int MAX_NAME_BYTES = 1_500;

    private static final int MAGIC = 0x6572;
    private static final int VERSION = 1;

    static void checkName(String what, String name) {
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (length < 1 || length > MAX_NAME_BYTES) {
            throw new IllegalArgumentException(
                    "%s: %d bytes (expected: 1..%d)".formatted(what, length, MAX_NAME_BYTES));
        }
    }

    void encode(ByteBuf out) {
        out.writeShort(MAGIC).writeByte(VERSION);
        write(out, source);
        write(out, target);
    }

    private static void write(ByteBuf out, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        out.writeShort(bytes.length).writeBytes(bytes);
    }

    /// Reads a request from the start of `in`, or nothing where it is not complete yet.
    ///
    /// @throws CorruptedFrameException if it can never become one
    static Optional<TunnelRequest> decode(ByteBuf in) {
        ByteBuf seen = in.duplicate();
        if (seen.readableBytes() < 2 + 1) {
            return Optional.empty();
        }
        int magic = seen.readUnsignedShort();
        int version = seen.readUnsignedByte();
        if (magic != MAGIC || version != VERSION) {
            throw new CorruptedFrameException(
                    "tunnel request: magic %04x version %d (expected: %04x, %d)"
                            .formatted(magic, version, MAGIC, VERSION));
        }
        Optional<String> source = name(seen);
        Optional<String> target = source.isEmpty() ? Optional.empty() : name(seen);
        target.ifPresent(_ -> in.readerIndex(seen.readerIndex()));
        return target.map(name -> new TunnelRequest(source.orElseThrow(), name));
    }

    private static Optional<String> name(ByteBuf in) {
        if (in.readableBytes() < 2) {
            return Optional.empty();
        }
        int length = in.readUnsignedShort();
        if (length < 1 || length > MAX_NAME_BYTES) {
            throw new CorruptedFrameException(
                    "name: %d bytes (expected: 1..%d)".formatted(length, MAX_NAME_BYTES));
        }
        if (in.readableBytes() < length) {
            return Optional.empty();
        }
        byte[] bytes = new byte[length];
        in.readBytes(bytes);
        try {
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            throw new CorruptedFrameException("name: not UTF-8");
        }
    }
}
