package io.epmesh.simulator;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/// Speaks as the version after this one may: of each message of this version it makes one with all
/// that a later version is allowed to add, beside one of a type that this version does not have.
final class NextVersion implements SimulatedPeer.Dialect {
    private static final int VERSION_AT = 2;
    private static final int TYPE_AT = 3;
    private static final int HEADER_BYTES = 44;
    private static final int LINE_BYTES = 101;
    private static final int LINE_FLAGS_AT = 32;
    private static final byte NEW_FLAGS = (byte) 0xfc;
    private static final int NEW_TYPE = 200;
    private static final byte NEW_SECTION = 9;

    @Override
    public List<byte[]> speak(byte[] message) {
        byte[] said = message.clone();
        said[VERSION_AT]++;
        switch (said[TYPE_AT]) {
            case 3 -> flagLines(said, HEADER_BYTES);
            case 4 -> {
                said[HEADER_BYTES] |= NEW_FLAGS;
                said = withSection(said);
            }
            case 5 -> {
                said[HEADER_BYTES] |= NEW_FLAGS;
                flagLines(said, HEADER_BYTES + 1);
            }
            case 7 -> said[HEADER_BYTES + LINE_FLAGS_AT] |= NEW_FLAGS;
            case 9 -> said[HEADER_BYTES] |= NEW_FLAGS;
            case 11 -> {
                return List.of(said, unknown(said)); // its slice is the rest
            }
            default -> {}
        }
        return List.of(longer(said, 7), unknown(said));
    }

    private static void flagLines(byte[] said, int countAt) {
        int count = ByteBuffer.wrap(said).getInt(countAt);
        for (int i = 0; i < count; i++) {
            said[countAt + 4 + i * LINE_BYTES + LINE_FLAGS_AT] |= NEW_FLAGS;
        }
    }

    private static byte[] withSection(byte[] summary) {
        int countAt = HEADER_BYTES + 1;
        int sections = ByteBuffer.wrap(summary).getInt(countAt);
        byte[] more = longer(summary, 9);
        ByteBuffer.wrap(more).putInt(countAt, sections + 1);
        more[summary.length] = NEW_SECTION;
        return more;
    }

    private static byte[] unknown(byte[] said) {
        byte[] unknown = longer(Arrays.copyOf(said, HEADER_BYTES), 33);
        unknown[TYPE_AT] = (byte) NEW_TYPE;
        return unknown;
    }

    private static byte[] longer(byte[] bytes, int more) {
        byte[] longer = Arrays.copyOf(bytes, bytes.length + more);
        Arrays.fill(longer, bytes.length, longer.length, (byte) 0xa5);
        return longer;
    }
}
