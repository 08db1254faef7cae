package io.epmesh.gossip;

import java.util.Arrays;
import java.util.SplittableRandom;

/// Damages bytes as no honest peer would.
final class Mutation {
    private static final int[] NASTY = {0, 1, 0x7f, 0x80, 0xff};

    private Mutation() {}

    /// A copy with one to four bytes changed, inserted or removed.
    static byte[] of(byte[] original, SplittableRandom random) {
        byte[] bytes = original.clone();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes && bytes.length > 0; i++) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(6)) {
                case 0 -> bytes = without(bytes, at);
                case 1 -> bytes = with(bytes, at, (byte) random.nextInt(256));
                case 2 -> bytes[at] = (byte) random.nextInt(256);
                case 3 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                default -> bytes[at] = (byte) NASTY[random.nextInt(NASTY.length)];
            }
        }
        return bytes;
    }

    private static byte[] without(byte[] bytes, int at) {
        byte[] shorter = Arrays.copyOf(bytes, bytes.length - 1);
        System.arraycopy(bytes, at + 1, shorter, at, bytes.length - at - 1);
        return shorter;
    }

    private static byte[] with(byte[] bytes, int at, byte more) {
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        System.arraycopy(bytes, at, longer, at + 1, bytes.length - at);
        longer[at] = more;
        return longer;
    }
}
