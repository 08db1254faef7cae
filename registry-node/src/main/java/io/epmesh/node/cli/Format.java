package io.epmesh.node.cli;

import java.util.Locale;

/// How results are written.
enum Format {
    /// For people.
    TABLE,
    /// For programs, in the shapes of the HTTP interface.
    JSON;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
