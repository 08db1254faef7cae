package io.epmesh.node.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Rows of text in aligned columns; columns without any text are left out.
final class Table {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... titles) {
        rows.add(List.of(titles));
    }

    void row(String... cells) {
        rows.add(IntStream.range(0, cells.length).mapToObj(i -> printable(cells[i])).toList());
    }

    void print(PrintStream out) {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows.subList(1, rows.size())) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], length(row.get(i)));
            }
        }
        boolean empty = rows.size() == 1;
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                if (widths[i] > 0 || empty) {
                    int width = Math.max(widths[i], length(rows.getFirst().get(i)));
                    line.append(row.get(i)).repeat(' ', width - length(row.get(i))).append(GAP);
                }
            }
            out.println(line.toString().stripTrailing());
        }
    }

    /// Makes what came over the network harmless for a terminal.
    static String printable(String text) {
        return text.replaceAll("\\p{Cc}", "?");
    }

    private static int length(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
