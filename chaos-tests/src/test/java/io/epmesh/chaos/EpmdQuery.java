package io.epmesh.chaos;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;

/// Plain EPMD requests from one host to another, byte by byte as the distribution protocol draws
/// them and without the project's own codec, which is under test.
///
/// @param from who asks
/// @param target host name or address of whom it asks
record EpmdQuery(Host from, String target) {
    private static final int PORT = 4369;

    /// PORT_PLEASE2_REQ: the distribution port of `name`; empty if it is not known.
    OptionalInt lookup(String name) {
        byte[] answer = exchange("z" + name);
        if (answer.length < 2 || answer[0] != 119) {
            throw new AssertionError("lookup " + name + ": " + HexFormat.of().formatHex(answer));
        }
        return answer[1] == 0
                ? OptionalInt.of(((answer[2] & 0xff) << 8) | (answer[3] & 0xff))
                : OptionalInt.empty();
    }

    /// NAMES_REQ: the lines of the answer, as `name a at port 4711`.
    List<String> names() {
        byte[] answer = exchange("n");
        if (answer.length < 4) {
            throw new AssertionError("names: " + HexFormat.of().formatHex(answer));
        }
        return new String(answer, 4, answer.length - 4, StandardCharsets.UTF_8).lines().toList();
    }

    private byte[] exchange(String body) {
        String script =
                """
                exec 3<>"/dev/tcp/$0/%d" || exit
                printf '\\x%02x\\x%02x%%s' "$1" >&3
                od -An -v -tx1 <&3
                """
                        .formatted(PORT, body.length() >> 8, body.length() & 0xff);
        String hex = from.run("timeout", "5", "bash", "-c", script, target, body).orFail().out();
        return HexFormat.of().parseHex(hex.replaceAll("\\s+", ""));
    }
}
