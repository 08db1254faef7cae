package io.epmesh.epmd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// The Extra field of a registration: bytes that EPMD stores and echoes, never reads. Immutable.
public final class Extra {
    /// Most bytes in the field (epmd's limit, as for names).
    public static final int MAX_BYTES = 1020;

    /// No bytes: what every known node sends.
    public static final Extra NONE = new Extra(new byte[0]);

    private final byte[] bytes;

    private Extra(byte[] bytes) {
        this.bytes = bytes;
    }

    /// A field with these bytes, which are copied.
    ///
    /// @param bytes 0 to [#MAX_BYTES] bytes
    /// @return the field
    /// @throws IllegalArgumentException if there are more bytes
    public static Extra of(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "Extra: %d bytes (expected: 0..%d)".formatted(bytes.length, MAX_BYTES));
        }
        return bytes.length == 0 ? NONE : new Extra(bytes.clone());
    }

    static Extra of(ByteBuf buffer, int index, int length) {
        return length == 0 ? NONE : of(ByteBufUtil.getBytes(buffer, index, length));
    }

    /// The length of the field.
    ///
    /// @return 0 to [#MAX_BYTES], in bytes
    public int length() {
        return bytes.length;
    }

    /// The bytes, copied.
    ///
    /// @return a new array
    public byte[] toBytes() {
        return bytes.clone();
    }

    void writeTo(ByteBuf out) {
        out.writeBytes(bytes);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Extra that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
