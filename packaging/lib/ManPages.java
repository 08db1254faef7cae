import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Writes the manual pages epmesh.1 and epmesh.conf.5: sections of `docs/operating.md`, which tests
/// hold against the program, in roff. Of Markdown it knows what that page uses: paragraphs, lists,
/// tables, blocks between fences, and marks within a line.
final class ManPages {
    private static final Pattern SECTION = Pattern.compile("(?m)^## ");
    private static final Pattern LINK = Pattern.compile("!?\\[([^\\]]*)\\]\\([^)]*\\)");
    private static final Pattern BOLD = Pattern.compile("\\*\\*([^*]+)\\*\\*");
    private static final Pattern ITALIC = Pattern.compile("(?<![\\w*])\\*([^*\\s]+)\\*(?![\\w*])");
    private static final Pattern ITEM = Pattern.compile("(-|\\d+\\.) (.*)");
    private static final Pattern CELLS = Pattern.compile("(?<!\\\\)\\|");
    private static final Pattern SENTENCE_END = Pattern.compile("[\\w)\"]\\.$");
    private static final int COLUMNS = 78;

    private final String guide;
    private final String footer;
    private final StringBuilder page = new StringBuilder();
    private boolean isBelowHeading;

    private ManPages(String guide, String footer) {
        this.guide = guide;
        this.footer = footer;
    }

    /// @param args the guide, the directory to write to, the version, and the time in seconds since
    ///     1970
    public static void main(String[] args) throws IOException {
        String guide = Files.readString(Path.of(args[0]));
        Path out = Path.of(args[1]);
        String day = Instant.ofEpochSecond(Long.parseLong(args[3])).toString().substring(0, 10);
        String footer = "\"%s\" \"epmesh %s\"".formatted(day, args[2]);
        StringBuilder command = new ManPages(guide, footer).command();
        Files.writeString(out.resolve("epmesh.1"), command);
        StringBuilder configuration = new ManPages(guide, footer).configuration();
        Files.writeString(out.resolve("epmesh.conf.5"), configuration);
    }

    private StringBuilder command() {
        title("EPMESH", 1, "epmesh - decentralized port registry for distributed Erlang");
        heading("Synopsis");
        line(".B epmesh");
        line("\\fICOMMAND\\fR [\\fIOPTION\\fR]...");
        line(".br");
        line(".B epmesh");
        line("[\\fICOMMAND\\fR] \\fB\\-\\-help\\fR");
        heading("Description");
        paragraph(
                "To the Erlang nodes of its host a peer of epmesh is epmd. The peers of all hosts"
                        + " gossip, so that each knows the nodes of every host. One command runs a"
                        + " peer, the others ask one.");
        sections("Commands", "Cuts", "Restart", "Taking an epmd's place", "In place of epmd");
        heading("Environment");
        paragraph(
                "`EPMESH_PEER` tells the commands which peer to ask. Each key of epmesh.conf(5) has"
                        + " a variable: `EPMESH_EPMD_PORT` is that of `epmd-port`.");
        heading("See also");
        paragraph("epmesh.conf(5), erl(1)");
        return page;
    }

    private StringBuilder configuration() {
        title("EPMESH.CONF", 5, "epmesh.conf - configuration of a peer of epmesh");
        heading("Description");
        paragraph("What `epmesh start --config FILE` reads; the package's peer: /etc/epmesh.conf.");
        sections(
                "Configuration",
                "Who may ask and register",
                "Who may write",
                "Keys",
                "Finding each other",
                "Logs");
        heading("See also");
        paragraph("epmesh(1)");
        return page;
    }

    private void title(String name, int section, String what) {
        line(".TH %s %d %s".formatted(name, section, footer));
        line(".nh"); // a name that is broken by a hyphen cannot be copied
        line(".ad l");
        heading("Name");
        line(what.replace("-", "\\-"));
    }

    private void sections(String... headings) {
        for (String heading : headings) {
            String text =
                    SECTION.splitAsStream(guide)
                            .filter(each -> each.startsWith(heading + "\n"))
                            .findFirst()
                            .orElseThrow(() -> new IllegalArgumentException("no ## " + heading));
            heading(heading);
            blocks(text.lines().skip(1).toList());
        }
    }

    private void blocks(List<String> lines) {
        int at = 0;
        while (at < lines.size()) {
            int end = at + 1;
            String first = lines.get(at);
            if (first.startsWith("```")) {
                while (!lines.get(end).equals("```")) {
                    end++;
                }
                verbatim(lines.subList(at + 1, end++));
            } else if (first.startsWith("|")) {
                while (end < lines.size() && lines.get(end).startsWith("|")) {
                    end++;
                }
                table(lines.subList(at, end));
            } else if (first.startsWith("### ")) {
                line(".SS " + marked(first.substring(4)));
            } else if (!first.isBlank()) {
                while (end < lines.size() && continues(lines.get(end))) {
                    end++;
                }
                text(String.join(" ", lines.subList(at, end).stream().map(String::strip).toList()));
            }
            at = end;
        }
    }

    private static boolean continues(String line) {
        return !line.isBlank() && !line.startsWith("```") && !ITEM.matcher(line).matches();
    }

    private void text(String joined) {
        Matcher item = ITEM.matcher(joined);
        if (item.matches()) {
            line(item.group(1).equals("-") ? ".IP \\(bu 2" : ".IP " + item.group(1) + " 4");
            flow(item.group(2));
        } else {
            paragraph(joined);
        }
    }

    private void paragraph(String text) {
        if (!isBelowHeading) {
            line(".PP");
        }
        flow(text);
    }

    /// The first column names what the others are about.
    private void table(List<String> rows) {
        List<String> header = cells(rows.getFirst());
        for (String row : rows.subList(2, rows.size())) {
            List<String> cells = cells(row);
            line(".TP");
            line(guarded(marked(cells.getFirst()))); // which ends with the line
            List<String> rest = new ArrayList<>();
            for (int each = 1; each < cells.size() - 1; each++) {
                rest.add(header.get(each) + ": " + cells.get(each) + ".");
            }
            rest.add(cells.getLast());
            flow(String.join(" ", rest));
        }
    }

    private static List<String> cells(String row) {
        String inner = row.strip().replaceAll("^\\||\\|$", "");
        return CELLS.splitAsStream(inner).map(cell -> cell.strip().replace("\\|", "|")).toList();
    }

    private void verbatim(List<String> lines) {
        line(".PP");
        line(".RS 4");
        line(".nf");
        lines.forEach(each -> line(guarded(escaped(each))));
        line(".fi");
        line(".RE");
    }

    private void heading(String text) {
        line(".SH " + text.toUpperCase(Locale.ROOT));
    }

    /// Text in lines of their own for each sentence, as roff likes it, and not too long ones.
    private void flow(String text) {
        StringBuilder current = new StringBuilder();
        for (String word : marked(text).split(" +")) {
            if (!current.isEmpty() && current.length() + word.length() >= COLUMNS) {
                line(guarded(current.toString()));
                current.setLength(0);
            }
            current.append(current.isEmpty() ? "" : " ").append(word);
            if (SENTENCE_END.matcher(word).find()) {
                line(guarded(current.toString()));
                current.setLength(0);
            }
        }
        if (!current.isEmpty()) {
            line(guarded(current.toString()));
        }
    }

    private static String marked(String text) {
        StringBuilder out = new StringBuilder();
        String[] parts = text.split("`", -1); // what is between two of them is literal
        for (int each = 0; each < parts.length; each++) {
            boolean isLiteral = each % 2 == 1;
            out.append(isLiteral ? "\\fB" + escaped(parts[each]) + "\\fR" : prose(parts[each]));
        }
        return LINK.matcher(out).replaceAll(link -> Matcher.quoteReplacement(link.group(1)));
    }

    private static String prose(String text) {
        UnaryOperator<String> bold = it -> BOLD.matcher(it).replaceAll("\\\\fB$1\\\\fR");
        UnaryOperator<String> italic = it -> ITALIC.matcher(it).replaceAll("\\\\fI$1\\\\fR");
        return italic.apply(bold.apply(escaped(text)));
    }

    private static String escaped(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints()
                .forEach(each -> {
                    switch (each) {
                        case '\\' -> out.append("\\e");
                        case '-' -> out.append("\\-");
                        case '\'' -> out.append("\\(aq");
                        case '`' -> out.append("\\(ga");
                        case '^' -> out.append("\\(ha");
                        case '~' -> out.append("\\(ti");
                        case '…' -> out.append("...");
                        default -> {
                            if (each < 128) {
                                out.appendCodePoint(each);
                            } else {
                                out.append("\\[u%04X]".formatted(each));
                            }
                        }
                    }
                });
        return out.toString();
    }

    /// No text is a request.
    private static String guarded(String text) {
        return text.startsWith(".") ? "\\&" + text : text;
    }

    private void line(String text) {
        isBelowHeading = text.startsWith(".SH ") || text.startsWith(".SS ");
        page.append(text).append('\n');
    }
}
