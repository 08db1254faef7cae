package io.epmesh.node.cli;

/// What the program's exit codes mean; also to scripts, so they never change.
final class ExitCode {
    static final int OK = 0;

    /// Not found, not converged, refused.
    static final int NO = 1;

    static final int USAGE = 2;

    /// No peer answers, or not in time to know what became of a write.
    static final int NO_PEER = 3;

    private ExitCode() {}
}
