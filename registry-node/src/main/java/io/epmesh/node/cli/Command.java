package io.epmesh.node.cli;

/// A command of the program, for one run.
interface Command {
    /// What it takes, and where that goes: read before [#run()].
    Usage usage();

    /// Does what it is for.
    ///
    /// @return exit code of the program
    /// @throws UsageException if what was given does not fit together
    /// @throws Exception on a bug, and where the terminal cannot be written
    int run() throws Exception;
}
