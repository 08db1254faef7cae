package io.epmesh.node.session;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// Writes fields one after the other into bytes that grow; the mirror of [FieldReader].
final class FieldWriter {
    private byte[] bytes = new byte[128];
    private int size;

    FieldWriter u8(int value) {
        grow(1)[size++] = (byte) value;
        return this;
    }

    FieldWriter u16(int value) {
        return u8(value >>> 8).u8(value);
    }

    FieldWriter u32(long value) {
        return u16((int) (value >>> 16)).u16((int) value);
    }

    FieldWriter i64(long value) {
        return u32(value >>> 32).u32(value);
    }

    FieldWriter time(Instant value) {
        return i64(value.toEpochMilli());
    }

    FieldWriter bool(boolean value) {
        return u8(value ? 1 : 0);
    }

    /// Writes the number of a value, which is its place among the values.
    <T> FieldWriter choice(T value, List<T> values) {
        int number = values.indexOf(value);
        if (number < 0) {
            throw new IllegalArgumentException(value + " (expected: one of " + values + ")");
        }
        return u8(number);
    }

    /// Writes text; what is longer than the length field can say is cut at a code point.
    FieldWriter string(String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, 0xffff);
        while (length < text.length && length > 0 && (text[length] & 0xc0) == 0x80) {
            length--;
        }
        u16(length);
        System.arraycopy(text, 0, grow(length), size, length);
        size += length;
        return this;
    }

    <T> FieldWriter optional(Optional<T> value, BiConsumer<FieldWriter, T> writer) {
        bool(value.isPresent());
        value.ifPresent(v -> writer.accept(this, v));
        return this;
    }

    <T> FieldWriter list(Collection<T> values, BiConsumer<FieldWriter, T> writer) {
        u32(values.size());
        values.forEach(v -> writer.accept(this, v));
        return this;
    }

    FieldWriter record(Consumer<FieldWriter> fields) {
        int start = size;
        u32(0);
        fields.accept(this);
        ByteBuffer.wrap(bytes).putInt(start, size - start - 4);
        return this;
    }

    ByteBuffer toBuffer() {
        return ByteBuffer.wrap(bytes, 0, size).slice();
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    private byte[] grow(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
        return bytes;
    }
}
