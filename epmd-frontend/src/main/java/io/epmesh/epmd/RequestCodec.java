package io.epmesh.epmd;

import io.epmesh.epmd.EpmdRequest.Alive2;
import io.epmesh.epmd.EpmdRequest.Dump;
import io.epmesh.epmd.EpmdRequest.Kill;
import io.epmesh.epmd.EpmdRequest.Names;
import io.epmesh.epmd.EpmdRequest.PortPlease2;
import io.epmesh.epmd.EpmdRequest.RefusedAlive2;
import io.epmesh.epmd.EpmdRequest.Stop;
import io.epmesh.epmd.EpmdRequest.StopNoName;
import io.netty.buffer.ByteBuf;

/// The bytes of requests. Big-endian; each is preceded by its length, which [FrameDecoder] reads.
///
/// ```text
/// request   = Length:16 Body[Length]                                        Length 1..3057
/// ALIVE2    = 120 PortNo:16 NodeType:8 Protocol:8 HighestVersion:16 LowestVersion:16
///                 Nlen:16 NodeName[Nlen] Elen:16 Extra[Elen] (more bytes are ignored)
/// PORT2     = 122 NodeName[..] [NUL]         NAMES = 110       DUMP = 100
/// KILL      = 107                                           (bytes behind these three: ignored)
/// STOP      = 115 NodeName[..] [NUL ..]
/// ```
final class RequestCodec {
    static final int ALIVE2 = 120;
    static final int PORT_PLEASE2 = 122;
    static final int NAMES = 110;
    static final int DUMP = 100;
    static final int KILL = 107;
    static final int STOP = 115;

    private static final int NLEN_AT = 9;
    private static final int NAME_AT = 11;

    /// Bytes of ALIVE2 beside the name and Extra.
    private static final int ALIVE2_FIXED = 13;

    private RequestCodec() {}

    static boolean isOpcode(int opcode) {
        return switch (opcode) {
            case ALIVE2, PORT_PLEASE2, NAMES, DUMP, KILL, STOP -> true;
            default -> false;
        };
    }

    /// Reads the body of a request, its opcode first; the buffer's indices stay as they are.
    ///
    /// @throws ProtocolViolation for what is closed on without a reply
    static EpmdRequest decode(ByteBuf body) {
        int opcode = body.getUnsignedByte(body.readerIndex());
        return switch (opcode) {
            case ALIVE2 -> alive2(body.slice());
            case PORT_PLEASE2 -> portPlease2(body);
            case NAMES -> new Names();
            case DUMP -> new Dump();
            case KILL -> new Kill();
            case STOP -> stop(body);
            default -> throw new ProtocolViolation("opcode: " + opcode + " (expected: a request)");
        };
    }

    private static EpmdRequest alive2(ByteBuf body) {
        int size = body.readableBytes();
        if (size <= ALIVE2_FIXED) {
            throw tooShort(size, ALIVE2_FIXED + 1);
        }
        int nlen = body.getUnsignedShort(NLEN_AT);
        if (nlen + ALIVE2_FIXED > size) {
            throw tooShort(size, nlen + ALIVE2_FIXED);
        }
        int elen = body.getUnsignedShort(NAME_AT + nlen);
        if (nlen + elen + ALIVE2_FIXED > size) {
            throw tooShort(size, nlen + elen + ALIVE2_FIXED);
        }
        if (body.indexOf(NAME_AT, NAME_AT + nlen, (byte) 0) >= 0) {
            throw new ProtocolViolation("ALIVE2_REQ: NUL inside NodeName");
        }
        int highestVersion = body.getUnsignedShort(5);
        if (elen > Extra.MAX_BYTES) {
            return new RefusedAlive2(highestVersion, "Extra: %d bytes".formatted(elen));
        }
        Extra extra = Extra.of(body, NAME_AT + nlen + 2, elen);
        PortInfo info =
                new PortInfo(
                        body.getUnsignedShort(1),
                        body.getUnsignedByte(3),
                        body.getUnsignedByte(4),
                        highestVersion,
                        body.getUnsignedShort(7),
                        extra);
        return NodeName.decode(body, NAME_AT, nlen)
                .<EpmdRequest>map(name -> alive2(name, info))
                .orElseGet(() -> new RefusedAlive2(highestVersion, "NodeName: no name"));
    }

    /// A full name could be registered by nobody but a forger: look-ups of it go to the mesh.
    private static EpmdRequest alive2(NodeName name, PortInfo info) {
        return name.isFull()
                ? new RefusedAlive2(
                        info.highestVersion(), "NodeName: \"%s\" has an @".formatted(name))
                : new Alive2(name, info);
    }

    private static ProtocolViolation tooShort(int size, int expected) {
        return new ProtocolViolation(
                "ALIVE2_REQ: %d bytes (expected: at least %d)".formatted(size, expected));
    }

    /// Reads the body of a PORT_PLEASE2_REQ, whose name fills it, less one NUL at its end; the
    /// buffer's indices stay as they are.
    ///
    /// @throws ProtocolViolation if the name is none
    private static PortPlease2 portPlease2(ByteBuf body) {
        int start = body.readerIndex() + 1;
        int end = body.writerIndex();
        if (end > start && body.getByte(end - 1) == 0) {
            end--;
        }
        return NodeName.decode(body, start, end - start)
                .map(PortPlease2::new)
                .orElseThrow(() -> new ProtocolViolation("PORT_PLEASE2_REQ: NodeName is no name"));
    }

    /// The name ends at the first NUL, or with the body.
    private static EpmdRequest stop(ByteBuf body) {
        int start = body.readerIndex() + 1;
        int end = body.writerIndex();
        if (end == start) {
            throw new ProtocolViolation("STOP_REQ: no bytes of a NodeName");
        }
        int nul = body.indexOf(start, end, (byte) 0);
        int length = (nul < 0 ? end : nul) - start;
        return NodeName.decode(body, start, length)
                .<EpmdRequest>map(Stop::new)
                .orElseGet(StopNoName::new);
    }

    /// Writes a request with its length.
    ///
    /// @throws IllegalArgumentException if it has no bytes of its own ([RefusedAlive2],
    ///   [StopNoName])
    static void encode(EpmdRequest request, ByteBuf out) {
        int lengthAt = out.writerIndex();
        out.writeShort(0);
        switch (request) {
            case Alive2(NodeName name, PortInfo info) -> alive2(name, info, out);
            case PortPlease2(NodeName name) ->
                    out.writeByte(PORT_PLEASE2).writeBytes(name.toBytes());
            case Names() -> out.writeByte(NAMES);
            case Dump() -> out.writeByte(DUMP);
            case Kill() -> out.writeByte(KILL);
            case Stop(NodeName name) -> out.writeByte(STOP).writeBytes(name.toBytes());
            case RefusedAlive2 _, StopNoName _ ->
                    throw new IllegalArgumentException("request: " + request + " (cannot be sent)");
        }
        out.setShort(lengthAt, out.writerIndex() - lengthAt - 2);
    }

    private static void alive2(NodeName name, PortInfo info, ByteBuf out) {
        byte[] bytes = name.toBytes();
        out.writeByte(ALIVE2).writeShort(info.port());
        out.writeByte(info.nodeType()).writeByte(info.protocol());
        out.writeShort(info.highestVersion()).writeShort(info.lowestVersion());
        out.writeShort(bytes.length).writeBytes(bytes);
        out.writeShort(info.extra().length());
        info.extra().writeTo(out);
    }
}
