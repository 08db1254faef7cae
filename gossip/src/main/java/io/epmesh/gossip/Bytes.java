package io.epmesh.gossip;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// An immutable string of bytes, compared by content, ordered unsigned. Safe for any thread.
public final class Bytes implements Comparable<Bytes> {
    /// No bytes at all.
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] content;

    private Bytes(byte[] content) {
        this.content = content;
    }

    /// Copies `content`.
    ///
    /// @param content the bytes
    /// @return the same bytes, immutable
    public static Bytes copyOf(byte[] content) {
        return content.length == 0 ? EMPTY : new Bytes(content.clone());
    }

    /// {@return the UTF-8 bytes of `text`}
    ///
    /// @param text any text
    public static Bytes utf8(String text) {
        return wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Takes over `content` without a copy; the caller keeps no reference.
    static Bytes wrap(byte[] content) {
        return content.length == 0 ? EMPTY : new Bytes(content);
    }

    /// The array itself, for reading only.
    byte[] unsafeArray() {
        return content;
    }

    /// {@return the number of bytes}
    public int length() {
        return content.length;
    }

    /// {@return a copy of the bytes}
    public byte[] toArray() {
        return content.clone();
    }

    /// {@return the bytes read as UTF-8, malformed ones replaced}
    public String toUtf8() {
        return new String(content, StandardCharsets.UTF_8);
    }

    @Override
    public int compareTo(Bytes other) {
        return Arrays.compareUnsigned(content, other.content);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    /// {@return the bytes in hexadecimal}
    @Override
    public String toString() {
        return HexFormat.of().formatHex(content);
    }
}
