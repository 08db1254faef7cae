package io.epmesh.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A section of a page of the documentation, as a program to run: in its blocks of code a line `h1$
/// …` is a command on a host, `a> …` an expression in the shell of a node, and the lines below are
/// what is to be seen then, in parts with `...` between. A block that begins with `# NAME` is a
/// file.
///
/// @param steps in their order
/// @param files the blocks of files, whole
record Recipe(List<Step> steps, List<String> files) {
    private static final Pattern SECTION = Pattern.compile("(?m)^## ");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```\\w*\n(.*?)^```$");
    private static final Pattern COMMAND = Pattern.compile("(\\w+)([$>]) (.+)");

    /// @param where host, or short name of a node
    /// @param isOnHost whether it is a command
    /// @param text of command or expression
    /// @param shown parts of what is to be seen: lines that follow each other
    record Step(String where, boolean isOnHost, String text, List<List<String>> shown) {
        @Override
        public String toString() {
            return where + (isOnHost ? "$ " : "> ") + text;
        }
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
        List<Step> steps = new ArrayList<>();
        List<String> files = new ArrayList<>();
        Matcher blocks = BLOCK.matcher(section);
        while (blocks.find()) {
            if (blocks.group(1).startsWith("# ")) {
                files.add(blocks.group(1));
            } else {
                steps.addAll(steps(blocks.group(1)));
            }
        }
        return new Recipe(List.copyOf(steps), List.copyOf(files));
    }

    private static List<Step> steps(String block) {
        List<Step> steps = new ArrayList<>();
        for (String line : block.lines().filter(each -> !each.isBlank()).toList()) {
            Matcher command = COMMAND.matcher(line);
            if (command.matches()) {
                boolean isOnHost = command.group(2).equals("$");
                steps.add(
                        new Step(command.group(1), isOnHost, command.group(3), new ArrayList<>()));
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
        return files.stream()
                .filter(each -> each.startsWith("# " + name + "\n"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no block # " + name));
    }
}
