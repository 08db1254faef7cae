package io.epmesh.gossip;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;

/// Bytes of the golden files: hex text, `#` starts a comment. They were written by hand from
/// `docs/gossip-protocol.md`, not by the code that they test.
public final class Golden {
    private Golden() {}

    /// {@return the bytes of `/golden/NAME.hex`}
    ///
    /// @param name of the file
    public static byte[] bytes(String name) {
        try (InputStream in = Golden.class.getResourceAsStream("/golden/" + name + ".hex")) {
            if (in == null) {
                throw new AssertionError("no golden file " + name);
            }
            StringBuilder digits = new StringBuilder();
            new String(in.readAllBytes(), UTF_8)
                    .lines()
                    .map(line -> line.replaceFirst("#.*", ""))
                    .forEach(line -> digits.append(line.replace(" ", "")));
            return HexFormat.of().parseHex(digits);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
