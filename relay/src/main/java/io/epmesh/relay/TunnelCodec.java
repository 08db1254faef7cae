package io.epmesh.relay;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.CorruptedFrameException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The one authority for the bytes of a [TunnelRequest]:
///
/// ```
/// magic:16=0x6572 version:8 kind:8=1 sourceLength:16 source targetLength:16 target
/// magic:16=0x6572 version:8 kind:8=2
/// ```
///
/// In every version a request begins with these three bytes.
final class TunnelCodec {
    /// Bytes of a name in UTF-8: a node name of 255 characters, and a host name.
    static final int MAX_NAME_BYTES = 1_500;

    private static final int MAGIC = 0x6572;
    private static final int HEADER_BYTES = 2 + 1 + 1;
    private static final int JOIN = 1;
    private static final int LIST_CABLES = 2;

    private TunnelCodec() {}

    /// The request is in a version that is not spoken here.
    static final class VersionException extends CorruptedFrameException {
        private static final long serialVersionUID = 1L;

        private VersionException(int version, TunnelVersions spoken) {
            super("tunnel request: version %d (expected: %s)".formatted(version, spoken));
        }
    }

    static boolean isName(String name) {
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        return length >= 1 && length <= MAX_NAME_BYTES;
    }

    static void checkName(String what, String name) {
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "%s: %d bytes (expected: 1..%d)".formatted(what, length, MAX_NAME_BYTES));
        }
    }

    static void encode(TunnelRequest request, int version, ByteBuf out) {
        out.writeShort(MAGIC).writeByte(version);
        switch (request) {
            case TunnelRequest.Join(String source, String target) -> {
                out.writeByte(JOIN);
                writeName(out, source);
                writeName(out, target);
            }
            case TunnelRequest.ListCables() -> out.writeByte(LIST_CABLES);
        }
    }

    /// Reads a request from the start of `in`, or nothing where it is not complete yet.
    ///
    /// @throws VersionException if it is in a version that is not among those
    /// @throws CorruptedFrameException if it can never become one
    static Optional<TunnelRequest> decode(ByteBuf in, TunnelVersions versions) {
        ByteBuf seen = in.duplicate();
        if (seen.readableBytes() < HEADER_BYTES) {
            return Optional.empty();
        }
        int magic = seen.readUnsignedShort();
        int version = seen.readUnsignedByte();
        if (magic != MAGIC) {
            throw new CorruptedFrameException(
                    "tunnel request: magic %04x (expected: %04x)".formatted(magic, MAGIC));
        }
        if (!versions.contain(version)) {
            throw new VersionException(version, versions);
        }
        int kind = seen.readUnsignedByte();
        Optional<TunnelRequest> request =
                switch (kind) {
                    case JOIN -> join(seen);
                    case LIST_CABLES -> Optional.of(new TunnelRequest.ListCables());
                    default ->
                            throw new CorruptedFrameException(
                                    "tunnel request: kind %d (expected: %d or %d)"
                                            .formatted(kind, JOIN, LIST_CABLES));
                };
        request.ifPresent(_ -> in.readerIndex(seen.readerIndex()));
        return request;
    }

    private static Optional<TunnelRequest> join(ByteBuf in) {
        Optional<String> source = name(in);
        Optional<String> target = source.isEmpty() ? Optional.empty() : name(in);
        return target.map(name -> new TunnelRequest.Join(source.orElseThrow(), name));
    }

    private static Optional<String> name(ByteBuf in) {
        if (in.readableBytes() < 2) {
            return Optional.empty();
        }
        int length = checkLength(in.getUnsignedShort(in.readerIndex()));
        return in.readableBytes() < 2 + length ? Optional.empty() : Optional.of(readName(in));
    }

    static void writeName(ByteBuf out, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        out.writeShort(bytes.length).writeBytes(bytes);
    }

    /// @throws CorruptedFrameException if it is none
    /// @throws IndexOutOfBoundsException if it is not whole
    static String readName(ByteBuf in) {
        byte[] bytes = new byte[checkLength(in.readUnsignedShort())];
        in.readBytes(bytes);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new CorruptedFrameException("name: not UTF-8");
        }
    }

    private static int checkLength(int length) {
        if (length < 1 || length > MAX_NAME_BYTES) {
            throw new CorruptedFrameException(
                    "name: %d bytes (expected: 1..%d)".formatted(length, MAX_NAME_BYTES));
        }
        return length;
    }
}
