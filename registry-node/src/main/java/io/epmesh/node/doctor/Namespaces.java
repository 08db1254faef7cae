package io.epmesh.node.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Which Erlang nodes of this host have a network of their own, as in containers: the loopback of
/// such a node is not that of the peer. Only Linux tells, and of other users only to root.
///
/// @param proc where the system tells of its processes: `/proc`
record Namespaces(Path proc) {
    private static final Path NETWORK = Path.of("ns", "net");

    /// A node that has another network than who looks.
    ///
    /// @param process its id
    /// @param name full or short, as it was started; empty: it has not told on its command line
    record Node(long process, String name) {}

    /// The nodes of other networks, in the order of their processes.
    List<Node> nodesElsewhere() {
        Optional<Path> own = network(proc.resolve("self"));
        List<Node> nodes = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                Optional<Path> its = isErlang(process) ? network(process) : Optional.empty();
                if (own.isPresent() && its.isPresent() && !its.equals(own)) {
                    nodes.add(
                            new Node(
                                    Long.parseLong(process.getFileName().toString()),
                                    name(process)));
                }
            }
        } catch (IOException | DirectoryIteratorException notTold) {
            return List.of();
        }
        nodes.sort(Comparator.comparingLong(Node::process));
        return nodes;
    }

    private static boolean isErlang(Path process) {
        try {
            return Files.readString(process.resolve("comm")).startsWith("beam.");
        } catch (IOException ended) {
            return false;
        }
    }

    private static Optional<Path> network(Path process) {
        try {
            return Optional.of(Files.readSymbolicLink(process.resolve(NETWORK)));
        } catch (IOException notTold) {
            return Optional.empty();
        }
    }

    private static String name(Path process) {
        try {
            List<String> arguments =
                    List.of(Files.readString(process.resolve("cmdline"), UTF_8).split("\0"));
            for (int i = 0; i < arguments.size() - 1; i++) {
                if (arguments.get(i).equals("-sname") || arguments.get(i).equals("-name")) {
                    return arguments.get(i + 1);
                }
            }
        } catch (IOException notTold) {
            // it has ended, or its arguments are no text
        }
        return "";
    }
}
