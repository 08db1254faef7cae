package io.epmesh.node.cables;

import io.epmesh.node.naming.CableEntry;
import io.epmesh.node.naming.CutResult.Remark;
import io.epmesh.node.naming.CutTable;
import io.epmesh.node.naming.Islands;
import io.epmesh.node.naming.NameTable;
import io.epmesh.node.naming.NodeEntry;
import io.epmesh.node.naming.NodeName;
import io.epmesh.node.naming.NodePair;
import io.epmesh.node.naming.NodePattern;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What there is to say about an order, from the names and the cables of the mesh.
///
/// @param islands between whom
/// @param names who is where
/// @param cables of the mesh
/// @param silent peers that did not say which cables they have
record CutReport(Islands islands, NameTable names, List<CableEntry> cables, List<String> silent) {
    /// Why the order makes no sense: a name that nobody has, and no order holds for.
    Optional<String> unknown(CutTable table) {
        Set<NodePattern> ordered = new HashSet<>();
        table.entries()
                .forEach(cut -> {
                    ordered.add(cut.pair().low());
                    ordered.add(cut.pair().high());
                });
        Set<NodeName> nodes = nodes();
        Set<String> hosts = hosts(nodes);
        return islands.patterns().stream()
                .filter(NodePattern::isOfOneHost) // others are for whoever may come
                .filter(pattern -> !ordered.contains(pattern))
                .filter(pattern ->
                        pattern.isName()
                                ? !nodes.contains(NodeName.parse(pattern.toString()))
                                : !hosts.contains(pattern.host()))
                .findFirst()
                .map(pattern ->
                        pattern.isName()
                                ? "node %s is not known (expected: a name of the mesh, or"
                                                .formatted(pattern)
                                        + " a pattern)"
                                : "host %s is not known (expected: a host of the mesh, a full name"
                                                .formatted(pattern.host())
                                        + " or a pattern)");
    }

    /// What the order does not do yet. As no node is on both sides, a cable joins the sides if one
    /// of its ends fits each.
    List<Remark> remarks() {
        List<Remark> remarks = new ArrayList<>();
        Set<NodePair> joined = new HashSet<>();
        for (CableEntry cable : cables) {
            List<NodePattern> lefts = ends(islands.left(), cable);
            List<NodePattern> rights = ends(islands.right(), cable);
            lefts.forEach(left -> rights.forEach(right -> joined.add(NodePair.of(left, right))));
            boolean isJoined = !lefts.isEmpty() && !rights.isEmpty();
            if (cable.isUnattributed() && !isJoined && isMeant(cable.target())) {
                remarks.add(new Remark(Remark.Kind.UNATTRIBUTED, cable.source(), cable.target()));
            }
        }
        islands.left()
                .forEach(left ->
                        islands.right().stream()
                                .filter(right -> !joined.contains(NodePair.of(left, right)))
                                .map(right ->
                                        new Remark(
                                                Remark.Kind.NO_CABLE,
                                                left.toString(),
                                                right.toString()))
                                .forEach(remarks::add));
        silent.forEach(peer -> remarks.add(new Remark(Remark.Kind.SILENT, peer, "")));
        return remarks.stream().distinct().toList();
    }

    private boolean isMeant(String target) {
        return NodeName.read(target)
                .filter(node ->
                        islands.patterns().stream().anyMatch(pattern -> pattern.matches(node)))
                .isPresent();
    }

    private Set<NodeName> nodes() {
        return Stream.concat(
                        names.entries().stream().map(NodeEntry::node),
                        cables.stream().flatMap(CutReport::nodes))
                .collect(Collectors.toSet());
    }

    private Set<String> hosts(Set<NodeName> nodes) {
        return Stream.concat(
                        nodes.stream().map(NodeName::host),
                        names.descriptions().values().stream().flatMap(it -> it.hosts().stream()))
                .collect(Collectors.toSet());
    }

    private static List<NodePattern> ends(List<NodePattern> side, CableEntry cable) {
        List<NodeName> nodes = nodes(cable).toList();
        return side.stream().filter(pattern -> nodes.stream().anyMatch(pattern::matches)).toList();
    }

    private static Stream<NodeName> nodes(CableEntry cable) {
        return Stream.of(cable.source(), cable.target())
                .flatMap(end -> NodeName.read(end).stream());
    }
}
