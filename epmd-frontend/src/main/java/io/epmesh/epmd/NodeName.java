package io.epmesh.epmd;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;

/// The name under which a node registers (`rabbit`), or, in a look-up, a full one (`rabbit@host`).
///
/// Strict UTF-8 maps each byte string to one text and back, so equality of the text is the equality
/// of bytes that EPMD asks for: case counts, and nothing is normalised.
///
/// @param value 1 to [#MAX_CODE_POINTS] code points, no NUL, no lone surrogate
public record NodeName(String value) {
    /// Most code points in a name (epmd's MAXSYMLEN).
    public static final int MAX_CODE_POINTS = 255;

    /// Most bytes in a name: 255 code points of four bytes.
    public static final int MAX_BYTES = 4 * MAX_CODE_POINTS;

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException if the value is no name, with the value in the message
    public NodeName {
        if (!isName(value)) {
            throw new IllegalArgumentException(
                    "node name: \"%s\" (expected: 1..255 code points of Unicode without NUL)"
                            .formatted(printable(value)));
        }
    }

    /// The name that these bytes spell; empty if they spell none.
    static Optional<NodeName> decode(ByteBuf buffer, int index, int length) {
        if (length == 0 || length > MAX_BYTES) {
            return Optional.empty();
        }
        byte[] bytes = ByteBufUtil.getBytes(buffer, index, length);
        return text(bytes).filter(NodeName::isName).map(NodeName::new);
    }

    private static Optional<String> text(byte[] bytes) {
        if (isAscii(bytes)) {
            return Optional.of(new String(bytes, ISO_8859_1));
        }
        try {
            // A new decoder reports malformed input; String's constructor would replace it.
            return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException malformed) {
            return Optional.empty();
        }
    }

    private static boolean isAscii(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isName(String value) {
        return !value.isEmpty()
                && value.length() <= 2 * MAX_CODE_POINTS
                && value.codePointCount(0, value.length()) <= MAX_CODE_POINTS
                && value.codePoints().noneMatch(c -> c == 0 || isSurrogate(c));
    }

    private static boolean isSurrogate(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }

    /// Whether this is a full name, `name@host`.
    ///
    /// @return true if the name has an `@`
    public boolean isFull() {
        return value.indexOf('@') >= 0;
    }

    /// The bytes of the wire.
    ///
    /// @return 1 to [#MAX_BYTES] bytes of UTF-8, a new array
    public byte[] toBytes() {
        return value.getBytes(UTF_8);
    }

    /// The name for lines that people and programs parse: white space and control characters, with
    /// which a name could forge another line, are shown as `?`.
    ///
    /// @return as many code points as the name has
    public String printable() {
        return printable(value);
    }

    private static String printable(String text) {
        if (text.codePoints().noneMatch(NodeName::forges)) {
            return text;
        }
        return text.codePoints()
                .map(c -> forges(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean forges(int c) {
        return Character.isISOControl(c)
                || Character.isWhitespace(c)
                || Character.isSpaceChar(c)
                || isSurrogate(c);
    }

    @Override
    public String toString() {
        return printable();
    }
}
