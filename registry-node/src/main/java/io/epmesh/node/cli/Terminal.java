package io.epmesh.node.cli;

import java.io.PrintStream;
import java.util.Map;

/// Where a command reads its surroundings and writes.
///
/// @param out results
/// @param err errors, one sentence each
/// @param environment environment variables
record Terminal(PrintStream out, PrintStream err, Map<String, String> environment) {
    Terminal {
        environment = Map.copyOf(environment);
    }

    void error(String sentence) {
        err.println("epmesh: " + Table.printable(sentence));
    }
}
