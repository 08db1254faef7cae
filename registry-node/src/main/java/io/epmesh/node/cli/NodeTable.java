package io.epmesh.node.cli;

import io.epmesh.node.naming.NodeEntry;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Nodes as a table for people.
final class NodeTable {
    private NodeTable() {}

    static Table of(List<NodeEntry> nodes) {
        Table table = new Table("NODE", "ADDRESS", "TYPE", "SOURCE", "STATE", "SINCE", "REMARKS");
        for (NodeEntry node : nodes) {
            table.row(
                    node.node().toString(),
                    endpoint(node.address(), node.port()),
                    lower(node.type()),
                    lower(node.source()),
                    lower(node.state()),
                    node.since().truncatedTo(ChronoUnit.SECONDS).toString(),
                    remarks(node));
        }
        return table;
    }

    static String endpoint(String address, int port) {
        return (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + port;
    }

    private static String remarks(NodeEntry node) {
        List<String> remarks = new ArrayList<>();
        if (node.hostIs() == NodeEntry.HostIs.ASSUMED) {
            remarks.add("host assumed");
        }
        switch (node.standing()) {
            case SOLE -> {}
            case WINNER -> remarks.add("wins a conflict");
            case LOSER -> remarks.add("loses a conflict");
        }
        return String.join(", ", remarks);
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
