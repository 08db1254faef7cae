package io.epmesh.node.naming;

/// Which nodes somebody means: one by its full name, or all that fit a pattern such as `*@h1`,
/// which a host name alone stands for too.
///
/// Invariant: the text has one `@`.
///
/// @param glob held against full names
public record NodePattern(Glob glob) implements Comparable<NodePattern> {
    /// Reads a pattern.
    ///
    /// @param text a full name, a pattern with an `@`, or a host name: `h1` is `*@h1`
    /// @return the pattern
    /// @throws IllegalArgumentException naming the text and the expectation
    public static NodePattern parse(String text) {
        NodeName name = text.contains("@") ? NodeName.parse(text) : new NodeName("*", text);
        return new NodePattern(Glob.parse(name.toString()));
    }

    /// {@return the pattern that one node fits, taken by the letter}
    ///
    /// @param node full name
    static NodePattern of(NodeName node) {
        return new NodePattern(Glob.parse(node.toString()));
    }

    /// {@return whether it is a full name: at most one node fits}
    public boolean isName() {
        return isPlain(toString());
    }

    /// {@return whether all nodes that fit have one host part, [#host]}
    public boolean isOfOneHost() {
        return isPlain(host());
    }

    /// {@return what stands behind the `@`}
    public String host() {
        return toString().substring(toString().indexOf('@') + 1);
    }

    /// Tells whether a node fits.
    ///
    /// @param node full name
    /// @return whether it fits
    public boolean matches(NodeName node) {
        return glob.matches(node);
    }

    /// Whether all nodes that fit another pattern surely fit this one.
    ///
    /// @param other pattern
    /// @return false also where that was not seen
    public boolean covers(NodePattern other) {
        return glob.covers(other.glob);
    }

    /// Whether there may be a node that fits both.
    ///
    /// @param other pattern
    /// @return whether one is possible
    public boolean overlaps(NodePattern other) {
        return meet(name(), other.name()) && meet(host(), other.host());
    }

    private String name() {
        return toString().substring(0, toString().indexOf('@'));
    }

    private static boolean isPlain(String text) {
        return text.indexOf('*') < 0 && text.indexOf('?') < 0;
    }

    /// Whether some text fits two patterns: `row[j]` says so of what is left of the first from `i`
    /// on, and of the second from `j` on.
    private static boolean meet(String first, String second) {
        if (isPlain(first) && isPlain(second)) {
            return first.equals(second);
        }
        boolean[] below = new boolean[second.length() + 1];
        for (int i = first.length(); i >= 0; i--) {
            boolean[] row = new boolean[second.length() + 1];
            for (int j = second.length(); j >= 0; j--) {
                boolean one = i < first.length();
                boolean two = j < second.length();
                if (!one && !two) {
                    row[j] = true;
                } else if (one && first.charAt(i) == '*') {
                    row[j] = below[j] || (two && row[j + 1]);
                } else if (two && second.charAt(j) == '*') {
                    row[j] = row[j + 1] || (one && below[j]);
                } else {
                    row[j] =
                            one
                                    && two
                                    && below[j + 1]
                                    && (first.charAt(i) == second.charAt(j)
                                            || first.charAt(i) == '?'
                                            || second.charAt(j) == '?');
                }
            }
            below = row;
        }
        return below[0];
    }

    @Override
    public int compareTo(NodePattern other) {
        return toString().compareTo(other.toString());
    }

    /// {@return the pattern in its one spelling}
    @Override
    public String toString() {
        return glob.toString();
    }
}
