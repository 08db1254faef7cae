package io.epmesh.node.cli;

import io.epmesh.node.config.Configuration;

/// Runs a peer.
@FunctionalInterface
public interface Starter {
    /// Runs a peer until it ends.
    ///
    /// @param configuration what it is told
    /// @return exit code of the program
    /// @throws Exception on a bug; what the environment denies is logged and is an exit code
    int run(Configuration configuration) throws Exception;
}
