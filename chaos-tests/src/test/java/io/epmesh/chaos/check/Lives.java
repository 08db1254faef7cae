package io.epmesh.chaos.check;

import io.epmesh.chaos.history.Operation;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The lives of nodes: operations `live` (`node`, `host`, `port`), each from before its
/// registration to its end.
final class Lives {
    private final Map<String, List<Operation>> byNode;

    Lives(List<Operation> history) {
        byNode =
                history.stream()
                        .filter(op -> op.function().equals("live"))
                        .collect(Collectors.groupingBy(op -> op.field("node")));
    }

    /// Those of a node that were not over before a time began, nor began after it.
    List<Operation> during(String node, long from, long to) {
        return byNode.getOrDefault(node, List.of()).stream()
                .filter(life -> life.start() <= to && from <= life.end())
                .toList();
    }

    /// Whether a node of this name and port lived at some moment of a time.
    boolean isAlive(String node, String port, long from, long to) {
        return during(node, from, to).stream().anyMatch(life -> life.field("port").equals(port));
    }
}
