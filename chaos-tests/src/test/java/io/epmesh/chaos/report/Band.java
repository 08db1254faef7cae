package io.epmesh.chaos.report;

import io.epmesh.chaos.history.Operation;
import java.util.List;

/// A time that plots and timeline shade.
///
/// @param kind what it is
/// @param label for people
/// @param from microseconds since the start of the run
/// @param to the same, of its end
record Band(Kind kind, String label, long from, long to) {
    /// What a time may be.
    enum Kind {
        /// Something is broken.
        FAULT,
        /// All is healed, and the peers are not equal yet.
        HEALED
    }

    /// All of a run: each `fault` from its beginning to the heal, each `converge` from there to
    /// equal dumps.
    static List<Band> of(List<Operation> history) {
        return history.stream()
                .filter(op -> op.function().equals("fault") || op.function().equals("converge"))
                .map(op ->
                        op.function().equals("fault")
                                ? new Band(Kind.FAULT, op.field("what"), op.start(), op.end())
                                : new Band(
                                        Kind.HEALED,
                                        "cycle " + op.field("cycle") + ": healed, not equal yet",
                                        op.start(),
                                        op.end()))
                .toList();
    }
}
