package io.epmesh.epmd;

/// Range checks for the unsigned integers of the wire.
final class Unsigned {
    static final long MAX_32 = 0xFFFF_FFFFL;

    private Unsigned() {}

    static int u8(String field, int value) {
        return (int) within(field, value, 0xFF);
    }

    static int u16(String field, int value) {
        return (int) within(field, value, 0xFFFF);
    }

    static long u32(String field, long value) {
        return within(field, value, MAX_32);
    }

    private static long within(String field, long value, long max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(
                    "%s: %d (expected: 0..%d)".formatted(field, value, max));
        }
        return value;
    }
}
