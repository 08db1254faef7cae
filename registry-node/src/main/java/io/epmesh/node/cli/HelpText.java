package io.epmesh.node.cli;

import java.util.ArrayList;
import java.util.List;

/// Rows of what is written and what it means, in two columns; [#toString()] aligns them.
final class HelpText {
    private static final int WIDTH = 80;
    private static final int MOST_LEFT = 30;
    private static final String MARGIN = "  ";

    private final List<Row> rows = new ArrayList<>();

    private record Row(String left, String right) {}

    void row(String left, String right) {
        rows.add(new Row(left, right));
    }

    @Override
    public String toString() {
        int widest = rows.stream().mapToInt(row -> row.left().length()).max().orElse(0);
        String indent = " ".repeat(Math.min(widest, MOST_LEFT) + 2 * MARGIN.length());
        StringBuilder text = new StringBuilder();
        for (Row row : rows) {
            StringBuilder line = new StringBuilder(MARGIN).append(row.left());
            if (line.length() + MARGIN.length() > indent.length()) {
                text.append(line).append('\n');
                line.setLength(0);
            }
            line.append(" ".repeat(indent.length() - line.length()));
            for (String word : row.right().split(" ", -1)) {
                if (line.length() > indent.length() && line.length() + 1 + word.length() > WIDTH) {
                    text.append(line).append('\n');
                    line = new StringBuilder(indent);
                }
                line.append(line.length() > indent.length() ? " " : "").append(word);
            }
            text.append(line).append('\n');
        }
        return text.toString();
    }
}
