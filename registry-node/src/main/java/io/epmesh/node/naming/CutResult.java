package io.epmesh.node.naming;

import java.util.List;

/// What became of a cut, a slow-down or a fix; always says whether it may have happened.
public sealed interface CutResult {
    /// It is done.
    ///
    /// @param remarks what whoever ordered it should know
    record Done(List<Remark> remarks) implements CutResult {
        /// Copies the list.
        public Done {
            remarks = List.copyOf(remarks);
        }
    }

    /// It surely did not happen, nor any part of it.
    ///
    /// @param reason one sentence with the value and the expectation
    record Refused(String reason) implements CutResult {}

    /// It may have happened, or may still happen.
    ///
    /// @param reason one sentence: what was waited for
    record Unknown(String reason) implements CutResult {}

    /// What the order does not do yet.
    ///
    /// @param kind what it is
    /// @param one of the two sides; of a silent peer its name
    /// @param other side; empty for a silent peer
    record Remark(Kind kind, String one, String other) {
        /// What a remark is about.
        public enum Kind {
            /// Between the two sides there is no cable, now.
            NO_CABLE,
            /// A cable from a source that could not be told; it may be one of those meant, and is
            /// not treated so.
            UNATTRIBUTED,
            /// A peer did not say which cables it has.
            SILENT
        }
    }
}
