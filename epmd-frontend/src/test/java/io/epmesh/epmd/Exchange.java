package io.epmesh.epmd;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// What a client does on one connection.
///
/// @param source the address that it connects from
/// @param chunks written one by one; their bytes need not arrive so
/// @param settled whether each chunk has been read by the server before the next is written
/// @param end what it does after the last chunk
record Exchange(String source, List<byte[]> chunks, boolean settled, End end) {
    enum End {
        /// Reads the reply, and keeps the connection if it is a registration.
        HOLD,
        /// Half-closes, then reads until the server closes.
        HALF_CLOSE,
        /// Resets without reading.
        RESET
    }

    static final String LOOPBACK = "127.0.0.1";

    private static final int NAME_AT = 13;

    static Exchange of(byte[]... chunks) {
        return new Exchange(LOOPBACK, List.of(chunks), false, End.HOLD);
    }

    static Exchange of(String hex) {
        return of(Golden.hex(hex));
    }

    Exchange andEnd(End newEnd) {
        return new Exchange(source, chunks, settled, newEnd);
    }

    Exchange from(String newSource) {
        return new Exchange(newSource, chunks, settled, end);
    }

    Exchange settling() {
        return new Exchange(source, chunks, true, end);
    }

    InetAddress sourceAddress() {
        return InetAddress.ofLiteral(source);
    }

    byte[] bytes() {
        byte[] all = new byte[chunks.stream().mapToInt(chunk -> chunk.length).sum()];
        int at = 0;
        for (byte[] chunk : chunks) {
            System.arraycopy(chunk, 0, all, at, chunk.length);
            at += chunk.length;
        }
        return all;
    }

    /// The first frame's opcode, -1 if it did not come that far.
    int opcode() {
        byte[] all = bytes();
        return all.length > 2 ? all[2] & 0xff : -1;
    }

    /// The name of an ALIVE2_REQ of the right shape.
    byte[] aliveName() {
        byte[] all = bytes();
        int nlen = u16(all, 11);
        return Arrays.copyOfRange(all, NAME_AT, NAME_AT + nlen);
    }

    /// The name of a whole PORT_PLEASE2_REQ or STOP_REQ, less the NUL at its end.
    byte[] onlyName() {
        byte[] all = bytes();
        int end = 2 + u16(all, 0);
        return Arrays.copyOfRange(all, 3, end > 3 && all[end - 1] == 0 ? end - 1 : end);
    }

    /// Two bytes, big-endian.
    static int u16(byte[] bytes, int at) {
        return ((bytes[at] & 0xff) << 8) + (bytes[at + 1] & 0xff);
    }

    @Override
    public String toString() {
        List<String> hex = new ArrayList<>();
        chunks.forEach(chunk -> hex.add(HexFormat.of().formatHex(chunk)));
        return "from %s%s, then %s: %s".formatted(source, settled ? ", settled" : "", end, hex);
    }
}
