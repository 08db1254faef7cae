package io.epmesh.gossip;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Takes big-endian values from bytes; every length is checked against what is left, and against
/// its limit, before anything is allocated. Confined to its caller.
final class WireReader {
    private final ByteBuffer in;

    WireReader(byte[] bytes) {
        this(bytes, 0);
    }

    WireReader(byte[] bytes, int from) {
        this.in = ByteBuffer.wrap(bytes, from, bytes.length - from);
    }

    /// Reads one element of a list.
    interface Element<T> {
        T read(WireReader in) throws MalformedMessageException;
    }

    int u8() throws MalformedMessageException {
        need(1);
        return in.get() & 0xff;
    }

    int u16() throws MalformedMessageException {
        need(2);
        return in.getShort() & 0xffff;
    }

    long u32() throws MalformedMessageException {
        need(4);
        return in.getInt() & 0xffff_ffffL;
    }

    long i64() throws MalformedMessageException {
        need(8);
        return in.getLong();
    }

    /// A number that counts something and so is never negative.
    long count64(String what) throws MalformedMessageException {
        long value = i64();
        if (value < 0) {
            throw new MalformedMessageException(what + ": " + value + " (expected: >= 0)");
        }
        return value;
    }

    Bytes bytes(int limit) throws MalformedMessageException {
        int length = u16();
        if (length > limit) {
            throw new MalformedMessageException(
                    "length: " + length + " (expected: <= " + limit + ")");
        }
        return raw(length);
    }

    Bytes raw(int length) throws MalformedMessageException {
        need(length);
        byte[] bytes = new byte[length];
        in.get(bytes);
        return Bytes.wrap(bytes);
    }

    Bytes rest() throws MalformedMessageException {
        return raw(in.remaining());
    }

    PeerId peer() throws MalformedMessageException {
        return new PeerId(i64(), i64());
    }

    WriterId writer() throws MalformedMessageException {
        return new WriterId(i64(), i64());
    }

    Dot dot() throws MalformedMessageException {
        return new Dot(writer(), counter());
    }

    long counter() throws MalformedMessageException {
        long counter = i64();
        if (counter < 1) {
            throw new MalformedMessageException("counter: " + counter + " (expected: >= 1)");
        }
        return counter;
    }

    Key key() throws MalformedMessageException {
        return new Key(u16(), bytes(Limits.KEY_BYTES));
    }

    /// A count of 32 bits, then that many elements of at least `elementBytes` each.
    <T> List<T> list(int limit, int elementBytes, Element<T> element)
            throws MalformedMessageException {
        long count = u32();
        if (count > limit || count * elementBytes > in.remaining()) {
            throw new MalformedMessageException(
                    "count: %d (expected: <= %d, and %d bytes each in the %d left)"
                            .formatted(count, limit, elementBytes, in.remaining()));
        }
        List<T> elements = new ArrayList<>((int) count);
        for (int i = 0; i < count; i++) {
            elements.add(element.read(this));
        }
        return elements;
    }

    private void need(int bytes) throws MalformedMessageException {
        if (in.remaining() < bytes) {
            throw new MalformedMessageException(
                    "bytes left: " + in.remaining() + " (expected: >= " + bytes + ")");
        }
    }
}
