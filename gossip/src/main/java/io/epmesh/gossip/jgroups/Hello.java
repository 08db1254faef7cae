package io.epmesh.gossip.jgroups;

import io.epmesh.gossip.PeerId;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.CorruptedFrameException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The first bytes of a connection: who calls, and for which mesh. The called end says nothing.
///
/// ```
/// magic:4 "EPMG"  least:1  highest:1  reserved:2 (0)
/// mesh:8          first bytes of the SHA-256 of the mesh name
/// high:8 low:8    peer id
/// incarnation:8
/// ```
///
/// These bytes never change. `least` and `highest` are the versions of what follows that the caller
/// speaks; 0 as the highest stands for the least. It is let in if one of them is spoken here, and
/// speaks the least for as long as the called end says nothing, as in version 1 it never does.
///
/// @param versions that the caller speaks
/// @param mesh digest of the mesh name
/// @param peer who calls
/// @param incarnation which run of it
record Hello(Versions versions, long mesh, PeerId peer, long incarnation) {
    /// Bytes of the encoded form.
    static final int LENGTH = 40;

    private static final int MAGIC = 0x45504d47;
    private static final int RESERVED_LENGTH = 2;

    /// From the least to the highest.
    record Versions(int least, int highest) {
        /// What this program speaks.
        static final Versions OURS = new Versions(1, 1);

        boolean hasOneOf(Versions others) {
            return least <= others.highest && others.least <= highest;
        }

        @Override
        public String toString() {
            return least + ".." + highest;
        }
    }

    /// Of this program.
    Hello(long mesh, PeerId peer, long incarnation) {
        this(Versions.OURS, mesh, peer, incarnation);
    }

    /// The digest of a mesh name.
    static long mesh(String name) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(name.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// Appends the encoded form.
    void encode(ByteBuf out) {
        out.writeInt(MAGIC).writeByte(versions.least()).writeByte(versions.highest());
        out.writeZero(RESERVED_LENGTH);
        out.writeLong(mesh).writeLong(peer.high()).writeLong(peer.low()).writeLong(incarnation);
    }

    /// Refuses bytes that cannot become a hello, however few of them have come.
    ///
    /// @throws CorruptedFrameException naming what came
    static void checkStart(ByteBuf in) {
        for (int i = 0; i < Math.min(Integer.BYTES, in.readableBytes()); i++) {
            int expected = (MAGIC >>> (Byte.SIZE * (Integer.BYTES - 1 - i))) & 0xff;
            int actual = in.getUnsignedByte(in.readerIndex() + i);
            if (actual != expected) {
                throw new CorruptedFrameException(
                        "magic[%d]: %d (expected: %d)".formatted(i, actual, expected));
            }
        }
    }

    /// Reads the [#LENGTH] bytes of a hello.
    ///
    /// @throws CorruptedFrameException naming the field and what is expected
    static Hello decode(ByteBuf in) {
        checkStart(in);
        in.skipBytes(Integer.BYTES);
        int least = in.readUnsignedByte();
        int highest = in.readUnsignedByte();
        in.skipBytes(RESERVED_LENGTH);
        return new Hello(
                new Versions(least, highest == 0 ? least : highest),
                in.readLong(),
                new PeerId(in.readLong(), in.readLong()),
                in.readLong());
    }
}
