package io.epmesh.node.adoption;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.epmesh.epmd.Extra;
import io.epmesh.epmd.NodeName;
import io.epmesh.epmd.PortInfo;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/// The bytes of the registration log's records; numbers are big-endian, texts UTF-8 behind a length
/// of 16 bits. Readers skip what follows the fields that they know.
///
/// ```
/// boot:  | 1 8 | boot id: text |
/// held:  | 2 8 | flags 8: 1 socket known, 2 said | port 16 | nodeType 8 | protocol 8 |
///        | highestVersion 16 | lowestVersion 16 | creation 32 | since, ms since 1970, 64 |
///        | socket inode 64 | said creation 32 | name: text | source: length 16, 4 or 16 bytes |
///        | Extra: length 16, bytes | said name: text | said host: text |
/// freed: | 3 8 | name: text |
/// floor: | 4 8 | creation 32 |
/// ```
final class LogCodec {
    private static final int BOOT = 1;
    private static final int HELD = 2;
    private static final int FREED = 3;
    private static final int FLOOR = 4;
    private static final int SOCKET_KNOWN = 1;
    private static final int SAID = 2;

    private LogCodec() {}

    static byte[] encode(LogRecord entry) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
        try {
            write(entry, new DataOutputStream(bytes));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static void write(LogRecord entry, DataOutputStream out) throws IOException {
        switch (entry) {
            case LogRecord.Boot(String id) -> {
                out.writeByte(BOOT);
                text(out, id);
            }
            case LogRecord.Held(RecordedNode node) -> write(node, out);
            case LogRecord.Freed(NodeName name) -> {
                out.writeByte(FREED);
                bytes(out, name.toBytes());
            }
            case LogRecord.Floor(long creation) -> {
                out.writeByte(FLOOR);
                out.writeInt((int) creation);
            }
        }
    }

    private static void write(RecordedNode node, DataOutputStream out) throws IOException {
        PortInfo info = node.info();
        out.writeByte(HELD);
        out.writeByte(
                (node.socket().isPresent() ? SOCKET_KNOWN : 0)
                        | (node.said().isPresent() ? SAID : 0));
        out.writeShort(info.port());
        out.writeByte(info.nodeType());
        out.writeByte(info.protocol());
        out.writeShort(info.highestVersion());
        out.writeShort(info.lowestVersion());
        out.writeInt((int) node.creation());
        out.writeLong(node.since().toEpochMilli());
        out.writeLong(node.socket().orElse(0));
        out.writeInt(node.said().map(self -> (int) self.creation()).orElse(0));
        bytes(out, node.name().toBytes());
        bytes(out, node.source().getAddress());
        bytes(out, info.extra().toBytes());
        text(out, node.said().map(SelfDescription::name).orElse(""));
        text(out, node.said().map(SelfDescription::host).orElse(""));
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        bytes(out, text.getBytes(UTF_8));
    }

    private static void bytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeShort(bytes.length);
        out.write(bytes);
    }

    /// What the bytes say; empty for a kind of a later version, and for bytes that are no record.
    static Optional<LogRecord> decode(byte[] payload) {
        ByteBuffer in = ByteBuffer.wrap(payload);
        try {
            return switch (in.get()) {
                case BOOT -> Optional.of(new LogRecord.Boot(text(in)));
                case HELD -> Optional.of(new LogRecord.Held(held(in)));
                case FREED -> Optional.of(new LogRecord.Freed(new NodeName(text(in))));
                case FLOOR -> Optional.of(new LogRecord.Floor(u32(in)));
                default -> Optional.empty();
            };
        } catch (BufferUnderflowException | IllegalArgumentException | UnknownHostException e) {
            return Optional.empty();
        }
    }

    private static RecordedNode held(ByteBuffer in) throws UnknownHostException {
        int flags = in.get();
        int port = u16(in);
        int nodeType = in.get() & 0xff;
        int protocol = in.get() & 0xff;
        int highestVersion = u16(in);
        int lowestVersion = u16(in);
        long creation = u32(in);
        Instant since = Instant.ofEpochMilli(in.getLong());
        long inode = in.getLong();
        long saidCreation = u32(in);
        NodeName name = new NodeName(text(in));
        InetAddress source = InetAddress.getByAddress(bytes(in));
        Extra extra = Extra.of(bytes(in));
        String saidName = text(in);
        String saidHost = text(in);
        return new RecordedNode(
                name,
                new PortInfo(port, nodeType, protocol, highestVersion, lowestVersion, extra),
                creation,
                since,
                source,
                (flags & SOCKET_KNOWN) != 0 ? OptionalLong.of(inode) : OptionalLong.empty(),
                (flags & SAID) != 0
                        ? Optional.of(new SelfDescription(saidName, saidHost, saidCreation))
                        : Optional.empty());
    }

    private static int u16(ByteBuffer in) {
        return in.getShort() & 0xffff;
    }

    private static long u32(ByteBuffer in) {
        return in.getInt() & 0xffff_ffffL;
    }

    private static String text(ByteBuffer in) {
        return new String(bytes(in), UTF_8);
    }

    private static byte[] bytes(ByteBuffer in) {
        int length = u16(in);
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}
