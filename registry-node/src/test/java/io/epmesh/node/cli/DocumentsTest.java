package io.epmesh.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.epmesh.node.config.Key;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the pages say of commands, options, keys and exit codes, held against the program.
class DocumentsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path GUIDE = ROOT.resolve("docs/operating.md");

    /// Those that every command has, which the guide explains once.
    private static final Set<String> COMMON =
            Set.of("--format", "--epmd-port", "--config", "--operator-file", "--help", "--version");

    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--?[a-z][a-z-]*");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    /// A line that runs it, with or without a prompt and variables.
    private static final Pattern RUN =
            Pattern.compile(
                    "(?:\\w+[$>] )?(?:sudo )?(?:[A-Z_]+=\\S+ )*(?:(?:\\./)?bin/)?epmesh( .*|$)");

    /// What may stand behind it.
    private static final Pattern END = Pattern.compile("\\s+#.*| &$| [|>].*");

    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

    private static final Epmesh PROGRAM = program();

    @TempDir private Path directory;

    @Test
    void guide_hasEveryCommandWithItsOptions_andNoOther() throws IOException {
        Map<String, Set<String>> told =
                rows("Commands").stream()
                        .map(row -> row.getFirst())
                        .flatMap(cell -> CODE.matcher(cell).results())
                        .map(code -> code.group(1))
                        .collect(
                                Collectors.toMap(
                                        code -> code.replaceFirst(" +[A-Z\\[-].*", ""),
                                        DocumentsTest::options,
                                        (one, other) -> union(one, other)));
        Map<String, Set<String>> there =
                PROGRAM.usages().entrySet().stream()
                        .collect(
                                Collectors.toMap(
                                        Map.Entry::getKey, it -> ownOptions(it.getValue())));
        assertThat(told).isEqualTo(there);
    }

    @Test
    void guide_hasEveryKeyWithItsVariables_andNoOther() throws IOException {
        List<List<String>> rows = rows("Configuration");
        assertThat(rows.stream().map(row -> row.getFirst().replace("`", "")))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(Key.values()).map(Key::key).toList());
        for (Key key : Key.values()) {
            String row =
                    rows.stream()
                            .filter(each -> each.getFirst().equals("`" + key.key() + "`"))
                            .findFirst()
                            .orElseThrow()
                            .getLast();
            key.alias().ifPresent(alias -> assertThat(row).contains("`" + alias + "`"));
        }
    }

    @Test
    void pages_nameNoKeyOrVariableThatIsNot() throws IOException {
        // The latter is Kubernetes' own, of which a recipe warns.
        Set<String> variables = new TreeSet<>(Set.of("EPMESH_PEER", "EPMESH_SERVICE_HOST"));
        for (Key key : Key.values()) {
            variables.add(key.variable());
            key.alias().ifPresent(variables::add);
        }
        for (Path page : usersPages()) {
            String text = Files.readString(page);
            assertThat(found("\\bEPMESH_[A-Z_]+\\b", text)).as("%s", page).isSubsetOf(variables);
            assertThat(found("(?m)(?<=^#?)[a-z-]+(?= = )", blocks(text)))
                    .filteredOn(key -> key.contains("-"))
                    .as("%s", page)
                    .allMatch(key -> Key.of(key).isPresent());
        }
    }

    @Test
    void guide_hasEveryExitCode_andNoOther() throws IOException {
        assertThat(rows("Exit codes").stream().map(row -> Integer.parseInt(row.getFirst())))
                .containsExactly(ExitCode.OK, ExitCode.NO, ExitCode.USAGE, ExitCode.NO_PEER);
    }

    /// In blocks whole commands; within a sentence a command may stand without its arguments.
    @Test
    void pages_showCommandsThatTheProgramUnderstands() throws IOException {
        int seen = 0;
        List<String> wrong = new ArrayList<>();
        for (Path page : usersPages()) {
            String text = Files.readString(page);
            List<String> lines = new ArrayList<>(blocks(text).lines().map(String::strip).toList());
            int whole = lines.size();
            CODE.matcher(text).results().map(code -> code.group(1)).forEach(lines::add);
            for (int line = 0; line < lines.size(); line++) {
                var run = RUN.matcher(lines.get(line));
                if (run.matches() && !run.group(1).contains("…")) {
                    seen++;
                    String complaint = complaint(run.group(1), line < whole);
                    if (!complaint.isEmpty()) {
                        wrong.add(
                                ROOT.relativize(page) + ": " + lines.get(line) + ": " + complaint);
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(seen).isGreaterThan(40);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nmes",
                "names --mtch x",
                "cut a b --stall --reset",
                "start --relays all",
                "keys old f"
            })
    void complaint_ofWhatIsNotUnderstood(String line) {
        assertThat(complaint(line, true)).isNotEmpty();
    }

    @Test
    void manualPages_areShownWithoutWarnings() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Path generator = ROOT.resolve("packaging/lib/ManPages.java");
        assertThat(run("" + java, "" + generator, "" + GUIDE, "" + directory, "1.0", "1764000000"))
                .isEmpty();
        String command = Files.readString(directory.resolve("epmesh.1"));
        String configuration = Files.readString(directory.resolve("epmesh.conf.5"));
        assertThat(command).contains("\n.TP\n\\fBadd\\-node NODE [HOST:]PORT\\fR\n");
        for (Key key : Key.values()) {
            String name = key.key().replace("-", "\\-");
            assertThat(configuration).contains("\n.TP\n\\fB" + name + "\\fR\ndefault: ");
        }
        assertThat(command + configuration).doesNotContain("`").doesNotContain("](");
        assumeTrue(
                run("sh", "-c", "command -v man && command -v groff").lines().count() == 2,
                "needs man, groff");
        for (String page : List.of("epmesh.1", "epmesh.conf.5")) {
            String script = "man --warnings -l \"$0\" 2>&1 >/dev/null";
            assertThat(run("sh", "-c", script, "" + directory.resolve(page))).isEmpty();
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }

    /// Why the program does not understand a command line; empty if it does.
    private static String complaint(String line, boolean isWhole) {
        List<String> words =
                WORD.matcher(END.matcher(line).replaceAll(""))
                        .results()
                        .map(DocumentsTest::unquoted)
                        .toList();
        if (words.isEmpty() || words.contains("--help") || words.contains("--version")) {
            return "";
        }
        Optional<Epmesh.Call> call = PROGRAM.call(words);
        if (call.isEmpty()) {
            boolean isGroup =
                    words.size() == 1
                            && PROGRAM.usages().keySet().stream()
                                    .anyMatch(name -> name.startsWith(words.getFirst() + " "));
            return isGroup && !isWhole ? "" : "no command";
        }
        try {
            call.get().command().usage().read(call.get().words());
            return "";
        } catch (UsageException e) {
            String said = String.valueOf(e.getMessage());
            boolean isMissing = said.startsWith("missing ") || said.contains(": no value ");
            return isMissing && !isWhole ? "" : said;
        }
    }

    private static String unquoted(MatchResult word) {
        return Stream.of(1, 2, 3)
                .flatMap(group -> Stream.ofNullable(word.group(group)))
                .findFirst()
                .orElse("");
    }

    private static Epmesh program() {
        PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), true);
        Terminal terminal = new Terminal(nowhere, nowhere, Map.of());
        return new Epmesh(terminal, _ -> fail("nothing is started"));
    }

    /// Those that the guide explains where it explains the command, by their shortest spelling;
    /// keys have their own table.
    private static Set<String> ownOptions(Usage usage) {
        return usage.spellings().stream()
                .map(List::getFirst)
                .filter(name -> !COMMON.contains(name))
                .filter(name -> Key.of(name.replaceFirst("--", "")).isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> options(String synopsis) {
        return found(OPTION.pattern(), synopsis);
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        return Stream.of(one, other)
                .flatMap(Set::stream)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// The cells of the first table of a section of the guide, without its header.
    private static List<List<String>> rows(String heading) throws IOException {
        String guide = Files.readString(GUIDE);
        String section =
                Pattern.compile("(?m)^##+ ")
                        .splitAsStream(guide)
                        .filter(each -> each.startsWith(heading + "\n"))
                        .findFirst()
                        .orElseThrow();
        return section.lines()
                .dropWhile(line -> !line.startsWith("|"))
                .takeWhile(line -> line.startsWith("|"))
                .skip(2)
                .map(line -> line.replaceAll("^\\| | \\|$", ""))
                .map(line -> List.of(line.split("(?<!\\\\) \\| ", -1)))
                .toList();
    }

    /// What stands in a page's blocks of code, fenced or indented.
    private static String blocks(String text) {
        StringBuilder blocks = new StringBuilder();
        boolean isFenced = false;
        for (String line : text.split("\n", -1)) {
            if (line.startsWith("```")) {
                isFenced = !isFenced;
            } else if (isFenced || line.startsWith("    ")) {
                blocks.append(line.strip()).append('\n');
            }
        }
        return blocks.toString();
    }

    private static List<Path> usersPages() throws IOException {
        Path docs = ROOT.resolve("docs");
        List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md"), GUIDE));
        Stream.of("erlang-client.md", "relay.md", "security.md")
                .map(docs::resolve)
                .forEach(pages::add);
        for (String directory : List.of("migrate", "recipes")) {
            try (Stream<Path> files = Files.list(docs.resolve(directory))) {
                files.sorted().forEach(pages::add);
            }
        }
        return pages;
    }
}
