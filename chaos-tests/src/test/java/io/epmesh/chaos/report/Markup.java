package io.epmesh.chaos.report;

import java.util.Locale;

/// Text for SVG and HTML, which here is XML too.
final class Markup {
    private final StringBuilder out = new StringBuilder();

    /// Appends a line of markup.
    ///
    /// @param format as of [String#format]; what comes of a history must be [#escape]d
    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency for it alone
    Markup add(String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values)).append('\n');
        return this;
    }

    /// Text that means itself, between tags and within quotes; what XML has no sign for is `?`.
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        text.codePoints()
                .forEach(point -> {
                    switch (point) {
                        case '&' -> escaped.append("&amp;");
                        case '<' -> escaped.append("&lt;");
                        case '>' -> escaped.append("&gt;");
                        case '"' -> escaped.append("&quot;");
                        default -> escaped.appendCodePoint(isAllowed(point) ? point : '?');
                    }
                });
        return escaped.toString();
    }

    private static boolean isAllowed(int point) {
        return point == '\n'
                || point == '\t'
                || (point >= 0x20 && point < 0xd800)
                || (point > 0xdfff && point < 0xfffe)
                || point > 0xffff;
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
