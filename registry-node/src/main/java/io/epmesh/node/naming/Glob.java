package io.epmesh.node.naming;

/// A pattern for node names: `*` stands for any characters, `?` for one, all else for itself.
///
/// A pattern with an `@` is held against the full name, one without against the name part.
public final class Glob {
    /// Longest pattern, in UTF-16 units; two parts of a name and some stars.
    public static final int MAX_LENGTH = 1_024;

    /// In no name.
    private static final char NOTHING = 0;

    private final String text;
    private final boolean full;

    private Glob(String text) {
        this.text = text;
        this.full = text.indexOf('@') >= 0;
    }

    /// Reads a pattern.
    ///
    /// @param text the pattern
    /// @return the pattern, ready to match
    /// @throws IllegalArgumentException if it is empty or longer than [#MAX_LENGTH]
    public static Glob parse(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "pattern of %d characters (expected: 1..%d)"
                            .formatted(text.length(), MAX_LENGTH));
        }
        return new Glob(text);
    }

    /// Tells whether a name fits.
    ///
    /// @param node the name
    /// @return whether it fits
    public boolean matches(NodeName node) {
        return matches(full ? node.toString() : node.name(), NOTHING);
    }

    /// Whether all that fits another pattern surely fits this one: `false` may also mean that it
    /// was not seen. For patterns of the same kind.
    boolean covers(Glob other) {
        return matches(other.text, '*');
    }

    /// Greedy match that returns to the last star only: at most pattern × name steps, where a
    /// regular expression could be made to take exponential time.
    ///
    /// @param many a character for which `?` does not stand: in a pattern, what may be many
    private boolean matches(String name, char many) {
        int p = 0;
        int n = 0;
        int star = -1;
        int resume = 0;
        while (n < name.length()) {
            if (p < text.length() && text.charAt(p) == '*') {
                star = p++;
                resume = n;
            } else if (p < text.length()
                    && (text.charAt(p) == name.charAt(n)
                            || (text.charAt(p) == '?' && name.charAt(n) != many))) {
                p++;
                n++;
            } else if (star >= 0) {
                p = star + 1;
                n = ++resume;
            } else {
                return false;
            }
        }
        while (p < text.length() && text.charAt(p) == '*') {
            p++;
        }
        return p == text.length();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Glob glob && glob.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /// {@return the pattern as it was given}
    @Override
    public String toString() {
        return text;
    }
}
