package io.epmesh.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What no compiler checks of the source tree, after TigerBeetle's `tidy.zig`.
final class TidyTest {
    private static final int MOST_LINES = 500;
    private static final int MOST_COLUMNS = 100;
    private static final Path ROOT = root();
    private static final Set<String> NOT_OURS = Set.of("target", "_build", ".git", "results");

    /// Words that praise instead of telling.
    private static final List<String> HYPE =
            List.of(
                    "blazing",
                    "seamless",
                    "effortless",
                    "robust",
                    "powerful",
                    "cutting-edge",
                    "next-generation",
                    "world-class",
                    "enterprise-grade",
                    "production-ready",
                    "battle-tested",
                    "revolutionary",
                    "lightning",
                    "simply",
                    "leverage");

    /// `[text](target)`, also over the end of a line; images too.
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");

    /// One with an anchor, `[text](page.md#anchor)` or `[text](#anchor)`.
    private static final Pattern ANCHOR =
            Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s:#]*)#([^)\\s]+)\\)");

    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```$");

    private static final Pattern TEXT_BLOCK = Pattern.compile("\"\"\"\n.*?\"\"\"", Pattern.DOTALL);

    private static final Pattern LITERAL = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"[,;)]*");

    @Test
    void javaClass_isShortEnoughToRead() throws IOException {
        assertClean(
                ".java",
                text ->
                        text.lines().count() > MOST_LINES
                                ? List.of(text.lines().count() + " lines")
                                : List.of());
    }

    @Test
    void javaLine_fitsTheScreen() throws IOException {
        assertClean(".java", text -> lines(TidyTest::isTooLong).apply(withoutTextBlocks(text)));
    }

    @Test
    void javaCode_leavesNothingForLater() throws IOException {
        // Spelt so that this file does not find itself.
        Pattern later = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");
        assertClean(".java", lines(line -> later.matcher(line).find()));
    }

    /// That they are caught takes minutes, and is left to `bin/mutants`.
    @Test
    void mutants_apply() throws Exception {
        List<Path> patches;
        try (Stream<Path> files = Files.walk(ROOT.resolve("mutants"))) {
            patches = files.filter(it -> it.toString().endsWith(".patch")).toList();
        }
        assertThat(patches).isNotEmpty();
        for (Path patch : patches) {
            Process git = git("apply", "--check", patch.toString());
            String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(git.waitFor()).as(said).isZero();
        }
    }

    private static Process git(String... words) {
        try {
            return new ProcessBuilder(Stream.concat(Stream.of("git"), Stream.of(words)).toList())
                    .directory(ROOT.toFile())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            return abort("needs git: " + e.getMessage());
        }
    }

    @Test
    void javaCode_neverSleeps() throws IOException {
        Pattern sleep = Pattern.compile("Thread\\s*\\.\\s*sle" + "ep\\b");
        assertClean(".java", lines(line -> sleep.matcher(line).find()));
    }

    @Test
    void readme_tellsInsteadOfPraising() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md")).toLowerCase(Locale.ROOT);

        assertThat(HYPE).noneMatch(readme::contains);
    }

    @Test
    void relativeLinks_leadSomewhere() throws IOException {
        List<String> dead = new ArrayList<>();
        int seen = 0;
        for (Path page : files(".md")) {
            for (Path target : links(page)) {
                seen++;
                if (!Files.exists(target)) {
                    dead.add(ROOT.relativize(page) + " -> " + target);
                }
            }
        }
        assertThat(seen).as("links").isPositive();
        assertThat(dead).isEmpty();
    }

    @Test
    void anchorsOfLinks_areHeadings() throws IOException {
        List<String> dead = new ArrayList<>();
        int seen = 0;
        for (Path page : files(".md")) {
            Matcher link = ANCHOR.matcher(withoutBlocks(Files.readString(page)));
            while (link.find()) {
                seen++;
                Path target = page.resolveSibling(link.group(1)).normalize();
                Path there = link.group(1).isEmpty() ? page : target;
                if (!anchors(there).contains(link.group(2))) {
                    dead.add(ROOT.relativize(page) + " -> " + link.group());
                }
            }
        }
        assertThat(seen).as("anchors").isPositive();
        assertThat(dead).isEmpty();
    }

    /// As GitHub makes them of a page's headings.
    private static Set<String> anchors(Path page) throws IOException {
        return withoutBlocks(Files.readString(page))
                .lines()
                .filter(line -> line.matches("#{1,6} .*"))
                .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
                .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    private static String withoutBlocks(String page) {
        return FENCED.matcher(page).replaceAll("");
    }

    /// From README.md, or from docs/architecture.md that it links to.
    @Test
    void everyPage_isLinkedFromTheReadme() throws IOException {
        List<Path> linked = new ArrayList<>(links(ROOT.resolve("README.md")));
        Path architecture = ROOT.resolve("docs/architecture.md");
        if (Files.exists(architecture)) {
            linked.addAll(links(architecture));
        }
        List<Path> pages;
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            pages =
                    docs.filter(page -> page.toString().endsWith(".md"))
                            .filter(page -> !page.startsWith(ROOT.resolve("docs/decisions")))
                            .toList();
        }

        assertThat(pages).isNotEmpty();
        assertThat(linked).containsAll(pages);
    }

    private static Function<String, List<String>> lines(Predicate<String> bad) {
        return text -> {
            List<String> found = new ArrayList<>();
            int number = 0;
            for (String line : text.split("\n", -1)) {
                number++;
                if (bad.test(line)) {
                    found.add(number + ": " + line.strip());
                }
            }
            return found;
        };
    }

    /// A literal on a line of its own is as wide as what it quotes.
    private static boolean isTooLong(String line) {
        return line.codePointCount(0, line.length()) > MOST_COLUMNS
                && !LITERAL.matcher(line.strip()).matches();
    }

    /// So is a text block; its lines stay, empty, for their numbers.
    private static String withoutTextBlocks(String java) {
        return TEXT_BLOCK.matcher(java).replaceAll(block -> "\n".repeat(newlines(block.group())));
    }

    private static int newlines(String text) {
        return (int) text.chars().filter(c -> c == '\n').count();
    }

    private static void assertClean(String suffix, Function<String, List<String>> check)
            throws IOException {
        List<String> found = new ArrayList<>();
        List<Path> files = files(suffix);
        for (Path file : files) {
            for (String line : check.apply(Files.readString(file))) {
                found.add(ROOT.relativize(file) + ": " + line);
            }
        }
        assertThat(files).hasSizeGreaterThan(10);
        assertThat(found).isEmpty();
    }

    private static List<Path> files(String suffix) throws IOException {
        try (Stream<Path> all = Files.walk(ROOT)) {
            return all.filter(file -> file.toString().endsWith(suffix))
                    .filter(file -> !isGenerated(ROOT.relativize(file)))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isGenerated(Path file) {
        for (Path part : file) {
            if (NOT_OURS.contains(part.toString())) {
                return true;
            }
        }
        return false;
    }

    /// What a page's relative links mean, without their anchors.
    private static List<Path> links(Path page) throws IOException {
        Path directory = page.resolveSibling("");
        List<Path> targets = new ArrayList<>();
        Matcher link = LINK.matcher(Files.readString(page));
        while (link.find()) {
            String target = link.group(1).replaceFirst("#.*", "");
            if (!target.isEmpty() && !target.matches("[a-z]+:.*")) {
                targets.add(directory.resolve(target).normalize());
            }
        }
        return targets;
    }

    /// The parent project's directory.
    private static Path root() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("README.md"))
                || !Files.exists(directory.resolve("pom.xml"))) {
            Path parent = directory.getParent();
            if (parent == null) {
                throw new IllegalStateException("no project above " + Path.of("").toAbsolutePath());
            }
            directory = parent;
        }
        return directory;
    }
}
