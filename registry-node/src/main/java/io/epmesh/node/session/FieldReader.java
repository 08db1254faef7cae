package io.epmesh.node.session;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Reads the fields of one body or record; each length is checked against the bytes that are there
/// before anything is allocated. Bytes behind the last read field are nobody's.
final class FieldReader {
    private final ByteBuffer bytes;

    FieldReader(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    int u8(String field) {
        need(field, 1);
        return bytes.get() & 0xff;
    }

    int u16(String field) {
        need(field, 2);
        return bytes.getShort() & 0xffff;
    }

    long u32(String field) {
        need(field, 4);
        return bytes.getInt() & 0xffff_ffffL;
    }

    long i64(String field) {
        need(field, 8);
        return bytes.getLong();
    }

    Instant time(String field) {
        return Instant.ofEpochMilli(i64(field));
    }

    boolean bool(String field) {
        return choice(field, List.of(false, true));
    }

    /// Reads a value by its number, which is its place among the values.
    <T> T choice(String field, List<T> values) {
        int number = u8(field);
        if (number >= values.size()) {
            throw new MalformedException(
                    "%s: %d (expected: 0..%d)".formatted(field, number, values.size() - 1));
        }
        return values.get(number);
    }

    String string(String field) {
        int length = u16(field);
        need(field, length);
        ByteBuffer text = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedException("%s: %d bytes (expected: UTF-8)".formatted(field, length));
        }
    }

    <T> Optional<T> optional(String field, Function<FieldReader, T> value) {
        return bool(field) ? Optional.of(value.apply(this)) : Optional.empty();
    }

    /// Reads a list; no element takes less than two bytes.
    <T> List<T> list(String field, Function<FieldReader, T> element) {
        long count = u32(field);
        if (count > bytes.remaining() / 2) {
            throw new MalformedException(
                    "%s: %d elements (expected: at most %d in the %d bytes that are left)"
                            .formatted(field, count, bytes.remaining() / 2, bytes.remaining()));
        }
        List<T> elements = new ArrayList<>((int) count);
        for (long i = 0; i < count; i++) {
            elements.add(element.apply(this));
        }
        return elements;
    }

    /// Whether there are fields left, which an earlier version does not send.
    boolean hasMore() {
        return bytes.hasRemaining();
    }

    <T> T record(String field, Function<FieldReader, T> fields) {
        long size = u32(field);
        need(field, size);
        ByteBuffer inside = bytes.slice(bytes.position(), (int) size);
        bytes.position(bytes.position() + (int) size);
        return fields.apply(new FieldReader(inside));
    }

    private void need(String field, long length) {
        if (bytes.remaining() < length) {
            throw new MalformedException(
                    "%s: %d bytes are left (expected: %d)"
                            .formatted(field, bytes.remaining(), length));
        }
    }
}
