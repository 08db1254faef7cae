package io.epmesh.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Each command that the users' pages show in a block of code is run by a test: behind a prompt as
/// it stands, by [PagesTest] and [RecipesTest]; else by what `commands-run-elsewhere.txt` names.
final class PageCommandsTest {
    private static final Path TESTS = Path.of("chaos-tests/src/test");
    private static final Path LIST = TESTS.resolve("resources/commands-run-elsewhere.txt");
    private static final Pattern PROMPT = Pattern.compile("(?m)^ *h\\d\\$ ");
    private static final Pattern SECTION = Pattern.compile("(?m)^## ");

    private static final Pattern COMMAND =
            Pattern.compile(
                    "([A-Z_]+=\\S+ )*(sudo )?(bin/\\w+|\\(?umask|cat|ch(grp|mod|own)|apt|docker|"
                            + "dpkg|ejabberdctl|elixir|epmd|epmesh|erl|erl_call|head|iex|kill|"
                            + "kubectl|man|mix|printf|rabbitmq\\S+|rebar3|scp|ssh|"
                            + "systemctl)( .*|$)");

    @Test
    void everyPageWithPrompts_isFollowed() throws IOException {
        String followed = read(java("PagesTest"));
        String sections = read(java("RecipesTest"));
        List<String> missing = new ArrayList<>();
        for (Path page : pages()) {
            String name = Peer.ROOT.relativize(page).toString();
            String text = Files.readString(page);
            if (!PROMPT.matcher(text).find() || followed.contains("follow(\"" + name + "\")")) {
                continue;
            }
            SECTION.splitAsStream(text)
                    .filter(section -> PROMPT.matcher(section).find())
                    .map(section -> section.lines().findFirst().orElse(""))
                    .filter(heading -> !sections.contains("\"" + heading + "\""))
                    .forEach(heading -> missing.add(name + ": " + heading));
            assertThat(sections).contains("\"" + name + "\"");
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void everyOtherCommand_isListed_andNoOther() throws IOException {
        List<String> shown = new ArrayList<>();
        for (Path page : pages()) {
            blocks(Files.readString(page))
                    .map(line -> line.replaceFirst("\\s+#.*", "").strip())
                    .filter(line -> COMMAND.matcher(line).matches())
                    .forEach(shown::add);
        }
        assertThat(shown).isNotEmpty();
        assertThat(list().map(row -> row.getFirst()).toList())
                .containsExactlyInAnyOrderElementsOf(shown.stream().distinct().toList());
    }

    @Test
    void whatRunsThem_isThere() throws IOException {
        for (List<String> row : list().toList()) {
            assertThat(row).as("%s", row).hasSize(3);
            assertThat(read(Path.of(row.get(1)))).as("%s", row).contains(row.get(2));
        }
    }

    private static Stream<List<String>> list() throws IOException {
        return read(LIST)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> List.of(line.split("\t+", -1)));
    }

    private static Path java(String name) {
        return TESTS.resolve("java/io/epmesh/chaos/" + name + ".java");
    }

    private static String read(Path file) throws IOException {
        return Files.readString(Peer.ROOT.resolve(file));
    }

    /// The lines of a page's blocks of code, fenced or indented.
    private static Stream<String> blocks(String text) {
        List<String> lines = new ArrayList<>();
        boolean isFenced = false;
        for (String line : text.split("\n", -1)) {
            if (line.startsWith("```")) {
                isFenced = !isFenced;
            } else if (isFenced || line.startsWith("    ")) {
                lines.add(line);
            }
        }
        return lines.stream();
    }

    private static List<Path> pages() throws IOException {
        Path docs = Peer.ROOT.resolve("docs");
        List<Path> pages =
                Stream.of("../README.md", "operating.md", "security.md")
                        .map(name -> docs.resolve(name).normalize())
                        .collect(Collectors.toCollection(ArrayList::new));
        for (String directory : List.of("migrate", "recipes")) {
            try (Stream<Path> files = Files.list(docs.resolve(directory))) {
                files.forEach(pages::add);
            }
        }
        return pages;
    }
}
