package io.epmesh.epmd;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.epmesh.epmd.Exchange.End;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/// Exchanges made from a seed: requests, mutations of them, and ways to deliver them, restricted to
/// what has one outcome whatever the timing.
final class RandomExchanges {
    private static final List<byte[]> NAMES =
            List.of(
                    bytes("a"),
                    bytes("b"),
                    bytes("node_1"),
                    bytes("x y"),
                    bytes("x\nname y at port 1"),
                    bytes("tab\t"),
                    bytes("\u00e5\u00e4"),
                    bytes("\u2028"),
                    bytes("a@h"),
                    bytes(""),
                    bytes("n".repeat(254)),
                    bytes("n".repeat(255)),
                    bytes("n".repeat(256)),
                    bytes("\ud83d\ude00".repeat(254)),
                    bytes("\ud83d\ude00".repeat(255)),
                    bytes("\ud83d\ude00".repeat(256)),
                    bytes("n".repeat(1020)),
                    bytes("n".repeat(1021)),
                    bytes("a\0"),
                    bytes("a\0b"),
                    bytes("a\0\0"),
                    latin1("\u00ff"),
                    latin1("\u00c0\u0080"),
                    latin1("\u00c1\u00bf"),
                    latin1("\u00e0\u0080\u0080"),
                    latin1("\u00ed\u00a0\u0080"),
                    latin1("\u00ef\u00bf\u00bf"),
                    latin1("\u00f0\u0080\u0080\u0080"),
                    latin1("\u00f4\u0090\u0080\u0080"),
                    latin1("\u00f5\u0080\u0080\u0080"),
                    latin1("a\u00c3"),
                    latin1("\u0080"));

    private static final int[] VERSIONS = {6, 6, 6, 5, 5, 0, 4, 7, 0xffff};
    private static final int[] EXTRAS = {0, 0, 0, 1, 5, 1020, 1021, 1500};
    private static final int[] OPCODES = {
        RequestCodec.ALIVE2,
        RequestCodec.ALIVE2,
        RequestCodec.ALIVE2,
        RequestCodec.PORT_PLEASE2,
        RequestCodec.PORT_PLEASE2,
        RequestCodec.NAMES,
        RequestCodec.KILL,
        RequestCodec.STOP,
        112,
        97,
        0,
        255
    };

    private final RandomGenerator random;
    private final boolean relaxed;

    /// @param relaxed whether the servers would obey KILL_REQ, which is then not asked
    RandomExchanges(RandomGenerator random, boolean relaxed) {
        this.random = random;
        this.relaxed = relaxed;
    }

    Exchange next() {
        byte[] frame = frame();
        for (int mutations = random.nextInt(8); mutations > 5; mutations--) {
            frame = mutated(frame);
        }
        return delivered(excused(frame));
    }

    /// The servers are not to end: relaxed ones do at any KILL_REQ.
    private byte[] excused(byte[] frame) {
        if (relaxed && frame.length > 2 && frame[2] == RequestCodec.KILL) {
            frame[2] = RequestCodec.NAMES;
        }
        // DUMP has file descriptors in it; the duel compares it by itself.
        if (frame.length > 2 && frame[2] == RequestCodec.DUMP) {
            frame[2] = RequestCodec.PORT_PLEASE2;
        }
        return frame;
    }

    private byte[] frame() {
        return switch (random.nextInt(20)) {
            case 0 -> garbage(random.nextInt(1, 40));
            case 1 -> framed(garbage(random.nextInt(3056, 3060)));
            case 2 -> framed(concat(new byte[] {122}, garbage(random.nextInt(1, 1100))));
            default -> request();
        };
    }

    private byte[] request() {
        int opcode = OPCODES[random.nextInt(OPCODES.length)];
        byte[] name = NAMES.get(random.nextInt(NAMES.size()));
        return switch (opcode) {
            case RequestCodec.ALIVE2 -> framed(alive(name));
            case RequestCodec.PORT_PLEASE2, RequestCodec.STOP ->
                    framed(
                            concat(
                                    new byte[] {(byte) opcode},
                                    name,
                                    new byte[random.nextInt(3) / 2]));
            default ->
                    framed(
                            concat(
                                    new byte[] {(byte) opcode},
                                    garbage(Math.max(0, random.nextInt(8) - 5))));
        };
    }

    private byte[] alive(byte[] name) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(RequestCodec.ALIVE2);
        u16(body, random.nextInt(65536));
        body.write(random.nextInt(256));
        body.write(random.nextInt(256));
        u16(body, VERSIONS[random.nextInt(VERSIONS.length)]);
        u16(body, 5);
        u16(body, name.length);
        body.writeBytes(name);
        int elen = EXTRAS[random.nextInt(EXTRAS.length)];
        u16(body, elen);
        body.writeBytes(garbage(elen));
        body.writeBytes(garbage(Math.max(0, random.nextInt(8) - 5)));
        return body.toByteArray();
    }

    private byte[] mutated(byte[] frame) {
        int at = random.nextInt(frame.length);
        return switch (random.nextInt(5)) {
            case 0 -> {
                byte[] flipped = frame.clone();
                flipped[at] ^= (byte) (1 << random.nextInt(8));
                yield flipped;
            }
            case 1 ->
                    concat(
                            Arrays.copyOf(frame, at),
                            Arrays.copyOfRange(
                                    frame, Math.min(at + 1, frame.length), frame.length));
            case 2 ->
                    concat(
                            Arrays.copyOf(frame, at),
                            garbage(1),
                            Arrays.copyOfRange(frame, at, frame.length));
            case 3 -> Arrays.copyOf(frame, at + 1);
            // The length right again, so that what is wrong is inside.
            default ->
                    frame.length > 2
                            ? framed(Arrays.copyOfRange(frame, 2, Math.max(3, at)))
                            : frame;
        };
    }

    /// Bytes behind the frame have one outcome only if they come with its length, or settled.
    private Exchange delivered(byte[] once) {
        int want = once.length < 2 ? Integer.MAX_VALUE : 2 + Exchange.u16(once, 0);
        boolean complete = once.length >= want;
        // The same request twice in one segment.
        byte[] bytes = complete && random.nextInt(10) == 0 ? concat(once, once) : once;
        String source = random.nextInt(10) == 0 ? "127.0.0.2" : Exchange.LOOPBACK;
        boolean wrongLength = want == 2 || (want > 3059 && want < Integer.MAX_VALUE);
        boolean alive = bytes.length > 2 && bytes[2] == RequestCodec.ALIVE2;
        End end = random.nextInt(3) == 0 || !(complete || wrongLength) ? End.HALF_CLOSE : End.HOLD;
        // Not so a registration: the C program may then drop another's name.
        if (!alive && random.nextInt(12) == 0) {
            end = End.RESET;
        }
        Exchange whole = Exchange.of(bytes).andEnd(end).from(source);
        if (bytes.length < 2 || random.nextBoolean()) {
            return whole;
        }
        if (bytes.length > want && !wrongLength) {
            // Not a registration: whether its name is ever to be seen would be a matter of time.
            return alive
                    ? whole
                    : new Exchange(source, cut(bytes, random.nextInt(1, want)), true, end);
        }
        return new Exchange(source, cuts(bytes), random.nextInt(20) == 0, end);
    }

    private List<byte[]> cuts(byte[] bytes) {
        if (bytes.length < 30 && random.nextInt(4) == 0) {
            List<byte[]> single = new ArrayList<>();
            for (byte each : bytes) {
                single.add(new byte[] {each});
            }
            return single;
        }
        return cut(bytes, random.nextInt(1, bytes.length));
    }

    private static List<byte[]> cut(byte[] bytes, int at) {
        return List.of(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at, bytes.length));
    }

    private byte[] garbage(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    static byte[] framed(byte[] body) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        u16(frame, body.length);
        frame.writeBytes(body);
        return frame.toByteArray();
    }

    private static void u16(ByteArrayOutputStream out, int value) {
        out.write(value >> 8);
        out.write(value);
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static byte[] latin1(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
