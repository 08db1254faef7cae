package io.epmesh.bench;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

/// What somebody does to a name server.
///
/// @param title of the row
/// @param sources how many addresses it comes from, none of which is the host's; 0: from the host
/// @param connections how many are open at a time, at the most
/// @param first what each sends when it is there
/// @param then what each does behind that
/// @param again whether one that has ended is followed by another
/// @param openFiles of the server, at the most
record Attack(
        String title,
        int sources,
        int connections,
        ByteBuffer first,
        Then then,
        boolean again,
        int openFiles) {
    /// What a connection does behind its first bytes.
    enum Then {
        /// Nothing: it waits.
        WAIT,
        /// Sends a byte a second.
        DRIP,
        /// Says that it will send no more, and waits.
        HALF_CLOSE,
        /// Ends at once.
        RESET
    }

    private static final int MANY_FILES = 16_384;
    private static final int FEW_FILES = 512;

    /// A frame of the longest length that is allowed, of which nothing more comes.
    private static final ByteBuffer LONG_FRAME = bytes(0x0b, 0xf1);

    private static final ByteBuffer NAMES_REQ = bytes(0, 1, 110);
    private static final ByteBuffer NOTHING = bytes();

    static List<Attack> all() {
        return List.of(
                idle("10,000 idle, 40 sources", 40, 10_000, MANY_FILES),
                idle("10,000 idle, 1 source", 1, 10_000, MANY_FILES),
                idle("10,000 idle, this host", 0, 10_000, MANY_FILES),
                new Attack(
                        "2,000 drip a byte a second",
                        10,
                        2_000,
                        LONG_FRAME,
                        Then.DRIP,
                        true,
                        MANY_FILES),
                new Attack(
                        "half-closed in a frame",
                        10,
                        256,
                        LONG_FRAME,
                        Then.HALF_CLOSE,
                        true,
                        MANY_FILES),
                new Attack("connect, reset", 10, 256, NOTHING, Then.RESET, true, MANY_FILES),
                new Attack("random bytes", 10, 256, random(), Then.WAIT, true, MANY_FILES),
                new Attack("NAMES, at once again", 10, 256, NAMES_REQ, Then.WAIT, true, MANY_FILES),
                idle("2,000 idle, 512 open files", 40, 2_000, FEW_FILES),
                idle("2,000 idle, this host, 512 files", 0, 2_000, FEW_FILES));
    }

    private static Attack idle(String title, int sources, int connections, int openFiles) {
        return new Attack(title, sources, connections, NOTHING, Then.WAIT, true, openFiles);
    }

    private static ByteBuffer random() {
        byte[] bytes = new byte[98];
        new Random(1).nextBytes(bytes);
        return ByteBuffer.allocate(100).putShort((short) bytes.length).put(bytes).flip();
    }

    private static ByteBuffer bytes(int... bytes) {
        ByteBuffer buffer = ByteBuffer.allocate(bytes.length);
        for (int each : bytes) {
            buffer.put((byte) each);
        }
        return buffer.flip();
    }
}
