package io.epmesh.gossip;

import java.util.Arrays;

/// Appends big-endian values to bytes that grow. Confined to its caller.
final class WireWriter {
    private byte[] bytes = new byte[256];
    private int length;

    WireWriter u8(int value) {
        reserve(1);
        bytes[length++] = (byte) value;
        return this;
    }

    WireWriter u16(int value) {
        return u8(value >>> 8).u8(value);
    }

    WireWriter u32(int value) {
        return u16(value >>> 16).u16(value);
    }

    WireWriter i64(long value) {
        return u32((int) (value >>> 32)).u32((int) value);
    }

    WireWriter raw(byte[] value) {
        reserve(value.length);
        System.arraycopy(value, 0, bytes, length, value.length);
        length += value.length;
        return this;
    }

    /// A length of 16 bits, then the bytes.
    WireWriter bytes(Bytes value) {
        return u16(value.length()).raw(value.unsafeArray());
    }

    WireWriter peer(PeerId peer) {
        return i64(peer.high()).i64(peer.low());
    }

    WireWriter writer(WriterId writer) {
        return i64(writer.high()).i64(writer.low());
    }

    WireWriter dot(Dot dot) {
        return writer(dot.writer()).i64(dot.counter());
    }

    WireWriter key(Key key) {
        return u16(key.kind()).bytes(key.name());
    }

    byte[] toArray() {
        return Arrays.copyOf(bytes, length);
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
