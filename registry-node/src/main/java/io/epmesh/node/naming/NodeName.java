package io.epmesh.node.naming;

import java.util.Optional;

/// The full name of an Erlang node, `name@host`.
///
/// Both parts are non-empty, of at most [#MAX_CODE_POINTS] code points, and hold no `@`, white
/// space, control character or unpaired surrogate.
///
/// @param name the part before the `@`, which is what the node registers with epmd
/// @param host the part after the `@`
public record NodeName(String name, String host) implements Comparable<NodeName> {
    /// Longest name part and longest host part; Erlang's limit for an atom.
    public static final int MAX_CODE_POINTS = 255;

    /// Checks both parts.
    ///
    /// @throws IllegalArgumentException naming the part, its value and the expectation
    public NodeName {
        check("name part", name);
        check("host part", host);
    }

    /// Reads a full node name.
    ///
    /// @param text `name@host`
    /// @return the name
    /// @throws IllegalArgumentException naming the text and the expectation
    public static NodeName parse(String text) {
        int at = text.indexOf('@');
        if (at < 0 || text.indexOf('@', at + 1) >= 0) {
            throw new IllegalArgumentException(
                    "node name: %s (expected: exactly one @, as in name@host)"
                            .formatted(quote(text)));
        }
        return new NodeName(text.substring(0, at), text.substring(at + 1));
    }

    /// Reads a text that may be something else than a full node name.
    ///
    /// @param text any
    /// @return the name; empty: it is none, so nobody has it
    public static Optional<NodeName> read(String text) {
        try {
            return Optional.of(parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// Whether the host part means the host on which it is said, as `localhost` and 127.x do: such
    /// names are never answered to another host.
    ///
    /// @return true for a name of the speaker's host alone
    public boolean isOfSpeaker() {
        return Hosts.isLoopback(host);
    }

    @Override
    public int compareTo(NodeName other) {
        int byHost = host.compareTo(other.host);
        return byHost != 0 ? byHost : name.compareTo(other.name);
    }

    /// Returns `name@host`.
    @Override
    public String toString() {
        return name + '@' + host;
    }

    private static void check(String what, String part) {
        int length = part.codePointCount(0, part.length());
        if (length == 0 || length > MAX_CODE_POINTS) {
            throw new IllegalArgumentException(
                    "%s of node name: %s (expected: 1..%d characters, got %d)"
                            .formatted(what, quote(part), MAX_CODE_POINTS, length));
        }
        if (!part.codePoints().allMatch(NodeName::isAllowed)) {
            throw new IllegalArgumentException(
                    "%s of node name: %s (expected: no @, white space or control characters)"
                            .formatted(what, quote(part)));
        }
    }

    private static boolean isAllowed(int codePoint) {
        return codePoint != '@'
                && !Character.isISOControl(codePoint)
                && !Character.isWhitespace(codePoint)
                && !Character.isSpaceChar(codePoint)
                && !(codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE);
    }

    /// Makes text that came from outside safe for one line of a message.
    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("'");
        text.codePoints()
                .limit(80)
                .forEach(c -> {
                    if (Character.isISOControl(c)) {
                        quoted.append("\\u%04x".formatted(c));
                    } else {
                        quoted.appendCodePoint(c);
                    }
                });
        return quoted.append(text.codePointCount(0, text.length()) > 80 ? "…'" : "'").toString();
    }
}
