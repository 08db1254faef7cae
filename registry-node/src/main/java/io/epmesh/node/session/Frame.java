package io.epmesh.node.session;

import java.nio.ByteBuffer;

/// One frame of a session:
///
/// ```
/// +-----------+--------+------------+------+
/// | length:32 | type:8 | request:32 | body |   length counts all behind itself
/// +-----------+--------+------------+------+
/// ```
///
/// @param type what the body is, 0..255
/// @param request number that ties an answer to its request, 0..2^32-1
/// @param body the fields; nobody moves its position or writes to it
record Frame(int type, long request, ByteBuffer body) {
    static final int LENGTH_BYTES = 4;

    /// Type and request number.
    static final int MIN_LENGTH = 5;

    /// Longest frame to a peer; no request comes near, and strangers shall not fill its memory.
    static final int MAX_REQUEST = 1 << 16;

    /// Longest frame from a peer.
    static final int MAX_ANSWER = 1 << 20;

    /// Checks a length field.
    ///
    /// @throws MalformedException if no frame has that length
    static int checkLength(int length, int max) {
        if (length < MIN_LENGTH || length > max) {
            throw new MalformedException(
                    "length: %d (expected: %d..%d)"
                            .formatted(length & 0xffff_ffffL, MIN_LENGTH, max));
        }
        return length;
    }

    /// Reads what stands behind the length field.
    static Frame decode(ByteBuffer bytes) {
        int type = bytes.get() & 0xff;
        long request = bytes.getInt() & 0xffff_ffffL;
        byte[] body = new byte[bytes.remaining()];
        bytes.get(body);
        return new Frame(type, request, ByteBuffer.wrap(body));
    }

    boolean fits() {
        return body.remaining() <= MAX_ANSWER - MIN_LENGTH;
    }

    byte[] encode() {
        return ByteBuffer.allocate(LENGTH_BYTES + MIN_LENGTH + body.remaining())
                .putInt(MIN_LENGTH + body.remaining())
                .put((byte) type)
                .putInt((int) request)
                .put(body.duplicate())
                .array();
    }
}
