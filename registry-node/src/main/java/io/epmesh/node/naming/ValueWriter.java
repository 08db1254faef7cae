package io.epmesh.node.naming;

import io.epmesh.gossip.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Builds the bytes of a replicated value: big-endian numbers, texts and bytes behind a length of
/// 16 bits. Values only ever grow at their end, and readers skip what they do not know there.
final class ValueWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(128);

    ValueWriter u8(int value) {
        out.write(value);
        return this;
    }

    ValueWriter u16(int value) {
        return u8(value >>> 8).u8(value);
    }

    ValueWriter u32(long value) {
        return u16((int) (value >>> 16)).u16((int) value);
    }

    ValueWriter i64(long value) {
        out.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
        return this;
    }

    ValueWriter bytes(byte[] value) {
        Ranges.check("length", value.length, 0, 0xffff);
        u16(value.length);
        out.writeBytes(value);
        return this;
    }

    ValueWriter text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    ValueWriter texts(List<String> values) {
        u16(values.size());
        values.forEach(this::text);
        return this;
    }

    Bytes toBytes() {
        return Bytes.copyOf(out.toByteArray());
    }
}
