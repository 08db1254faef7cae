package io.epmesh.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A page of the documentation, or a section of one, as a program to run: in its blocks of code a
/// line `h1$ …` is a command on a host, `a> …` an expression in the shell of a node, and the lines
/// below are what is to be seen then, in parts with `...` between; `…` is anything. A block that
/// begins with `# NAME` is a file.
///
/// @param steps in their order
record Recipe(List<Step> steps) {
    private static final Pattern SECTION = Pattern.compile("(?m)^## ");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```\\w*\n(.*?)^```$");
    private static final Pattern COMMAND = Pattern.compile("(\\w+)([$>]) (.+)");

    /// What is done in a step.
    enum Kind {
        COMMAND,
        EXPRESSION,
        FILE
    }

    /// @param where host, short name of a node, or name of a file
    /// @param text of command, expression or file
    /// @param shown parts of what is to be seen: lines that follow each other
    record Step(Kind kind, String where, String text, List<List<String>> shown) {
        @Override
        public String toString() {
            return switch (kind) {
                case COMMAND -> where + "$ " + text;
                case EXPRESSION -> where + "> " + text;
                case FILE -> "# " + where;
            };
        }
    }

    /// Reads a page.
    ///
    /// @param page below the root of the source tree
    static Recipe read(String page) throws IOException {
        return parse(Files.readString(Peer.ROOT.resolve(Path.of(page))));
    }

    /// Reads a section.
    ///
    /// @param page below the root of the source tree
    /// @param heading of the section, without its level
    static Recipe read(String page, String heading) throws IOException {
        String text = Files.readString(Peer.ROOT.resolve(Path.of(page)));
        String section =
                SECTION.splitAsStream(text)
                        .filter(each -> each.startsWith(heading + "\n"))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError(page + " has no ## " + heading));
        return parse(section);
    }

    /// Reads what a page could have.
    static Recipe parse(String text) {
        List<Step> steps = new ArrayList<>();
        Matcher blocks = BLOCK.matcher(text);
        while (blocks.find()) {
            String block = blocks.group(1);
            if (block.startsWith("# ")) {
                String name = block.lines().findFirst().orElseThrow().substring(2);
                steps.add(new Step(Kind.FILE, name, block, List.of()));
            } else if (COMMAND.matcher(block.lines().findFirst().orElse("")).matches()) {
                steps.addAll(steps(block));
            }
        }
        return new Recipe(List.copyOf(steps));
    }

    private static List<Step> steps(String block) {
        List<Step> steps = new ArrayList<>();
        for (String line : block.lines().filter(each -> !each.isBlank()).toList()) {
            Matcher command = COMMAND.matcher(line);
            if (command.matches()) {
                Kind kind = command.group(2).equals("$") ? Kind.COMMAND : Kind.EXPRESSION;
                steps.add(new Step(kind, command.group(1), command.group(3), new ArrayList<>()));
            } else {
                List<List<String>> shown = steps.getLast().shown();
                if (shown.isEmpty() || line.equals("...")) {
                    shown.add(new ArrayList<>());
                }
                if (!line.equals("...")) {
                    shown.getLast().add(line.strip());
                }
            }
        }
        return steps;
    }

    /// The file of this name, whole.
    String file(String name) {
        return steps.stream()
                .filter(each -> each.kind() == Kind.FILE && each.where().equals(name))
                .map(Step::text)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no block # " + name));
    }
}
