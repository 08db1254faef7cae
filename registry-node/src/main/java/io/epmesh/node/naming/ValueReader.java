package io.epmesh.node.naming;

import io.epmesh.gossip.Bytes;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Takes the bytes of a replicated value apart, as [ValueWriter] put them together.
final class ValueReader {
    private final ByteBuffer in;

    private ValueReader(Bytes value) {
        this.in = ByteBuffer.wrap(value.toArray());
    }

    /// Builds a value from its bytes.
    interface Layout<T> {
        T read(ValueReader in);
    }

    /// What `layout` reads; nothing, if the bytes are not of that layout: such a value is carried
    /// for those who can read it.
    static <T> Optional<T> read(Bytes value, Layout<T> layout) {
        try {
            return Optional.of(layout.read(new ValueReader(value)));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// Whether a field follows, that former versions did not write.
    boolean hasMore() {
        return in.hasRemaining();
    }

    int u8() {
        return in.get() & 0xff;
    }

    int u16() {
        return in.getShort() & 0xffff;
    }

    long u32() {
        return in.getInt() & 0xffff_ffffL;
    }

    long i64() {
        return in.getLong();
    }

    byte[] bytes() {
        int length = u16();
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    List<String> texts() {
        int count = u16();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(text());
        }
        return texts;
    }
}
