package io.epmesh.node.handshake;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/// The one authority for the bytes of the distribution handshake, up to the challenge ("Erlang
/// Distribution Protocol", section "Distribution Handshake"). Integers are big-endian, each message
/// is preceded by its length in 16 bits, and bytes behind the drawn ones are ignored.
///
/// ```
/// send_name, version 6   'N' flags:64 creation:32 nameLength:16 name
/// send_name, version 5   'n' version:16 flags:32 name
/// send_status            's' text
/// send_challenge, 6      'N' flags:64 challenge:32 creation:32 nameLength:16 name
/// send_challenge, 5      'n' version:16 flags:32 challenge:32 name
/// ```
///
/// A node of OTP 23 or 24 that is greeted in the old way may answer in either, so both are read.
final class HandshakeCodec {
    /// Bytes of the length that precedes each message.
    static final int LENGTH_BYTES = 2;

    /// The longest message that is read, in bytes: a challenge with the longest name, and as much
    /// again for what later versions may append.
    static final int MESSAGE_LIMIT = 2_048;

    /// The longest node name, in bytes: 255 characters of four bytes.
    static final int NAME_LIMIT = 1_020;

    /// The first `HighestVersion` of a node that understands the 'N' messages (OTP 23).
    static final int VERSION_WITH_CREATION = 6;

    private static final int OLD_VERSION = 5;

    // What OTP 25 demands of whoever connects: EXTENDED_REFERENCES, FUN_TAGS, NEW_FUN_TAGS,
    // EXTENDED_PIDS_PORTS, EXPORT_PTR_TAG, BIT_BINARIES, NEW_FLOATS, UTF8_ATOMS, MAP_TAG,
    // BIG_CREATION and HANDSHAKE_23. A node logs each connection that lacks one.
    private static final long MANDATORY_25 =
            0x4 | 0x10 | 0x80 | 0x100 | 0x200 | 0x400 | 0x800 | 0x10000 | 0x20000 | 0x40000
                    | 0x1000000;
    // What stands for all of them since then, and is itself demanded by later releases.
    private static final long MANDATORY_25_DIGEST = 0x4000000;
    // What OTP 26 demands in addition: UNLINK_ID and V4_NC.
    private static final long MANDATORY_26 = 0x2000000 | 0x4L << 32;

    /// The flags that we claim. PUBLISHED (1) is missing, so that we are a hidden node.
    static final long FLAGS = MANDATORY_25 | MANDATORY_25_DIGEST | MANDATORY_26;

    /// What a challenge tells about the node that sent it.
    record Challenge(String fullName, OptionalLong creation) {}

    private HandshakeCodec() {}

    /// Appends the greeting to `out`, its length included.
    ///
    /// @param ownName our own name, `name@host` in ASCII
    static void writeName(ByteBuf out, String ownName, int highestVersion) {
        byte[] name = ownName.getBytes(StandardCharsets.US_ASCII);
        if (highestVersion >= VERSION_WITH_CREATION) {
            out.writeShort(1 + 8 + 4 + 2 + name.length).writeByte('N');
            out.writeLong(FLAGS).writeInt(0).writeShort(name.length);
        } else {
            out.writeShort(1 + 2 + 4 + name.length).writeByte('n');
            out.writeShort(OLD_VERSION).writeInt((int) FLAGS);
        }
        out.writeBytes(name);
    }

    /// Whether `message` is the status with which a node goes on to its challenge.
    static boolean isWelcome(ByteBuf message) {
        if (!message.isReadable() || message.readByte() != 's') {
            return false;
        }
        String status = message.toString(StandardCharsets.US_ASCII);
        return status.equals("ok") || status.equals("ok_simultaneous");
    }

    /// The challenge in `message`; empty if it is none.
    static Optional<Challenge> readChallenge(ByteBuf message) {
        if (!message.isReadable()) {
            return Optional.empty();
        }
        return switch (message.readByte()) {
            case 'N' -> readNewChallenge(message);
            case 'n' -> readOldChallenge(message);
            default -> Optional.empty();
        };
    }

    private static Optional<Challenge> readNewChallenge(ByteBuf message) {
        if (message.readableBytes() < 8 + 4 + 4 + 2) {
            return Optional.empty();
        }
        message.skipBytes(8 + 4);
        long creation = message.readUnsignedInt();
        int nameLength = message.readUnsignedShort();
        if (nameLength > message.readableBytes()) {
            return Optional.empty();
        }
        OptionalLong known = creation == 0 ? OptionalLong.empty() : OptionalLong.of(creation);
        return readFullName(message, nameLength).map(name -> new Challenge(name, known));
    }

    private static Optional<Challenge> readOldChallenge(ByteBuf message) {
        if (message.readableBytes() < 2 + 4 + 4) {
            return Optional.empty();
        }
        message.skipBytes(2 + 4 + 4);
        return readFullName(message, message.readableBytes())
                .map(name -> new Challenge(name, OptionalLong.empty()));
    }

    private static Optional<String> readFullName(ByteBuf message, int length) {
        if (length > NAME_LIMIT) {
            return Optional.empty();
        }
        byte[] bytes = new byte[length];
        message.readBytes(bytes);
        return Optional.of(decode(bytes)).filter(HandshakeCodec::isFullName);
    }

    // Nodes write their name in Latin-1, newer ones may write UTF-8: whatever is valid UTF-8 is
    // taken for it, which for the ASCII names of practice is the same.
    private static String decode(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException notUtf8) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    private static boolean isFullName(String name) {
        int at = name.indexOf('@');
        return at > 0
                && at == name.lastIndexOf('@')
                && at < name.length() - 1
                && name.chars().noneMatch(Character::isISOControl);
    }
}
