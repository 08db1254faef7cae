package io.epmesh.node.cli;

import io.epmesh.node.naming.NodeName;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Supplier;

/// Checks of arguments before any peer is asked; what is wrong is a [UsageException].
final class Arguments {
    private Arguments() {}

    static NodeName node(String text) {
        return checked(() -> NodeName.parse(text));
    }

    static PeerAddress endpoint(String text) {
        return PeerAddress.parsePort(text)
                .orElseThrow(() ->
                        new UsageException(
                                "'%s' (expected: [HOST:]PORT, port 1..65535, IPv6 address in"
                                                .formatted(text)
                                        + " brackets)"));
    }

    /// @param name the option's or operand's, for the sentence
    static Path file(String name, String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new UsageException("%s: %s (expected: a file)".formatted(name, e.getMessage()));
        }
    }

    /// A value that says itself what is wrong with it.
    static <T> T checked(Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }
}
