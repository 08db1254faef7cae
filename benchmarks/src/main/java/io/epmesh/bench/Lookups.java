package io.epmesh.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The look-ups of a run: one PORT_PLEASE2_REQ for each registered name, in turn.
final class Lookups {
    private static final byte PORT_PLEASE2_REQ = 122;
    private static final byte PORT2_RESP = 119;

    /// Bytes that a reply without Extra is longer than its request.
    private static final int REPLY_SURPLUS = 11;

    private static final int FIRST_PORT = 20_000;

    /// Invariant: the frame at `i` asks for name `i`.
    private final List<MemorySegment> frames = new ArrayList<>();

    /// @param names how many, 1..10,000
    Lookups(int names) {
        for (int i = 0; i < names; i++) {
            byte[] name = name(i);
            byte[] frame = new byte[3 + name.length];
            frame[1] = (byte) (1 + name.length);
            frame[2] = PORT_PLEASE2_REQ;
            System.arraycopy(name, 0, frame, 3, name.length);
            frames.add(Arena.global().allocateFrom(ValueLayout.JAVA_BYTE, frame));
        }
    }

    static byte[] name(int index) {
        return "node%05d".formatted(index).getBytes(StandardCharsets.US_ASCII);
    }

    static int port(int index) {
        return FIRST_PORT + index;
    }

    int count() {
        return frames.size();
    }

    MemorySegment frame(int index) {
        return frames.get(index);
    }

    /// Whether these are the bytes of the reply to the frame at `index`.
    boolean isReply(MemorySegment reply, int size, int index) {
        int port =
                Byte.toUnsignedInt(reply.get(ValueLayout.JAVA_BYTE, 2)) << 8
                        | Byte.toUnsignedInt(reply.get(ValueLayout.JAVA_BYTE, 3));
        return size == frame(index).byteSize() + REPLY_SURPLUS
                && reply.get(ValueLayout.JAVA_BYTE, 0) == PORT2_RESP
                && reply.get(ValueLayout.JAVA_BYTE, 1) == 0
                && port == port(index);
    }
}
